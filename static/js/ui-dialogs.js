/** Toasts: say("Sent"), or say("Sent", {action: "Undo", onAction}). Dialogs are popovers and need no script. */

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
