/** The strip at the top: beside the connection, what waits, as of when the page is, and when a place was sent. */

/**
 * @typedef {object} Standing
 * @property {number} steps  that wait
 * @property {number} photos  that wait
 * @property {number} share  of their bytes that the server has, 0 to 1
 * @property {number} refused  steps
 * @property {string} signIn  why nothing can be sent before signing in, or nothing
 * @property {Date | null} asOf  when the page was drawn that is shown without a network
 * @property {boolean} onDuty  and not on a break
 * @property {boolean} [isResting]  on a break
 * @property {Date | null} placeSentAt
 */

/**
 * @param {HTMLElement} strip
 * @param {Standing} standing
 * @param {Record<string, any>} words
 */
export function showStanding(strip, standing, words) {
  write(strip.querySelector("[data-queue-text]"), ` · ${queueText(standing, words)}`);
  write(strip.querySelector("[data-sent-text]"), standing.share ? ` (${percent(standing.share)})` : "");
  write(strip.querySelector("[data-place-text]"), placeText(standing, words));
  strip.toggleAttribute("data-troubled", Boolean(standing.refused || standing.signIn));
}

/**
 * The button at the top does what can be done now, also after the desk or the end of the shift changed it.
 * @param {boolean} isOnDuty
 */
export function showDuty(isOnDuty) {
  const button = /** @type {HTMLButtonElement | null} */ (document.querySelector("[data-duty]"));
  if (!button) return;
  button.value = isOnDuty ? "0" : "1";
  write(button, (isOnDuty ? button.dataset.textOff : button.dataset.textOn) ?? "");
}

/**
 * How much of the photos that wait has been sent, 0 to 1.
 * @param {import("./crew-order.js").Photo[]} photos
 */
export function sentShare(photos) {
  const waiting = photos.filter((photo) => photo.status === "waiting");
  const sum = (/** @type {"offset" | "size"} */ name) => waiting.reduce((all, photo) => all + photo[name], 0);
  return sum("offset") / (sum("size") || 1);
}

/**
 * @param {Standing} standing
 * @param {Record<string, any>} words
 */
export function queueText({ steps, photos, refused, signIn, asOf }, words) {
  const parts = [];
  if (steps) parts.push(counted(steps, words.steps));
  if (photos) parts.push(counted(photos, words.photos));
  if (refused) parts.push(counted(refused, words.refusedSteps));
  if (!parts.length) parts.push(words.allSent);
  if (signIn && (steps || photos)) parts.push(words.signIn);
  if (asOf) parts.push(words.asOf.replace("{time}", clock(asOf)));
  return parts.join(", ");
}

/**
 * @param {Standing} standing
 * @param {Record<string, any>} words
 */
function placeText({ onDuty, isResting, placeSentAt }, words) {
  if (isResting) return words.resting;
  if (!onDuty) return words.offDuty;
  return placeSentAt ? words.placeSent.replace("{time}", clock(placeSentAt)) : words.placeNot;
}

/**
 * @param {number} number
 * @param {Record<string, string>} forms  by the names of Intl.PluralRules
 */
function counted(number, forms) {
  const form = new Intl.PluralRules(language()).select(number);
  return (forms[form] ?? forms.other ?? "").replace("{n}", String(number));
}

/** @param {Date} time */
function clock(time) {
  return time.toLocaleTimeString(language(), { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}

/** @param {number} share */
function percent(share) {
  return share.toLocaleString(language(), { style: "percent" });
}

function language() {
  return globalThis.document?.documentElement.lang || "en";
}

/**
 * Only what has changed is written, so that a screen reader says it once.
 * @param {Element | null} element
 * @param {string} text
 */
function write(element, text) {
  if (element && element.textContent !== text) element.textContent = text;
}
