/*
 * form[data-autosave="<key>"]: what is typed is kept at /drafts/<key>/ and filled in again next time.
 *
 * GET → {values: {...} | null, saved_at, saved_on}; POST {values} → {saved_at}; DELETE drops it. Passwords, files and tokens
 * are never sent; the version typed on is, so that a text taken up again cannot overwrite a newer one. When the session has ended, the text stays in this browser tab and is offered again.
 * A form that the server has just sent back with errors shows what was typed, so nothing is refilled over it.
 */

const PAUSE = 1500;
const RETRY = 15000;
const ENDED = "Phiên làm việc đã hết hạn. Nội dung vẫn còn ở đây, sẽ lưu ngay khi đăng nhập lại.";
const ACCOUNT = document.body.dataset.account ?? "";
const NEVER = /(^|-)(csrfmiddlewaretoken|form_key|next|INITIAL_FORMS|MIN_NUM_FORMS|MAX_NUM_FORMS)$/;

const token = () => document.querySelector('[name="csrfmiddlewaretoken"]')?.value
  ?? JSON.parse(document.body.getAttribute("hx-headers") || "{}")["X-CSRFToken"] ?? "";

function kept(field) {
  return field.name && !field.disabled && !("private" in field.dataset) && !["password", "file", "submit", "button", "reset", "image"].includes(field.type)
    && !NEVER.test(field.name);
}

/** name → value, or list of values for boxes and multiple choices. Unticked boxes are an empty list. */
function collect(form) {
  const values = {};
  for (const field of form.elements) {
    if (!kept(field)) continue;
    if (field.type === "checkbox") {
      values[field.name] ??= [];
      if (field.checked) values[field.name].push(field.value);
    } else if (field.type === "radio") {
      if (field.checked) values[field.name] = field.value;
    } else if (field.type === "select-multiple") {
      values[field.name] = [...field.selectedOptions].map((option) => option.value);
    } else values[field.name] = field.value;
  }
  return values;
}

function fill(form, values) {
  for (const set of form.querySelectorAll("[data-formset]")) {
    const count = Number(values[`${set.dataset.formset}-TOTAL_FORMS`]);
    if (count) set.dispatchEvent(new CustomEvent("formset:ensure", { bubbles: true, detail: { count } }));
  }
  for (const field of form.elements) {
    if (!kept(field) || !(field.name in values) || field.name.endsWith("-TOTAL_FORMS")) continue;
    const value = values[field.name];
    const list = (Array.isArray(value) ? value : [value]).map(String);
    if (field.type === "checkbox" || field.type === "radio") field.checked = list.includes(field.value);
    else if (field.type === "select-multiple") {
      for (const option of field.options) option.selected = list.includes(option.value);
    } else field.value = list[0] ?? "";
  }
  form.dispatchEvent(new CustomEvent("formset:refilled", { bubbles: true }));
}

/** Whether the page shows what was just sent, with its errors. */
function sentBack(form) {
  return [...document.querySelectorAll("[data-error-summary]")].some((summary) => form.contains(summary)
    || summary.parentElement === form.parentElement
    || [...summary.querySelectorAll("a")].some((link) => form.contains(document.getElementById(link.hash.slice(1)))));
}

