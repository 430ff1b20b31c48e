/** A tap becomes a step in the queue of this phone; only then it counts. */

import { photosReady } from "./crew-photo.js";
import { withRoom } from "./crew-room.js";

/**
 * @typedef {import("./crew-order.js").Step} Step
 * @typedef {import("./crew-capture.js").Place} Place
 * @typedef {{place: () => Place | null, store: import("./crew-store.js").CrewStore}} Means
 */

/** A job is closed with a photo of how it looks now. */
export class PhotoMissing extends Error {}

/**
 * Stores the form's step with its photos. Rejects with PhotoMissing, or when it can't be kept; false when the form is
 * being stored already.
 * @param {HTMLFormElement} form
 * @param {HTMLElement | null} button
 * @param {Means} means
 */
export async function storeTap(form, button, { place, store }) {
  if (form.dataset.sending !== undefined) return false;
  form.dataset.sending = "";
  button?.setAttribute("aria-busy", "true");
  try {
    const at = new Date().toISOString();
    const fields = { ...fieldsOf(form, button), ...placeFields(place()) };
    const step = stepOf(form, fields, at, store.person);
    await photosReady(store, { job: step.job, role: form.dataset.role });
    const { photos } = await store.list();
    const own = photos.filter((each) => each.status === "taken" && each.job === step.job && each.role === form.dataset.role);
    if (step.name === "job.finish" && !own.length) throw new PhotoMissing();
    await withRoom(store.person, () => store.add({ ...step, photos: own.map((photo) => photo.id) }));
    return true;
  } finally {
    delete form.dataset.sending;
    button?.removeAttribute("aria-busy");
  }
}

/**
 * @param {HTMLFormElement} form
 * @param {Record<string, unknown>} fields
 * @param {string} at
 * @param {string} person
 * @returns {Step}
 */
function stepOf(form, fields, at, person) {
  const { job = "", acts = "", title = "", address = "" } =
    /** @type {HTMLElement} */ (form.closest("article[data-job]")).dataset;
  return {
    id: crypto.randomUUID(),
    person,
    job,
    title,
    where: address,
    name: form.dataset.command ?? "",
    version: Number(acts),
    at,
    fields,
    photos: [],
    status: "waiting",
  };
}

/**
 * What the form says beside its step.
 * @param {HTMLFormElement} form
 * @param {HTMLElement | null} button
 * @returns {Record<string, unknown>}
 */
export function fieldsOf(form, button) {
  const given = new FormData(form);
  /** @type {Record<string, unknown>} */
  const fields = {};
  for (const name of ["outcome", "note", "question"]) {
    const value = String(given.get(name) ?? "").trim();
    if (value) fields[name] = value;
  }
  const reason = button instanceof HTMLButtonElement && button.name === "reason" ? button.value : "";
  return reason ? { ...fields, reason } : fields;
}

/** @param {Place | null} place */
export function placeFields(place) {
  return place ? { lat: place.lat, lon: place.lon, accuracy: place.accuracy } : {};
}

/**
 * The way out of a refusal: what was done, as a note to the desk, with its photos.
 * @param {"job.note" | "job.help"} name
 * @param {Step[]} refused  steps of one job
 * @param {Record<string, any>} words
 * @returns {Step}
 */
export function noteOf(name, refused, words) {
  const steps = refused.filter((step) => !step.isLeft);
  const last = /** @type {Step} */ (steps.at(-1) ?? refused.at(-1));
  const note = refused.map((step) => lineOf(step, words)).join("\n");
  const photos = [...new Set(refused.flatMap((step) => step.photos))];
  const of = steps.every((step) => step.name.startsWith("job.n") || step.name === "job.help") ? last.fields.of : last.id;
  const at = new Date().toISOString();
  const { person, job, title, where, version } = last;
  const fields = { note, of };
  return { id: crypto.randomUUID(), person, job, title, where, name, version, at, fields, photos, status: "waiting" };
}

/**
 * "10:31 Closed: the lid is back"
 * @param {Step} step
 * @param {Record<string, any>} words
 */
export function lineOf({ name, at, fields }, words) {
  const time = at && new Date(at).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const what = words[name] ?? name;
  const said = String(fields.note ?? "");
  if (name === "job.note" || name === "job.help") return said;
  if (!at) return what;
  return `${time}\u00a0${what.replaceAll(" ", "\u00a0")}${said ? `: ${said}` : ""}`;
}
