/** The desk's forms are sent without leaving the page; a refusal is said, and what was typed stays. */

import { say } from "./ui-dialogs.js";

/**
 * @param {HTMLElement} desk
 * @param {Record<string, string>} words
 * @param {(done: HTMLFormElement | null) => Promise<void>} onDone  with the form that was carried out; null after a
 *   conflict, when the report is another than the person saw
 */
export function bindForms(desk, words, onDone) {
  desk.addEventListener("submit", (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (!form.matches("[data-desk-form]")) return;
    event.preventDefault();
    const button = /** @type {HTMLButtonElement | null} */ (event.submitter);
    // Return in a field must not choose one of several buttons.
    if (form.matches("[data-needs-button]") && !button?.hasAttribute("formaction")) return;
    void send(form, button, words).then((outcome) => {
      if (outcome !== "failed") void onDone(outcome === "done" ? form : null);
    });
  });
}

/**
 * @param {HTMLFormElement} form
 * @param {HTMLButtonElement | null} button
 * @param {Record<string, string>} words
 * @returns {Promise<"done" | "conflict" | "failed">}
 */
async function send(form, button, words) {
  if (form.dataset.sending !== undefined) return "failed";
  form.dataset.sending = "";
  button?.setAttribute("aria-busy", "true");
  const answer = await fetch(button?.getAttribute("formaction") ?? form.action, {
    method: "POST",
    body: new FormData(form, button),
    headers: { Accept: "application/json" },
  }).catch(() => null);
  delete form.dataset.sending;
  button?.removeAttribute("aria-busy");
  if (answer?.ok) return "done";
  say(await reasonOf(answer, words), { tone: "late" });
  return answer?.status === 409 ? "conflict" : "failed";
}

/**
 * @param {Response | null} answer
 * @param {Record<string, string>} words
 */
async function reasonOf(answer, words) {
  if (!answer) return words.unreachable ?? "";
  const facts = await answer.json().catch(() => ({}));
  return (words.refused ?? "").replace("{reason}", facts.detail ?? String(answer.status));
}
