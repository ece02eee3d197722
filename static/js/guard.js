/* form[data-guard]: the browser asks before a page with unsaved changes is left. A saved draft counts as saved. */

const dirty = new Set();

document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-guard]");
  if (form) dirty.add(form);
});
document.addEventListener("formset:changed", (event) => {
  const form = event.target.closest("form[data-guard]");
  if (form) dirty.add(form);
});
document.addEventListener("autosave:saved", (event) => dirty.delete(event.target));
document.addEventListener("submit", (event) => {
  if (!event.defaultPrevented) dirty.delete(event.target);
});

window.addEventListener("beforeunload", (event) => {
  for (const form of dirty) if (!form.isConnected) dirty.delete(form);
  if (dirty.size) event.preventDefault();
});
