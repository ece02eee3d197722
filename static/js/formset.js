/*
 * Rows added and removed in a Django formset.
 *
 * <div data-formset="authors">  {{ formset.management_form }}
 *   <div data-formset-rows> … <div class="formset-row"> … <button type="button" data-formset-remove> … </div>
 *   <template> one row with __prefix__ </template>
 *   <button type="button" data-formset-add>
 * The event "formset:ensure" (detail.count) adds rows until that many exist; autosave uses it.
 */

const total = (set) => set.querySelector(`[name="${set.dataset.formset}-TOTAL_FORMS"]`);
const limit = (set) => Number(set.querySelector(`[name="${set.dataset.formset}-MAX_NUM_FORMS"]`)?.value || 1000);
const rowsOf = (set) => [...set.querySelectorAll(".formset-row")].filter((row) => row.closest("[data-formset]") === set);

function addRow(set) {
  const template = set.querySelector("template");
  const counter = total(set);
  if (!template || !counter || Number(counter.value) >= limit(set)) return null;
  const number = counter.value;
  const box = document.createElement("template");
  box.innerHTML = template.innerHTML.replaceAll("__prefix__", number);
  const row = box.content.firstElementChild;
  const place = set.querySelector("[data-formset-rows]");
  if (place) place.append(row);
  else template.before(row);
  counter.value = Number(number) + 1;
  set.dispatchEvent(new CustomEvent("formset:changed", { bubbles: true }));
  return row;
}

function renumber(set) {
  const prefix = set.dataset.formset;
  const pattern = new RegExp(`(?<![A-Za-z0-9-])${prefix}-\\d+-`, "g");
  rowsOf(set).forEach((row, index) => {
    for (const node of row.querySelectorAll("[name], [id], [for], [aria-describedby]")) {
      for (const name of ["name", "id", "for", "aria-describedby"]) {
        const value = node.getAttribute(name);
        if (value) node.setAttribute(name, value.replace(pattern, `${prefix}-${index}-`));
      }
    }
  });
  total(set).value = rowsOf(set).length;
}

function removeRow(set, row) {
  const mark = row.querySelector('[name$="-DELETE"]');
  const next = row.nextElementSibling ?? row.previousElementSibling;
  if (mark) {
    if (mark.type === "checkbox") mark.checked = true;
    else mark.value = "on";
    row.hidden = true;
    for (const input of row.querySelectorAll("[required]")) input.required = false;
  } else {
    row.remove();
    renumber(set);
  }
  (next?.querySelector("input, select, textarea") ?? set.querySelector("[data-formset-add]"))?.focus();
  set.dispatchEvent(new CustomEvent("formset:changed", { bubbles: true }));
}

document.addEventListener("click", (event) => {
  const set = event.target.closest("[data-formset]");
  if (!set) return;
  if (event.target.closest("[data-formset-add]")) {
    event.preventDefault();
    const row = addRow(set);
    if (row) row.querySelector("input:not([type=hidden]), select, textarea")?.focus();
    else {
      const text = `Chỉ nhận tối đa ${limit(set)} dòng.`;
      document.dispatchEvent(new CustomEvent("ui:say", { detail: { text, tone: "warn" } }));
    }
  } else if (event.target.closest("[data-formset-remove]")) {
    event.preventDefault();
    const row = event.target.closest(".formset-row");
    if (row) removeRow(set, row);
  }
});

document.addEventListener("formset:ensure", (event) => {
  const set = event.target;
  while (Number(total(set)?.value ?? 0) < Math.min(event.detail.count, limit(set)) && addRow(set));
});

/* Rows that were marked for removal before a reload or a refill stay out of sight. */
function hideRemoved() {
  for (const mark of document.querySelectorAll('.formset-row [name$="-DELETE"]:checked')) mark.closest(".formset-row").hidden = true;
}
hideRemoved();
document.addEventListener("formset:refilled", hideRemoved);
