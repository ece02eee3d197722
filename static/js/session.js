/*
 * The session of the page: warns before it ends, signs in again in place, and lets no form go out in vain.
 *
 * body[data-account] is who was signed in when the page was made, data-session the address that tells who is now and for
 * how long (GET asks, POST counts as activity). Events: «session:doubt» (a script was refused) makes this module ask;
 * «session:resumed» says that the same person is signed in again and all form tokens of the page are fresh.
 *
 * Several questions may be on their way at once and their answers overtake each other; only an answer to the newest
 * question is believed, and none that was asked before the sign-in that came in between (see check()).
 */

const page = document.body.dataset;
const account = page.account ?? "";
const FRESH = 30_000; // an answer this young is believed
const KEEP = 4 * 60_000; // someone who types is at work: told to the server this often
const WARN = 120_000;
const TICK = 10_000;

let contact = Date.now();
let active = contact;
let typed = 0;
let deadline = contact + Number(page.sessionLeft || 0) * 1000;
let isFinal = false; // the deadline is the end of the longest session: no activity moves it
let isTold = false;
let ended = false;
let asked = 0; // questions put so far
let believed = 0; // the newest of them whose answer was taken
let bar = null;
let dialog = null;
const waiting = [];
const passed = new WeakSet();

function part(tag, className = "", text = "") {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text) node.textContent = text;
  return node;
}

async function state(method = "GET") {
  const headers = { Accept: "application/json" };
  if (method === "POST") headers["X-CSRFToken"] = token();
  const answer = await fetch(page.session, { method, headers, cache: "no-store" });
  if (!answer.ok) throw new Error(`session: ${answer.status}`);
  return answer.json();
}

const token = () => document.querySelector('[name="csrfmiddlewaretoken"]')?.value
  ?? JSON.parse(document.body.getAttribute("hx-headers") || "{}")["X-CSRFToken"] ?? "";

/** Signing in changes the secret behind all form tokens. */
function refreshTokens(csrf) {
  for (const input of document.querySelectorAll('[name="csrfmiddlewaretoken"]')) input.value = csrf;
  document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": csrf }));
}

/**
 * Take an answer in. Whoever hears that the same person is signed in makes the page whole again at once: a form sent
 * now needs the new token, wherever the signing in was done (here, in the dialog, or in another tab).
 */
function learn(now) {
  if (now.account !== account) {
    ended = true;
    return;
  }
  const wasEnded = ended;
  contact = Date.now();
  deadline = contact + now.left * 1000;
  isFinal = now.final;
  ended = false;
  refreshTokens(now.csrf);
  if (wasEnded) resume();
}

/** Ask how things stand; afterwards `ended` is right, even when a newer answer has overtaken this one. */
async function check(method) {
  const mine = asked += 1;
  const now = await state(method);
  if (mine < believed) return null;
  believed = mine;
  learn(now);
  return now;
}

/** From here on the past is void: whoever asked before speaks of a session that is no more. */
function turnPage() {
  believed = asked += 1;
}

function resume() {
  hideBar();
  isTold = false;
  closeDialog();
  for (const done of waiting.splice(0)) done(true);
  // after the forms held back have gone out: what they carry need not be saved as a draft any more
  setTimeout(() => document.dispatchEvent(new CustomEvent("session:resumed")));
}

// --- the bar: something to know, without taking the keyboard away ----------------------------------
function hideBar() {
  bar?.remove();
  bar = null;
}

function showBar(sentence, label, act) {
  if (bar?.dataset.sentence === sentence) return;
  hideBar();
  bar = part("div", "session-bar");
  bar.dataset.sentence = sentence;
  bar.setAttribute("role", "alert");
  const button = part("button", "button primary small", label);
  button.type = "button";
  button.addEventListener("click", act);
  bar.append(part("p", "", sentence), button);
  document.body.append(bar);
}

function warn() {
  if (isFinal) {
    if (isTold) return;
    showBar("Phiên làm việc đã kéo dài 12 giờ và sắp kết thúc. Hãy lưu việc đang làm rồi đăng nhập lại.", "Đã rõ", () => {
      isTold = true;
      hideBar();
    });
    return;
  }
  showBar("Phiên làm việc sắp hết hạn vì lâu không có thao tác.", "Tiếp tục làm việc", async () => {
    hideBar();
    active = Date.now();
    await check("POST").catch(() => null); // without network the bar comes back with the next look
    if (ended) over();
  });
}

