/*
 * A live sum: <output data-sum="[name$=share]" data-sum-target="100" data-sum-unit="%"></output>
 * Looks inside the nearest form; rows that are removed do not count. With a target it also says what is missing.
 */

const shown = new Intl.NumberFormat("vi-VN", { maximumFractionDigits: 2 });

/** A number as typed: «1.234,5» in text fields, plain in number fields. */
function read(input) {
  const text = input.value.trim();
  if (!text) return 0;
  if (input.type === "number") return Number(text) || 0;
  const plain = text.includes(",") ? text.replaceAll(".", "").replace(",", ".") : text.replace(/\.(?=\d{3}(\D|$))/g, "");
  return Number(plain.replace(/\s/g, "")) || 0;
}

function refresh(root = document) {
  for (const output of root.querySelectorAll("[data-sum]")) {
    const scope = output.closest("form") ?? document;
    const inputs = [...scope.querySelectorAll(output.dataset.sum)].filter((input) => !input.closest("[hidden]"));
    const sum = Math.round(inputs.reduce((value, input) => value + read(input), 0) * 100) / 100;
    const unit = output.dataset.sumUnit ? ` ${output.dataset.sumUnit}` : "";
    let text = `${shown.format(sum)}${unit}`;
    if (output.dataset.sumTarget) {
      const gap = Math.round((Number(output.dataset.sumTarget) - sum) * 100) / 100;
      output.classList.toggle("is-right", gap === 0);
      output.classList.toggle("is-wrong", gap !== 0);
      if (gap > 0) text += ` – còn thiếu ${shown.format(gap)}${unit}`;
      if (gap < 0) text += ` – thừa ${shown.format(-gap)}${unit}`;
      if (gap === 0) text += " – đủ";
    }
    if (output.textContent !== text) output.textContent = text;
  }
}

document.addEventListener("input", () => refresh());
document.addEventListener("formset:changed", () => refresh());
document.addEventListener("formset:refilled", () => refresh());
document.addEventListener("htmx:load", () => refresh());
refresh();
