/** Reply templates: a chosen one, or a placeholder, goes into the field; what was written there stays. */

/** @param {HTMLElement} root  whatever holds the forms, also those that come later */
export function bindReplies(root) {
  root.addEventListener("click", (event) => {
    const chosen = /** @type {Element} */ (event.target).closest("[data-fill], [data-insert]");
    if (!(chosen instanceof HTMLElement) || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const field = (chosen.closest("[data-act]") ?? root).querySelector("textarea[data-words]");
    if (!(field instanceof HTMLTextAreaElement)) return;
    event.preventDefault();
    if (chosen.dataset.fill === undefined) put(field, chosen.dataset.insert ?? "");
    else begin(field, chosen.dataset.fill);
    chosen.closest("details[data-replies]")?.removeAttribute("open");
    field.focus();
  });
}

/**
 * A template takes the place of the one chosen before; after words of one's own it stands on a new line.
 * @param {HTMLTextAreaElement} field
 * @param {string} text
 */
function begin(field, text) {
  const own = field.value.trim();
  const untouched = own === "" || field.value === field.dataset.filled;
  field.value = untouched ? text : `${field.value.trimEnd()}\n\n${text}`;
  if (untouched) field.dataset.filled = text;
  else delete field.dataset.filled;
  field.setSelectionRange(field.value.length, field.value.length);
}

/**
 * In the place of what is marked.
 * @param {HTMLTextAreaElement} field
 * @param {string} text
 */
function put(field, text) {
  field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
}
