/** What waits on the phone, and what the server refused, with the ways out. */

import { lineOf, noteOf } from "./crew-taps.js";

/**
 * @typedef {import("./crew-order.js").Step} Step
 * @typedef {import("./crew-order.js").Photo} Photo
 * @typedef {import("./crew-store.js").CrewStore} CrewStore
 */

/**
 * @param {HTMLElement} outbox
 * @param {{steps: Step[], photos: Photo[], others: number}} kept
 * @param {Record<string, any>} words
 */
export function showOutbox(outbox, { steps, photos, others }, words) {
  const refused = groupByJob(steps.filter((step) => step.status === "refused"));
  const waiting = groupByJob(steps.filter((step) => step.status === "waiting"));
  const cards = refused.map((group) => refusedCard(outbox, group, words));
  replaceUnlessSame(part(outbox, "[data-refused]"), cards);
  const rows = waiting.map((group) => waitingRow(outbox, group, photos, words));
  replaceUnlessSame(part(outbox, "[data-waiting-list]"), rows);
  part(outbox, "[data-waiting]").hidden = !waiting.length && !others;
  const told = part(outbox, "[data-others-wait]");
  Object.assign(told, { hidden: !others, textContent: words.othersWait ?? "" });
  outbox.hidden = !refused.length && !waiting.length && !others;
}

/**
 * @param {HTMLElement} outbox
 * @param {HTMLDialogElement} dialog  that asks before something is discarded
 * @param {{store: CrewStore, words: Record<string, any>, onSettled: () => void}} means
 */
export function bindWaysOut(outbox, dialog, { store, words, onSettled }) {
  outbox.addEventListener("click", async (event) => {
    const button = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("[data-way-out]"));
    const job = /** @type {HTMLElement | null} */ (button?.closest("[data-job]"))?.dataset.job;
    if (!button || !job) return;
    const way = button.dataset.wayOut;
    if (way === "discard" && !(await isConfirmed(dialog))) return;
    const refused = (await store.list()).steps.filter((step) => step.status === "refused" && step.job === job);
    if (!refused.length) return;
    const instead = way === "job.note" || way === "job.help" ? noteOf(way, refused, words) : null;
    await store.settle(refused, instead);
    onSettled();
  });
}

/**
 * Opens the dialog and says whether it was answered with yes.
 * @param {HTMLDialogElement} dialog
 * @returns {Promise<boolean>}
 */
export function isConfirmed(dialog) {
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}

/**
 * @param {Step[]} steps
 * @returns {Step[][]}
 */
function groupByJob(steps) {
  const groups = /** @type {Map<string, Step[]>} */ (new Map());
  for (const step of steps) groups.set(step.job, [...(groups.get(step.job) ?? []), step]);
  return [...groups.values()];
}

/**
 * @param {HTMLElement} outbox
 * @param {Step[]} group
 * @param {Record<string, any>} words
 */
function refusedCard(outbox, group, words) {
  const card = fromTemplate(outbox, "[data-refused-template]", group, words);
  const reasons = [...new Set(group.map((step) => step.refusal?.detail).filter(Boolean))];
  part(card, "[data-reason]").textContent = reasons.join(" ");
  return card;
}

/**
 * @param {HTMLElement} outbox
 * @param {Step[]} group
 * @param {Photo[]} photos
 * @param {Record<string, any>} words
 */
function waitingRow(outbox, group, photos, words) {
  const row = fromTemplate(outbox, "[data-waiting-template]", group, words);
  const ids = group.flatMap((step) => step.photos);
  const own = photos.filter((photo) => photo.status === "waiting" && ids.includes(photo.id));
  const [sent, all] = own.reduce(([a, b], { offset, size }) => [a + offset, b + size], [0, 0]);
  const progress = /** @type {HTMLProgressElement} */ (part(row, "[data-progress]"));
  progress.hidden = !all;
  progress.value = all ? Math.round((100 * sent) / all) : 0;
  progress.setAttribute("aria-label", (words.photoSent ?? "").replace("{percent}", String(progress.value)));
  return row;
}

/**
 * @param {HTMLElement} outbox
 * @param {string} selector
 * @param {Step[]} group
 * @param {Record<string, any>} words
 */
function fromTemplate(outbox, selector, group, words) {
  const template = /** @type {HTMLTemplateElement} */ (outbox.querySelector(selector));
  const card = /** @type {HTMLElement} */ (template.content.firstElementChild?.cloneNode(true));
  const [first] = /** @type {[Step]} */ (group);
  card.dataset.job = first.job;
  part(card, "[data-title]").textContent = [first.title, first.where].filter(Boolean).join(", ");
  part(card, "[data-steps]").textContent = group.map((step) => lineOf(step, words)).join(" · ");
  return card;
}

/**
 * What has not changed stays, and the focus with it.
 * @param {HTMLElement} list
 * @param {HTMLElement[]} items
 */
function replaceUnlessSame(list, items) {
  const drawn = items.map((item) => item.outerHTML).join("");
  if (list.innerHTML !== drawn) list.replaceChildren(...items);
}

/**
 * @param {HTMLElement} root
 * @param {string} selector
 */
function part(root, selector) {
  return /** @type {HTMLElement} */ (root.querySelector(selector));
}
