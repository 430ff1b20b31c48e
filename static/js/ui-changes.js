/** What a person has written or chosen in forms and not sent yet: it outlives a redraw by the server. */

/** @typedef {HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement} Field */
/** @typedef {{form: string, name: string, value: string, checked: boolean}} Kept */

const VALUELESS = new Set(["hidden", "submit", "button", "reset", "image"]);

/**
 * Whether the field differs from how the server drew it.
 * @param {Field} field
 */
export function isChanged(field) {
  if (VALUELESS.has(field.type)) return false;
  if ("options" in field) return field.options[drawnOption(field)]?.selected === false;
  if (field.type === "file") return field.value !== "";
  if (isTicked(field)) return field.checked !== field.defaultChecked;
  return field.value !== field.defaultValue;
}

/**
 * Without a mark of its own, a list shows its first option.
 * @param {HTMLSelectElement} list
 */
function drawnOption(list) {
  return Math.max(0, [...list.options].findLastIndex((option) => option.defaultSelected));
}

/**
 * @param {Field} field
 * @returns {field is HTMLInputElement}
 */
function isTicked(field) {
  return field.type === "checkbox" || field.type === "radio";
}

/**
 * The changed fields of forms; a slider on a picture is none.
 * @param {ParentNode} root
 * @returns {Field[]}
 */
export function changedFields(root) {
  const fields = /** @type {NodeListOf<Field>} */ (root.querySelectorAll("input, textarea, select"));
  return [...fields].filter((field) => field.form && isChanged(field));
}

/**
 * Remembers what is written below the root, except in one form; the answer writes it into what was drawn since.
 * A file can't be carried over.
 * @param {ParentNode} root
 * @param {HTMLFormElement | null} [except]
 * @returns {(drawn: ParentNode) => void}
 */
export function keepChanges(root, except = null) {
  const fields = changedFields(root).filter((field) => field.form !== except && field.type !== "file");
  const kept = fields.map(keptOf);
  const opened = [...root.querySelectorAll("details[open] form")].filter((form) => form !== except).map(keyOf);
  return (drawn) => {
    for (const form of drawn.querySelectorAll("form")) {
      const key = keyOf(form);
      const details = form.closest("details");
      if (details && opened.includes(key)) details.open = true;
      for (const each of kept) if (each.form === key) restore(form, each);
    }
  };
}

/**
 * @param {Field} field
 * @returns {Kept}
 */
function keptOf(field) {
  const checked = "checked" in field && field.checked;
  return { form: keyOf(field.form), name: field.name, value: field.value, checked };
}

/**
 * What a form is for, which a redraw does not change: where it, or else its first button, sends to.
 * @param {Element | null} form
 */
function keyOf(form) {
  const action = form?.getAttribute("action") ?? form?.querySelector("[formaction]")?.getAttribute("formaction");
  return action ?? "";
}

/**
 * @param {HTMLFormElement} form
 * @param {Kept} kept
 */
function restore(form, { name, value, checked }) {
  const fields = /** @type {Field[]} */ ([...form.elements].filter((field) => field.getAttribute("name") === name));
  for (const field of fields) {
    if (!isTicked(field)) field.value = value;
    else if (field.value === value) field.checked = checked;
  }
}
