/*
 * The tree of units. Each branch comes with a link to a page of its own (a[data-tree-toggle]); here the link becomes a
 * button that unfolds the branch in place, loaded when it is opened first. → opens, ← closes; without scripts the links
 * simply lead on.
 */

let number = 0;

function levelOf(toggle) {
  const node = toggle.closest(".tree-node");
  let level = node.querySelector(":scope > .tree-level");
  if (!level) {
    level = document.createElement("ul");
    level.className = "tree-level";
    level.hidden = true;
    node.append(level);
  }
  level.id ||= `tree-level-${number += 1}`;
  return level;
}

function show(toggle, level, isOpen) {
  toggle.setAttribute("aria-expanded", String(isOpen));
  level.hidden = !isOpen;
}

async function turn(toggle, isOpen) {
  const level = levelOf(toggle);
  if (toggle.getAttribute("aria-expanded") === String(isOpen) || toggle.getAttribute("aria-busy")) return;
  if (isOpen && !level.childElementCount) {
    toggle.setAttribute("aria-busy", "true");
    try {
      // page.js says what went wrong, should the answer be none
      await window.htmx.ajax("GET", toggle.dataset.address, { source: toggle, target: level, swap: "innerHTML" });
    } finally {
      toggle.removeAttribute("aria-busy");
    }
    if (!level.childElementCount) return;
    prepareAll(level);
  }
  show(toggle, level, isOpen);
}

function prepare(link) {
  const toggle = document.createElement("button");
  toggle.type = "button";
  toggle.className = link.className;
  toggle.dataset.address = link.getAttribute("href");
  toggle.append(...link.childNodes);
  link.replaceWith(toggle);
  const level = levelOf(toggle);
  toggle.setAttribute("aria-controls", level.id);
  show(toggle, level, level.childElementCount > 0);
  toggle.addEventListener("click", () => turn(toggle, toggle.getAttribute("aria-expanded") !== "true"));
  toggle.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowRight" && event.key !== "ArrowLeft") return;
    event.preventDefault();
    turn(toggle, event.key === "ArrowRight");
  });
}

const prepareAll = (root) => root.querySelectorAll("a[data-tree-toggle]").forEach(prepare);

prepareAll(document);
document.addEventListener("htmx:load", (event) => prepareAll(event.target));