/** The session is over: a dialog, or only a bar while somebody is typing. */
function over() {
  if (dialog) return;
  if (Date.now() - typed < TICK) {
    showBar("Phiên làm việc đã hết hạn. Nội dung vẫn còn ở đây; đăng nhập lại để lưu.", "Đăng nhập lại", signInAgain);
  } else signInAgain();
}

// --- signing in again in place -----------------------------------------------------------------------
function field(id, label, attributes) {
  const box = part("div", "field");
  const caption = part("label", "field-label", label);
  caption.htmlFor = id;
  const input = part("input", "input size-full");
  input.id = id;
  Object.assign(input, attributes);
  box.append(caption, input);
  return { box, input };
}

/** Take the dialog away at once: nobody may wait for a dialog that is only closing. */
function closeDialog() {
  const leaving = dialog;
  dialog = null;
  leaving?.close();
  leaving?.remove();
}

function putOff() {
  closeDialog();
  for (const done of waiting.splice(0)) done(false);
  showBar("Chưa đăng nhập lại. Nội dung chỉ còn ở trang này, đừng đóng thẻ.", "Đăng nhập lại", signInAgain);
}

/** Asks for the password (and the second factor); resolves to true when the same person is signed in again. */
function signInAgain() {
  if (!ended) return Promise.resolve(true);
  const result = new Promise((resolve) => { waiting.push(resolve); });
  if (dialog) return result;
  hideBar();
  dialog = part("dialog", "dialog");
  dialog.dataset.sessionDialog = "";
  const form = part("form", "stack");
  const heading = part("h2", "", "Phiên làm việc đã hết hạn");
  heading.id = "session-heading";
  dialog.setAttribute("aria-labelledby", heading.id);
  const trouble = part("p", "field-error");
  trouble.setAttribute("role", "alert");
  const name = field("session-login", "Tên đăng nhập", { value: page.login ?? "", readOnly: true, autocomplete: "username" });
  const password = field("session-password", "Mật khẩu", { type: "password", autocomplete: "current-password" });
  const code = field("session-code", "Mã xác nhận (ứng dụng tạo mã hoặc mã khôi phục)", { autocomplete: "one-time-code" });
  code.box.hidden = true;
  const elsewhere = part("a", "", "Đăng nhập cách khác ở thẻ mới");
  elsewhere.href = page.signInUrl;
  elsewhere.target = "_blank";
  elsewhere.rel = "noopener";
  const other = part("p", "small muted");
  other.append(elsewhere, " (khóa truy cập, tài khoản định danh), rồi quay lại thẻ này.");
  const actions = part("div", "dialog-actions");
  const later = part("button", "button secondary", "Để sau");
  later.type = "button";
  later.addEventListener("click", putOff);
  const go = part("button", "button primary", "Đăng nhập lại");
  actions.append(later, go);
  form.append(heading, part("p", "", "Nội dung đang soạn vẫn còn nguyên trên trang. Đăng nhập lại để tiếp tục."), name.box, password.box, code.box, trouble, other, actions);
  let step = "";
  form.noValidate = true;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    event.stopPropagation();
    const wanted = step ? code.input : password.input;
    if (!wanted.value) {
      trouble.textContent = step ? "Hãy nhập mã xác nhận." : "Hãy nhập mật khẩu.";
      wanted.focus();
      return;
    }
    go.disabled = true;
    trouble.textContent = "";
    try {
      step = await attempt(step, name.input.value, password.input.value, code.input.value);
      if (step) {
        password.box.hidden = true;
        code.box.hidden = false;
        code.input.focus();
      }
    } catch (error) {
      trouble.textContent = error.sentence ?? "Mất kết nối tới máy chủ. Kiểm tra mạng rồi thử lại; nội dung vẫn còn trên trang.";
      (step ? code.input : password.input).select();
    } finally {
      go.disabled = false;
    }
  });
  dialog.append(form);
  dialog.addEventListener("cancel", (event) => { // the Escape key
    event.preventDefault();
    putOff();
  });
  document.body.append(dialog);
  dialog.showModal();
  password.input.focus();
  return result;
}

