/** What is it: the likeliest categories first by the words typed; the questions and the warning of the chosen one. */

/**
 * How well a category's words answer what was typed: 0 is not at all, a whole word counts more than a beginning.
 * @param {string} listed  the category's words in every language
 * @param {string} typed
 */
export function matchScore(listed, typed) {
  const wanted = typed.toLowerCase().split(/\s+/).filter((word) => word.length > 1);
  const known = listed.toLowerCase().split(/\s+/);
  return wanted.reduce((sum, word) => sum + bestScore(known, word), 0);
}

/**
 * @param {string[]} known
 * @param {string} word
 */
function bestScore(known, word) {
  if (known.includes(word)) return 3;
  if (known.some((other) => other.startsWith(word))) return 2;
  // "potholes" and "лампите" still mean the category: the first four letters agree.
  return word.length > 4 && known.some((other) => other.length > 3 && other.startsWith(word.slice(0, 4))) ? 1 : 0;
}

/** @param {HTMLFormElement} form */
export function bindCategories(form) {
  const radios = /** @type {HTMLInputElement[]} */ ([...form.querySelectorAll('input[name="category"]')]);
  const chosen = () => radios.find((radio) => radio.checked)?.value ?? "";
  const listeners = /** @type {(() => void)[]} */ ([]);
  const update = () => {
    showQuestions(form, chosen());
    showDanger(form, radios.find((radio) => radio.checked)?.dataset.danger ?? "");
    for (const listener of listeners) listener();
  };
  for (const radio of radios) radio.addEventListener("change", update);
  bindWords(form, radios);
  update();
  return { chosen, onChange: (/** @type {() => void} */ listener) => void listeners.push(listener) };
}

/**
 * @param {HTMLFormElement} form
 * @param {HTMLInputElement[]} radios
 */
function bindWords(form, radios) {
  const field = /** @type {HTMLInputElement | null} */ (form.querySelector("[data-category-words]"));
  const none = /** @type {HTMLElement | null} */ (form.querySelector("[data-category-none]"));
  field?.addEventListener("input", () => {
    const scores = radios.map((radio) => matchScore(radio.dataset.words ?? "", field.value));
    const any = scores.some(Boolean);
    radios.forEach((radio, index) => {
      const tile = /** @type {HTMLElement} */ (radio.closest(".tile"));
      tile.hidden = any && !scores[index] && !radio.checked;
      tile.style.order = String(-(scores[index] ?? 0));
    });
    if (none) none.hidden = any || field.value.trim().length < 3;
  });
  // Return must not send the form from the search box.
  field?.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
}

/**
 * @param {HTMLFormElement} form
 * @param {string} category
 */
function showQuestions(form, category) {
  for (const part of /** @type {NodeListOf<HTMLFieldSetElement>} */ (form.querySelectorAll("[data-questions]"))) {
    part.hidden = part.dataset.questions !== category;
    part.disabled = part.hidden;
  }
}

/**
 * @param {HTMLFormElement} form
 * @param {string} text
 */
function showDanger(form, text) {
  const notice = /** @type {HTMLElement | null} */ (form.querySelector("[data-danger-notice]"));
  const place = form.querySelector("[data-danger-text]");
  if (!notice || !place) return;
  place.textContent = text;
  notice.hidden = !text;
}
