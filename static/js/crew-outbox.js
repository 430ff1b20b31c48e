/** What waits on the phone, and what the server refused, with the ways out. */

import { lineOf, noteOf } from "./crew-taps.js";

const PHOTO = "photo";

/**
 * @typedef {import("./crew-order.js").Step} Step
 * @typedef {import("./crew-order.js").Photo} Photo
 * @typedef {import("./crew-store.js").CrewStore} CrewStore
 */

/**
 * @param {HTMLElement} root
 * @param {{steps: Step[], photos: Photo[], others: number}} kept
 * @param {Record<string, any>} words
 */
export function showOutbox(root, { steps, photos, others }, words) {
  const refused = groupByJob(refusedThings(steps, photos));
  const waiting = groupByJob(waitingThings(steps, photos));
  const list = part(root, "[data-refused]");
  replaceUnlessSame(list, refused.map((group) => refusedCard(root, group, words)));
  list.hidden = !refused.length;
  replaceUnlessSame(part(root, "[data-waiting-list]"), waiting.map((group) => waitingRow(root, group, photos, words)));
  Object.assign(part(root, "[data-others-wait]"), { hidden: !others, textContent: words.othersWait ?? "" });
  part(root, "[data-waiting]").hidden = !waiting.length && !others;
}

/**
 * @param {HTMLElement} root
 * @param {HTMLDialogElement} dialog  that asks before something is discarded
 * @param {{store: CrewStore, words: Record<string, any>, list: () => Promise<import("./crew-store.js").Kept>,
 *   onSettled: () => void}} means  list: what is kept, as it was shown
 */
export function bindWaysOut(root, dialog, { store, words, list, onSettled }) {
  root.addEventListener("click", async (event) => {
    const button = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("[data-way-out]"));
    const job = /** @type {HTMLElement | null} */ (button?.closest("[data-job]"))?.dataset.job;
    if (!button || !job) return;
    const way = button.dataset.wayOut;
    if (way === "discard" && !(await isConfirmed(dialog))) return;
    const kept = await list();
    const refused = refusedThings(kept.steps, kept.photos).filter((thing) => thing.job === job);
    if (!refused.length) return;
    const isUnusable = (/** @type {Photo} */ photo) => photo.status === "refused" && !photo.isLeft;
    const unusable = new Set(kept.photos.filter(isUnusable).map(({ id }) => id));
    const said = refused.filter(isWorthKeeping).map((step) => ({ ...step, photos: step.photos.filter((id) => !unusable.has(id)) }));
    const instead = way === "job.note" || way === "job.help" ? noteOf(way, said, words) : null;
    await store.settle(refused, instead);
    onSettled();
  });
}

/**
 * Refused steps, and refused photos as if each were one.
 * @param {Step[]} steps
 * @param {Photo[]} photos
 * @returns {Step[]}
 */
function refusedThings(steps, photos) {
  const things = photos.filter((photo) => photo.status === "refused").map((photo) => asStep(photo, "refused"));
  return [...steps.filter((step) => step.status === "refused"), ...things];
}

/**
 * Steps that wait, and photos whose step is through already as if each were one.
 * @param {Step[]} steps
 * @param {Photo[]} photos
 * @returns {Step[]}
 */
function waitingThings(steps, photos) {
  const waiting = steps.filter((step) => step.status === "waiting");
  const named = new Set(waiting.flatMap((step) => step.photos));
  const alone = photos.filter((photo) => photo.status === "waiting" && !named.has(photo.id));
  return [...waiting, ...alone.map((photo) => asStep(photo, "waiting"))];
}

/**
 * @param {Photo} photo
 * @param {"waiting" | "refused"} status
 * @returns {Step}
 */
function asStep({ id, person, job, title, where, refusal, isLeft }, status) {
  const none = { seq: undefined, name: PHOTO, version: 0, at: "", fields: {}, status };
  return { ...none, id, person, job, title, where, refusal, isLeft, photos: [id] };
}

/**
 * Of a photo that is none nothing can be kept.
 * @param {Step} thing
 */
function isWorthKeeping(thing) {
  return thing.name !== PHOTO || Boolean(thing.isLeft);
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
 * @param {HTMLElement} root
 * @param {Step[]} group
 * @param {Record<string, any>} words
 */
function refusedCard(root, group, words) {
  const card = fromTemplate(root, "[data-refused-template]", group, words);
  const reasons = [...new Set(group.map((step) => step.refusal?.detail).filter(Boolean))];
  part(card, "[data-reason]").textContent = reasons.join(" ");
  if (!group.some(isWorthKeeping)) for (const way of card.querySelectorAll("[data-way-out^='job.']")) way.remove();
  return card;
}

/**
 * @param {HTMLElement} root
 * @param {Step[]} group
 * @param {Photo[]} photos
 * @param {Record<string, any>} words
 */
function waitingRow(root, group, photos, words) {
  const row = fromTemplate(root, "[data-waiting-template]", group, words);
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
 * @param {HTMLElement} root
 * @param {string} selector
 * @param {Step[]} group
 * @param {Record<string, any>} words
 */
function fromTemplate(root, selector, group, words) {
  const template = /** @type {HTMLTemplateElement} */ (root.querySelector(selector));
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
