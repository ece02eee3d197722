/*
 * Passkeys: form[data-passkey="login|authenticate|add"] asks the device first and sends its answer in the field
 * «credential». The other part of the page's work: recovery codes as a file. Needs webauthn-json.js.
 */

const TROUBLE = "Thiết bị chưa xác nhận. Hãy thử lại, hoặc dùng cách khác.";

const told = (form) => JSON.parse((document.getElementById("js_data") ?? form.querySelector("script")).textContent);

async function credentialFor(form) {
  const kind = form.dataset.passkey;
  if (kind === "login") {
    const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error("passkey options");
    return webauthnJSON.get((await answer.json()).request_options);
  }
  if (kind === "authenticate") return webauthnJSON.get(told(form).request_options);
  const options = structuredClone(told(form).creation_options);
  const instead = form.elements.passwordless?.checked ?? false;
  const wish = options.publicKey.authenticatorSelection;
  wish.residentKey = instead ? "required" : "discouraged";
  wish.requireResidentKey = instead;
  if (instead) wish.userVerification = "required";
  return webauthnJSON.create(options);
}

function prepare(form) {
  form.hidden = false;
  const status = form.querySelector("[data-passkey-status]");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    status.textContent = "Đang chờ thiết bị xác nhận…";
    try {
      form.elements.credential.value = JSON.stringify(await credentialFor(form));
      form.submit();
    } catch {
      status.textContent = TROUBLE;
    }
  });
}

if (window.PublicKeyCredential && window.webauthnJSON) document.querySelectorAll("form[data-passkey]").forEach(prepare);

document.querySelector("[data-download-codes]")?.addEventListener("click", () => {
  const list = document.getElementById("recovery-codes");
  const codes = [...list.querySelectorAll("code")].map((code) => code.textContent);
  const text = `Mã khôi phục của tài khoản ${list.dataset.account}\nMỗi mã dùng một lần. Cất nơi an toàn.\n\n${codes.join("\n")}\n`;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/plain;charset=utf-8" }));
  link.download = "ma-khoi-phuc.txt";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
});
