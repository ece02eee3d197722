// Two people edited one thing: «Lấy giá trị này» puts the newest value of one field into the form.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-take]");
  if (!button) return;
  const control = document.getElementById(button.dataset.take);
  if (!control) return;
  control.value = button.dataset.value;
  control.dispatchEvent(new Event("input", { bubbles: true }));
  control.dispatchEvent(new Event("change", { bubbles: true }));
  button.closest("td").previousElementSibling.textContent = button.closest("td").firstChild.textContent;
  control.focus();
});
