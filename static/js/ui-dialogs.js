/**
 * Dialogs are <dialog class="dialog" id="…">; a button with data-opens="id" shows one, a click beside it closes it.
 * Toasts: say("Sent"), or say("Sent", {action: "Undo", onAction}).
 */

/** @param {string | undefined} id */
export function openDialog(id) {
  const dialog = id ? document.getElementById(id) : null;
  if (dialog instanceof HTMLDialogElement && !dialog.open) dialog.showModal();
}

/** @param {MouseEvent} event */
function onClick(event) {
  if (!(event.target instanceof Element)) return;
  const opener = event.target.closest("[data-opens]");
  if (opener instanceof HTMLElement) {
    openDialog(opener.dataset.opens);
    event.preventDefault();
  }
  if (event.target instanceof HTMLDialogElement && isBeside(event.target, event)) event.target.close();
}

/**
 * @param {HTMLDialogElement} dialog
 * @param {MouseEvent} event
 */
function isBeside(dialog, event) {
  const box = dialog.getBoundingClientRect();
  const inside =
    event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
  return !inside && event.detail > 0;
}

export function bindDialogs() {
  document.addEventListener("click", onClick);
}

/**
 * A short message at the bottom of the page, read out by screen readers.
 * @param {string} text
 * @param {{tone?: "" | "moving" | "late", seconds?: number, action?: string, onAction?: () => void}} [options]
 */
export function say(text, { tone = "", seconds = 6, action = "", onAction } = {}) {
  const toast = document.createElement("div");
  toast.className = tone ? `toast toast--${tone}` : "toast";
  toast.append(text);
  if (action) toast.append(actionButton(action, () => (toast.remove(), onAction?.())));
  document.querySelector("[data-toasts]")?.append(toast);
  if (seconds > 0) setTimeout(() => toast.remove(), seconds * 1000);
  return toast;
}

/**
 * @param {string} text
 * @param {() => void} onClick
 */
function actionButton(text, onClick) {
  const button = document.createElement("button");
  button.className = "button";
  button.type = "button";
  button.textContent = text;
  button.addEventListener("click", onClick);
  return button;
}
