/** One tap is one command: photos first, each under its own id, then the step that names them. */

import { CommandUnanswered } from "./live.js";
import { say } from "./ui-dialogs.js";

const TRY_AGAIN_MS = 3_000;
const MOST_TRIES = 40;

/** The photo did not get through, however often it was tried. */
class PhotoNotSent extends Error {}

/**
 * @typedef {object} Means
 * @property {{command: (name: string, fields: Record<string, unknown>) => Promise<any>}} live
 * @property {string} photos  where photos are sent
 * @property {Record<string, string>} words
 */

/**
 * Sends the form's step. True when the server has carried it out; a refusal is said with its reason.
 * @param {HTMLFormElement} form
 * @param {HTMLElement | null} button
 * @param {Means} means
 * @returns {Promise<boolean>}
 */
export async function sendStep(form, button, means) {
  if (form.dataset.sending !== undefined) return false;
  form.dataset.sending = "";
  button?.setAttribute("aria-busy", "true");
  try {
    const photos = await sendPhotos(form, means);
    const result = await means.live.command(form.dataset.command ?? "", fieldsOf(form, button, photos));
    if (result.ok) return true;
    say((means.words.refused ?? "").replace("{reason}", result.error?.detail ?? ""), { tone: "late" });
    return false;
  } catch (error) {
    say(wordsOf(error, means.words), { tone: "late" });
    return false;
  } finally {
    delete form.dataset.sending;
    button?.removeAttribute("aria-busy");
  }
}

/**
 * @param {unknown} error
 * @param {Record<string, string>} words
 */
function wordsOf(error, words) {
  if (error instanceof CommandUnanswered) return words.unanswered ?? "";
  if (error instanceof PhotoNotSent) return words.photoNotSent ?? words.unanswered ?? "";
  return (words.refused ?? "").replace("{reason}", error instanceof Error ? error.message : "");
}

/**
 * @param {HTMLFormElement} form
 * @param {HTMLElement | null} button
 * @param {string[]} photos
 */
export function fieldsOf(form, button, photos) {
  const given = new FormData(form);
  /** @type {Record<string, unknown>} */
  const fields = { id: given.get("id"), job: form.dataset.job, version: Number(form.dataset.version) };
  for (const name of ["outcome", "note"]) {
    const value = String(given.get(name) ?? "").trim();
    if (value) fields[name] = value;
  }
  const reason = button instanceof HTMLButtonElement && button.name === "reason" ? button.value : "";
  if (reason) fields.reason = reason;
  if (photos.length) fields.photos = photos;
  return fields;
}

/**
 * @param {HTMLFormElement} form
 * @param {Means} means
 */
async function sendPhotos(form, means) {
  const input = /** @type {HTMLInputElement | null} */ (form.querySelector('input[type="file"]'));
  const ids = [];
  for (const file of input?.files ?? []) ids.push(await sendPhoto(form, file, means));
  return ids;
}

/** The id is made once per file, so that a photo sent again is the same photo. */
const idOfFile = /** @type {WeakMap<File, string>} */ (new WeakMap());

/**
 * @param {HTMLFormElement} form
 * @param {File} file
 * @param {Means} means
 */
async function sendPhoto(form, file, means) {
  const id = idOfFile.get(file) ?? crypto.randomUUID();
  idOfFile.set(file, id);
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const answer = await fetch(means.photos, { method: "POST", body: photoBody(form, file, id), headers: csrf(form) })
      .catch(() => null);
    if (answer?.ok) return id;
    if (answer && answer.status < 500 && answer.status !== 429) throw new Error(await reasonOf(answer));
    if (tries === 0) say(means.words.waiting ?? "", { tone: "moving" });
    await new Promise((resolve) => setTimeout(resolve, TRY_AGAIN_MS));
  }
  throw new PhotoNotSent();
}

/**
 * @param {HTMLFormElement} form
 * @param {File} file
 * @param {string} id
 */
function photoBody(form, file, id) {
  const body = new FormData();
  body.set("id", id);
  body.set("role", form.dataset.role ?? "after");
  body.set("file", file, file.name);
  return body;
}

/** @param {HTMLFormElement} form */
function csrf(form) {
  return { "X-CSRFToken": String(new FormData(form).get("csrfmiddlewaretoken") ?? "") };
}

/** @param {Response} answer */
async function reasonOf(answer) {
  const facts = await answer.json().catch(() => ({}));
  return facts.detail ?? String(answer.status);
}

