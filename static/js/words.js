/* Counts beside a form: words of a long text ([data-words-for="field id"]), ticked boxes ([data-count-checked="name"]). */

function words(place) {
  const count = (document.getElementById(place.dataset.wordsFor)?.value.trim().match(/\S+/g) ?? []).length;
  place.textContent = `${count.toLocaleString("vi-VN")} từ`;
}

function ticked(place) {
  const scope = place.closest("form") ?? document;
  const boxes = [...scope.querySelectorAll(`input[type="checkbox"][name="${place.dataset.countChecked}"]`)];
  place.textContent = `Đã chọn ${boxes.filter((box) => box.checked).length}/${boxes.length}`;
}

function refresh() {
  document.querySelectorAll("[data-words-for]").forEach(words);
  document.querySelectorAll("[data-count-checked]").forEach(ticked);
}

document.addEventListener("input", refresh);
document.addEventListener("change", refresh);
document.addEventListener("formset:refilled", refresh);
refresh();