function refuse(sentence) {
  throw Object.assign(new Error(sentence), { sentence });
}

/** One step of signing in; returns the address that wants the second factor, "" when it is done. */
async function attempt(step, login, password, code) {
  const before = await check();
  if (!ended) return ""; // signed in meanwhile, in another tab
  const { csrf } = before ?? (await state());
  const body = new URLSearchParams(step ? { code } : { login, password });
  const answer = await fetch(step || page.signInUrl, {
    method: "POST",
    headers: { Accept: "application/json", "X-CSRFToken": csrf },
    body,
    redirect: "manual",
  });
  if (answer.status === 429) refuse("Đã thử quá nhiều lần. Hãy đợi ít phút rồi thử lại.");
  if (!step && answer.status === 400) {
    const { form } = await answer.json();
    refuse(form.errors[0] ?? Object.values(form.fields).flatMap((one) => one.errors)[0] ?? "Chưa đăng nhập được.");
  }
  turnPage();
  const now = await check();
  if (!ended) return "";
  if (now?.account) refuse("Trình duyệt đang đăng nhập bằng tài khoản khác nên không gửi nội dung của trang này được.");
  if (step) refuse("Mã xác nhận không đúng hoặc đã dùng. Hãy nhập mã mới.");
  const location = answer.ok ? (await answer.json()).location ?? "" : "";
  if (location.includes("/2fa/")) return location;
  return refuse("Chưa đăng nhập được. Hãy đăng nhập cách khác ở thẻ mới.");
}

// --- when to look ----------------------------------------------------------------------------------
async function tick() {
  const now = Date.now();
  try {
    if (ended) {
      await check();
      return;
    }
    if (typed > active && now - active > KEEP) {
      active = now;
      await check("POST");
    } else if (deadline - now <= WARN) await check();
    if (ended) over();
    else if (deadline - Date.now() <= WARN) warn();
    else if (bar) hideBar();
  } catch { /* no network: nothing is known, nothing is said */ }
}

const holdsText = (form) => form.method === "post" && form.querySelector("textarea, select, input:not([type=hidden], [type=password])");

if (account) {
  setInterval(tick, TICK);
  document.addEventListener("input", () => { typed = Date.now(); }, true);
  document.addEventListener("visibilitychange", () => { // back from elsewhere: much may have happened in another tab
    if (document.visibilityState === "visible") check().then(() => { if (ended) over(); }, () => {});
  });
  window.addEventListener("focus", () => { if (ended) tick(); });
  document.addEventListener("autosave:saved", () => { contact = active = Date.now(); });
  const doubt = async () => {
    const found = await check().catch(() => null);
    if (ended) over();
    else if (found) document.dispatchEvent(new CustomEvent("session:resumed"));
  };
  document.addEventListener("session:doubt", doubt); // a script may have met an old token only: it may try again
  document.addEventListener("htmx:responseError", (event) => { if (event.detail.xhr.status === 401) doubt(); });

  // Before the listeners of other modules: a form that would only meet the sign-in page is held back.
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (event.defaultPrevented || passed.has(form) || dialog?.contains(form) || !holdsText(form)) return;
    if (!ended && Date.now() - contact < FRESH) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const { submitter } = event;
    try {
      await check();
    } catch {
      document.dispatchEvent(new CustomEvent("ui:say", { detail: { text: "Mất kết nối tới máy chủ nên chưa gửi. Nội dung vẫn còn trên trang; hãy thử lại.", tone: "danger" } }));
      return;
    }
    if (ended && !(await signInAgain())) return;
    passed.add(form);
    form.requestSubmit(submitter);
    passed.delete(form);
  }, true);
} else if (document.querySelector("[data-sign-in]")) {
  // Sent here while at work: what was on its way is offered again. Come here by signing out: nothing stays behind.
  if (new URLSearchParams(location.search).has("ended")) sessionStorage.setItem("session:ended", "yes");
  else if (!sessionStorage.getItem("session:ended")) sessionStorage.clear();
}
