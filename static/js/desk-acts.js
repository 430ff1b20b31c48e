/** Acts on the chosen report: their forms open in its pane, are sent from there, and show a refusal in place. */

import { say } from "./ui-dialogs.js";

/** What makes somebody else's view of a report stale; that a phone got or showed a job does not. */
const SILENT = new Set([
  "job.delivered", "job.seen", "report.note", "report.guarantee", "report.due_soon", "report.overdue",
]);
const FIELDS = "textarea, select, input:not([type=hidden])";

/**
 * @param {HTMLElement} desk
 * @param {object} options
 * @param {Record<string, string>} options.words
 * @param {(html: string) => void} options.draw  puts the server's pane in the place of the one that is shown
 * @param {(done: HTMLFormElement | null) => Promise<void>} options.onDone  with the form that was carried out
 * @param {() => Promise<void>} options.onClose
 */
export function bindActs(desk, { words, draw, onDone, onClose }) {
  const show = (/** @type {string} */ html) => {
    draw(html);
    focusAct(desk);
  };
  desk.addEventListener("click", (event) => {
    const link = /** @type {Element} */ (event.target).closest("a[data-act-open], a[data-act-close]");
    if (!(link instanceof HTMLAnchorElement) || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (link.matches("[data-act-close]")) void onClose();
    else void open(link, words, show);
  });
  desk.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !/** @type {Element} */ (event.target).closest("[data-act]")) return;
    event.preventDefault();
    void onClose();
  });
  desk.addEventListener("submit", (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (!form.matches("[data-act-form]")) return;
    event.preventDefault();
    const button = /** @type {HTMLButtonElement | null} */ (event.submitter);
    void send(form, button, words).then((refused) => {
      if (refused === "") void onDone(form);
      else if (refused) show(refused);
    });
  });
}

/**
 * Says in an open act that its report has changed since it was drawn.
 * @param {HTMLElement} desk
 * @param {string} kind  of the event
 */
export function markStale(desk, kind) {
  const banner = desk.querySelector("[data-act-stale]");
  if (banner instanceof HTMLElement && !SILENT.has(kind)) banner.hidden = false;
}

/** @param {HTMLElement} desk */
export function isActOpen(desk) {
  return desk.querySelector("[data-report-pane] [data-act]") !== null;
}

/**
 * @param {HTMLAnchorElement} link
 * @param {Record<string, string>} words
 * @param {(html: string) => void} show
 */
async function open(link, words, show) {
  const answer = await fetch(inPane(link.href), { headers: { Accept: "text/html" } }).catch(() => null);
  if (answer?.ok && !answer.redirected) show(await answer.text());
  else if (answer) location.assign(link.href);
  else say(words.unreachable ?? "", { tone: "late" });
}

/**
 * The pane with the refusal in it; "" when it was carried out; null when nothing is known, and that was said.
 * @param {HTMLFormElement} form
 * @param {HTMLButtonElement | null} button
 * @param {Record<string, string>} words
 */
async function send(form, button, words) {
  if (form.dataset.sending !== undefined) return null;
  form.dataset.sending = "";
  button?.setAttribute("aria-busy", "true");
  const answer = await fetch(inPane(form.action), {
    method: "POST",
    body: new FormData(form, button),
    headers: { Accept: "text/html" },
  }).catch(() => null);
  delete form.dataset.sending;
  button?.removeAttribute("aria-busy");
  if (answer?.status === 204) return "";
  const html = answer ? await answer.text() : "";
  if (html.includes("data-report=")) return html;
  say(answer ? (words.refused ?? "").replace("{reason}", String(answer.status)) : (words.unreachable ?? ""), { tone: "late" });
  return null;
}

/**
 * The address that answers with the report's pane alone.
 * @param {string} address
 */
export function inPane(address) {
  const url = new URL(address);
  url.searchParams.set("part", "report");
  return url.href;
}

/**
 * What went wrong is read out first; else the hands go on in the first field.
 * @param {HTMLElement} desk
 */
function focusAct(desk) {
  const act = desk.querySelector("[data-act]");
  act?.scrollIntoView({ block: "nearest" });
  const wrong = act?.querySelector("[aria-invalid=true]");
  const first = wrong ?? act?.querySelector(FIELDS) ?? act?.querySelector("[data-focus-act]");
  if (first instanceof HTMLElement) first.focus();
}
