/** A pad of large keys for a PIN: with gloves, without the phone's keyboard. Typing works as ever. */

/** @param {HTMLFormElement} form */
export function bindPad(form) {
  const field = /** @type {HTMLInputElement} */ (form.querySelector(".pin-input"));
  field.inputMode = "none"; // the pad is the keyboard
  form.querySelector("[data-keys]")?.addEventListener("click", (event) => {
    const key = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("[data-digit], [data-back]"));
    if (!key) return;
    field.value = press(field.value, key.dataset.digit);
  });
}

/**
 * The PIN after a key: a digit, or without one the last taken away.
 * @param {string} pin
 * @param {string | undefined} digit
 */
export function press(pin, digit) {
  return digit === undefined ? pin.slice(0, -1) : (pin + digit).slice(0, 6);
}

const form = /** @type {HTMLFormElement | null} */ (globalThis.document?.querySelector("[data-pin-pad]") ?? null);
if (form) bindPad(form);
