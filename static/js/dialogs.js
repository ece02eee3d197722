/* Questions before grave acts, and dialogs opened by buttons. Without scripts the forms simply go through. */

const confirmed = new WeakSet();

function part(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text) node.textContent = text;
  return node;
}

/** Ask; resolves to true or false. word: a word that must be typed first, for what cannot be undone. */
function ask(sentence, actionLabel, { word = "", danger = false } = {}) {
  const dialog = part("dialog", "dialog");
  const heading = part("h2", "", "Xác nhận");
  heading.id = `dialog-${Math.random().toString(36).slice(2)}`;
  dialog.setAttribute("aria-labelledby", heading.id);
  const form = part("form", "stack");
  form.method = "dialog";
  form.append(heading, part("p", "", sentence));
  const go = part("button", `button ${danger ? "danger" : "primary"}`, actionLabel);
  go.value = "go";
  if (word) {
    const label = part("label", "field-label", `Gõ «${word}» để tiếp tục`);
    const input = part("input", "input");
    input.id = `${heading.id}-word`;
    input.autocomplete = "off";
    label.htmlFor = input.id;
    const matches = () => input.value.normalize("NFC").trim().toLowerCase() === word.normalize("NFC").toLowerCase();
    go.addEventListener("click", (event) => {
      if (matches()) return;
      event.preventDefault();
      input.setCustomValidity(`Cần gõ đúng «${word}».`);
      input.reportValidity();
    });
    input.addEventListener("input", () => input.setCustomValidity(""));
    form.append(label, input);
  }
  const actions = part("div", "dialog-actions");
  const back = part("button", "button secondary", "Không, quay lại");
  back.type = "button";
  back.addEventListener("click", () => dialog.close(""));
  actions.append(back, go);
  form.append(actions);
  dialog.append(form);
  document.body.append(dialog);
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      resolve(dialog.returnValue === "go");
      dialog.remove();
    });
    dialog.showModal();
  });
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  const source = event.submitter?.dataset.confirm ? event.submitter : form;
  if (!source.dataset.confirm || confirmed.has(form)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const submitter = event.submitter;
  const label = submitter?.textContent.trim() || "Tiếp tục";
  const danger = Boolean(submitter?.classList.contains("danger"));
  ask(source.dataset.confirm, label, { word: source.dataset.confirmWord || "", danger }).then((yes) => {
    if (!yes) {
      submitter?.focus();
      return;
    }
    confirmed.add(form);
    form.requestSubmit(submitter);
    confirmed.delete(form);
  });
}, true);

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog-open]");
  if (opener) {
    event.preventDefault();
    document.getElementById(opener.dataset.dialogOpen)?.showModal();
    return;
  }
  event.target.closest("[data-dialog-close]")?.closest("dialog")?.close();
});

/* A second click while the first is on its way does nothing; the form key guards the server side as well. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post" || form.hasAttribute("hx-post")) return;
  if (form.dataset.sending) {
    event.preventDefault();
    return;
  }
  form.dataset.sending = "yes";
  event.submitter?.classList.add("is-busy");
});

window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sending]")) {
    delete form.dataset.sending;
    form.querySelector(".is-busy")?.classList.remove("is-busy");
  }
});
