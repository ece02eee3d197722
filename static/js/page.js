/* Small manners of every page: menu on a phone, folding panels, role switch, print, errors brought into view. */

const menu = document.getElementById("menu");

function openMenu(event) {
  event.preventDefault();
  menu.classList.add("is-open");
  menu.querySelector("a, button")?.focus();
}

function closeMenu() {
  if (!menu?.classList.contains("is-open") && location.hash !== "#menu") return false;
  menu.classList.remove("is-open");
  if (location.hash === "#menu") history.replaceState(null, "", location.pathname + location.search);
  return true;
}

/** Say a sentence in the message area; screen readers read it aloud. tone: info, ok, warn, danger. */
function say(text, tone = "info") {
  const area = document.getElementById("messages");
  if (!area) return;
  const box = document.createElement("div");
  box.className = `message is-${tone}`;
  const line = document.createElement("p");
  line.textContent = text;
  box.append(line);
  area.replaceChildren(box);
}

document.addEventListener("ui:say", (event) => say(event.detail.text, event.detail.tone));

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-menu-open]")) openMenu(event);
  else if (event.target.closest("[data-menu-close]")) {
    event.preventDefault();
    closeMenu();
    document.querySelector("[data-menu-open]")?.focus();
  } else if (event.target.closest("[data-print]")) window.print();
  for (const panel of document.querySelectorAll("details[data-menu-details][open]")) {
    if (!panel.contains(event.target)) panel.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  if (closeMenu()) document.querySelector("[data-menu-open]")?.focus();
  for (const panel of document.querySelectorAll("details[data-menu-details][open]")) {
    panel.open = false;
    panel.querySelector("summary").focus();
  }
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-auto-submit]")) event.target.form.requestSubmit();
});

/** The browser's own file button speaks the browser's language; ours speaks Vietnamese and takes dropped files. */
function dressFileInput(input) {
  if (input.closest(".file-picker")) return;
  const picker = document.createElement("div");
  picker.className = "file-picker";
  const face = document.createElement("span");
  face.className = "button small";
  face.textContent = "Chọn tệp";
  face.setAttribute("aria-hidden", "true");
  const names = document.createElement("span");
  names.className = "file-names";
  input.before(picker);
  picker.append(face, names, input);
  const show = () => {
    const files = [...input.files].map((file) => file.name);
    names.textContent = files.length ? files.join(", ") : "hoặc thả tệp vào đây – chưa chọn tệp nào";
  };
  input.addEventListener("change", show);
  show();
}

/** A table that fits keeps its head in sight; one that does not can be scrolled with the keyboard. */
function fitTables() {
  for (const wrap of document.querySelectorAll(".table-wrap")) {
    wrap.classList.remove("fits");
    const fits = wrap.scrollWidth <= wrap.clientWidth + 1;
    wrap.classList.toggle("fits", fits);
    if (fits) wrap.removeAttribute("tabindex");
    else wrap.tabIndex = 0;
  }
}

/** The browser would refuse in its own language; the server refuses in Vietnamese, beside the field. */
function leaveChecksToServer(root) {
  for (const form of [...root.querySelectorAll("form"), ...(root.matches?.("form") ? [root] : [])]) form.noValidate = true;
}

function dress(root) {
  leaveChecksToServer(root);
  for (const input of root.querySelectorAll("input.file-input")) dressFileInput(input);
  fitTables();
}

dress(document);
window.addEventListener("resize", fitTables);
document.addEventListener("formset:changed", (event) => dress(event.target));

document.querySelector("[data-error-summary]")?.focus();

document.addEventListener("htmx:load", (event) => {
  dress(event.target);
  const found = event.target.querySelector?.("[data-error-summary]");
  if (found && event.target !== document.body) found.focus();
});

document.addEventListener("htmx:sendError", () => say("Mất kết nối tới máy chủ. Kiểm tra mạng rồi thử lại.", "danger"));
document.addEventListener("htmx:responseError", (event) => {
  const status = event.detail.xhr.status;
  if (status === 401 || status === 403) say("Không mở được: phiên làm việc đã hết hoặc vai trò này không có quyền.", "danger");
  else if (status === 409) say("Nội dung vừa được người khác thay đổi. Tải lại trang để xem bản mới.", "warn");
  else say("Chưa thực hiện được. Tải lại trang rồi thử lại.", "danger");
});