class Autosave {
  constructor(form) {
    this.form = form;
    this.url = `/drafts/${encodeURIComponent(form.dataset.autosave)}/`;
    this.store = `draft:${ACCOUNT}:${form.dataset.autosave}`; // the next person at this browser must not get it
    this.status = form.querySelector("[data-autosave-status]") ?? document.querySelector("[data-autosave-status]");
    this.last = JSON.stringify(collect(form));
    this.untouched = this.last;
    this.timer = 0;
    this.touched = false;
    this.closed = false;
    this.flight = null;
    this.again = false;
    this.retried = 0;
    for (const kind of ["input", "change", "formset:changed"]) form.addEventListener(kind, () => this.later());
    form.addEventListener("submit", (event) => {
      if (event.defaultPrevented) return;
      this.closed = true;
      clearTimeout(this.timer);
      this.flight?.abort(); // a late save must not bring back a draft that the server has just closed
      // should the server ask to sign in instead, the text is offered again afterwards (see sort())
      this.put(`sent:${this.store}`, JSON.stringify(collect(form)));
      sessionStorage.removeItem(this.store);
    });
    document.addEventListener("session:resumed", () => {
      if (Date.now() - this.retried < RETRY) return;
      this.retried = Date.now();
      this.save();
    });
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden" && this.timer) this.save(true);
    });
    window.addEventListener("pageshow", () => { this.closed = false; });
    this.load();
  }

  say(text, isTrouble = false) {
    if (!this.status) return;
    this.status.textContent = text;
    this.status.classList.toggle("overdue", isTrouble);
  }

  async load() {
    if (sentBack(this.form)) return;
    let draft = { values: null };
    try {
      const answer = await fetch(this.url, { headers: { Accept: "application/json" }, redirect: "manual" });
      if (answer.ok) draft = await answer.json();
    } catch { /* no network: the local copy below may still help */ }
    const local = sessionStorage.getItem(this.store);
    if (local) draft = { values: JSON.parse(local), saved_at: "", saved_on: "" };
    if (!draft.values || this.touched) return;
    const before = collect(this.form);
    if (JSON.stringify(before) === JSON.stringify(draft.values)) return;
    fill(this.form, draft.values);
    this.last = JSON.stringify(collect(this.form));
    if (this.last !== this.untouched) this.offer(draft);
    if (local) {
      this.last = ""; // the server does not have it yet
      this.later();
    }
  }

  /** Tell that a saved text was filled in, with a way back. */
  offer(draft) {
    const box = document.createElement("div");
    box.className = "note is-info cluster";
    box.setAttribute("role", "status");
    const line = document.createElement("p");
    const when = draft.saved_at ? ` lưu lúc ${draft.saved_at}${draft.saved_on ? ` ngày ${draft.saved_on}` : ""}` : " còn giữ trong thẻ này";
    line.textContent = `Đã điền lại bản đang soạn${when}.`;
    const drop = document.createElement("button");
    drop.type = "button";
    drop.className = "button small secondary";
    drop.textContent = "Bỏ bản lưu";
    drop.addEventListener("click", () => this.drop());
    box.append(line, drop);
    this.form.prepend(box);
  }

  async drop() {
    this.closed = true;
    clearTimeout(this.timer);
    sessionStorage.removeItem(this.store);
    try {
      await fetch(this.url, { method: "DELETE", headers: { "X-CSRFToken": token() } });
    } finally {
      this.form.dispatchEvent(new CustomEvent("autosave:saved", { bubbles: true }));
      location.reload();
    }
  }

  later() {
    this.touched = true;
    if (this.closed) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), PAUSE);
  }

  /** Save what is there now; one after the other, so that an older text never arrives last. */
  async save(leaving = false) {
    clearTimeout(this.timer);
    this.timer = 0;
    if (this.flight && !leaving) {
      this.again = true;
      return;
    }
    const values = collect(this.form);
    const body = JSON.stringify(values);
    if (this.closed || body === this.last) return;
    await this.send(values, body, leaving);
    if (!this.again) return;
    this.again = false;
    this.save();
  }

  async send(values, body, leaving) {
    this.say("Đang lưu…");
    let answer;
    const flight = new AbortController();
    this.flight = flight;
    try {
      answer = await fetch(this.url, {
        method: "POST",
        signal: flight.signal,
        headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token() },
        // path and title lead back to the form from the list of drafts
        body: JSON.stringify({
          values,
          path: location.pathname + location.search,
          title: document.querySelector("h1")?.textContent.trim().slice(0, 200) ?? "",
        }),
        redirect: "manual",
        keepalive: leaving && body.length < 50000,
      });
    } catch {
      if (this.closed) return;
      this.keep(body, "Mất kết nối. Nội dung còn giữ trong thẻ này, sẽ lưu khi có mạng lại.");
      this.timer = setTimeout(() => this.save(), 15000);
      return;
    } finally {
      if (this.flight === flight) this.flight = null;
    }
    if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) {
      this.keep(body, ENDED);
      this.timer = setTimeout(() => this.save(), 20000);
      document.dispatchEvent(new CustomEvent("session:doubt"));
      return;
    }
    if (!answer.ok) {
      const problem = await answer.json().catch(() => ({}));
      this.keep(body, problem.error || "Chưa lưu tạm được. Hãy bấm Lưu.");
      if (!problem.error) document.dispatchEvent(new CustomEvent("session:doubt"));
      return;
    }
    const { saved_at: savedAt } = await answer.json();
    this.last = body;
    sessionStorage.removeItem(this.store);
    this.say(`Đã lưu lúc ${savedAt}`);
    this.form.dispatchEvent(new CustomEvent("autosave:saved", { bubbles: true }));
  }

  keep(body, sentence) {
    this.put(this.store, body);
    this.say(sentence, true);
  }

  put(key, body) {
    try {
      sessionStorage.setItem(key, body);
    } catch { /* storage full or forbidden: the page itself still holds the text */ }
  }
}

/** What was sent last arrived, unless the sign-in page came in between: then it is a local copy again. */
function sort() {
  const wasEnded = sessionStorage.getItem("session:ended");
  sessionStorage.removeItem("session:ended");
  for (const key of Object.keys(sessionStorage).filter((one) => one.startsWith("sent:draft:"))) {
    if (wasEnded) sessionStorage.setItem(key.slice(5), sessionStorage.getItem(key));
    sessionStorage.removeItem(key);
  }
}

function start(root) {
  for (const form of root.querySelectorAll("form[data-autosave]")) {
    if (form.dataset.autosaveOn) continue;
    form.dataset.autosaveOn = "yes";
    new Autosave(form);
  }
}

if (ACCOUNT) sort();
start(document);
document.addEventListener("htmx:load", (event) => start(event.target));
