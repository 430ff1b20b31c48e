/** Parts of other pages in a dialog of the desk: a link with data-dialog opens there instead of leaving the page. */

import { askText } from "./asking.js";
import { bind } from "./ui.js";
import { say } from "./ui-dialogs.js";

/**
 * @param {Record<string, string>} words
 * @param {() => void} onTold  a form in the dialog was carried out
 */
export function bindDialog(words, onTold) {
  const dialog = document.getElementById("desk-dialog");
  if (!dialog) return { open: async () => {} };
  const open = async (/** @type {string} */ address, /** @type {string} */ title) => {
    const html = await askText(withForm(address));
    if (html !== null) show(dialog, title, html);
  };
  document.addEventListener("click", (event) => {
    const link = /** @type {HTMLAnchorElement | null} */ (/** @type {Element} */ (event.target).closest("a[data-dialog]"));
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    void open(link.href, link.dataset.dialog ?? "");
  });
  dialog.addEventListener("submit", (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (!form.matches("[data-several-form]")) return;
    event.preventDefault();
    const button = /** @type {HTMLButtonElement | null} */ (event.submitter);
    void send(dialog, form, button, words.unreachable ?? "").then((told) => told && onTold());
  });
  return { open };
}

/** @param {string} address */
export function withForm(address) {
  return `${address}${address.includes("?") ? "&" : "?"}part=form`;
}

/**
 * @param {HTMLElement} dialog
 * @param {string} title
 * @param {string} html
 */
function show(dialog, title, html) {
  const body = /** @type {HTMLElement} */ (dialog.querySelector("[data-dialog-body]"));
  body.innerHTML = html;
  bind(body);
  /** @type {HTMLElement} */ (dialog.querySelector("[data-dialog-title]")).textContent = title;
  dialog.showPopover();
  /** @type {HTMLElement | null} */ (body.querySelector("select, input:not([type=hidden]), button, a"))?.focus();
}

/**
 * What came of it stands in the dialog; a refusal of the whole form stands above it, and what was chosen stays.
 * @param {HTMLElement} dialog
 * @param {HTMLFormElement} form
 * @param {HTMLButtonElement | null} button
 * @param {string} unreachable
 * @returns {Promise<HTMLElement | null>}
 */
async function send(dialog, form, button, unreachable) {
  button?.setAttribute("aria-busy", "true");
  const answer = await fetch(withForm(form.action), {
    method: "POST",
    body: new FormData(form, button),
    headers: { Accept: "application/json" },
  }).catch(() => null);
  button?.removeAttribute("aria-busy");
  delete form.dataset.sent;
  const body = /** @type {HTMLElement} */ (dialog.querySelector("[data-dialog-body]"));
  if (!answer?.ok) {
    const refusal = await answer?.json().catch(() => null);
    say(refusal?.detail ?? unreachable, { tone: "late" });
    return null;
  }
  body.innerHTML = await answer.text();
  /** @type {HTMLElement | null} */ (body.querySelector("[data-told]"))?.focus();
  return body.querySelector("[data-told]");
}
