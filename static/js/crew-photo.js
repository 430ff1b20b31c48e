/** A photo of the work: what is known of it is read, it is made small and kept on the phone, and it is shown. */

import { captureFacts } from "./crew-capture.js";
import { reducePhoto, sha256 } from "./crew-reduce.js";
import { withRoom } from "./crew-room.js";

/**
 * @typedef {import("./crew-order.js").Photo} Photo
 * @typedef {import("./crew-capture.js").Place} Place
 * @typedef {object} Means
 * @property {import("./crew-store.js").CrewStore} store
 * @property {() => Place | null} place
 * @property {(error: unknown) => void} onTrouble
 */

/** Photos that are being made small; a tap waits for those of its job. */
const underway = /** @type {Set<Promise<void>>} */ (new Set());

/** Photos for which the phone had no room, held while the page is open; the next tap tries again. @type {Map<string, Photo>} */
const held = new Map();

/** @param {{job: string, role?: string}} plan  what a photo is for */
const planOf = ({ job, role = "" }) => `${job}/${role}`;

/**
 * Until all photos are kept that were taken for this. Rejects when there is still no room.
 * @param {import("./crew-store.js").CrewStore} store
 * @param {{job: string, role?: string}} plan
 */
export async function photosReady(store, plan) {
  while (underway.size) await Promise.all(underway);
  const photo = held.get(planOf(plan));
  if (photo) await keepPhoto(store, photo);
}

/**
 * @param {import("./crew-store.js").CrewStore} store
 * @param {Photo} photo
 */
async function keepPhoto(store, photo) {
  held.set(planOf(photo), photo);
  await withRoom(store.person, () => store.keepPhoto(photo));
  held.delete(planOf(photo));
}

/** How many photos only this page has: it must not go away by itself. */
export const heldCount = () => held.size;

/**
 * Tries again to keep them: a photo whose job is gone has a way out only once it is kept.
 * @param {import("./crew-store.js").CrewStore} store
 */
export async function keepHeld(store) {
  for (const photo of [...held.values()]) await keepPhoto(store, photo).catch(() => {}); // still no room: held on
}

/**
 * Call it with every new drawing, before anything else happens: while the camera is open the page may be drawn afresh,
 * and the photo then comes to an input that is no longer in it.
 * @param {ParentNode} drawn
 * @param {Means} means
 */
export function bindPhotoInputs(drawn, means) {
  for (const input of /** @type {NodeListOf<HTMLInputElement>} */ (drawn.querySelectorAll("[data-photo-input]"))) {
    input.addEventListener("change", () => take(input, means));
  }
}

/**
 * @param {HTMLInputElement} input
 * @param {Means} means
 */
function take(input, means) {
  const file = input.files?.[0];
  if (!file) return;
  const label = input.closest("[data-taken]");
  label?.setAttribute("aria-busy", "true");
  const work = keep(input, file, means)
    .catch(means.onTrouble)
    .finally(() => (underway.delete(work), label?.removeAttribute("aria-busy")));
  underway.add(work);
}

/**
 * @param {HTMLInputElement} input
 * @param {File} file
 * @param {Means} means
 */
async function keep(input, file, { store, place }) {
  const [facts, small] = await Promise.all([captureFacts(file, place(), new Date()), reducePhoto(file)]);
  const form = input.closest("form");
  const { job = "", title = "", address = "" } = /** @type {HTMLElement} */ (input.closest("[data-job]")).dataset;
  const photo = /** @type {Photo} */ ({
    id: crypto.randomUUID(),
    person: store.person,
    job,
    title,
    where: address,
    role: form?.dataset.role ?? "after",
    status: "taken",
    file: small,
    filename: file.name || "photo.jpg",
    sha256: await sha256(small),
    size: small.size,
    offset: 0,
    facts,
  });
  input.value = "";
  await keepPhoto(store, photo);
}

/**
 * Shows the photos that were taken for each job and not used yet.
 * @param {Element} body
 * @param {Photo[]} photos
 * @param {Record<string, any>} words
 */
export function showTaken(body, photos, words) {
  for (const place of /** @type {NodeListOf<HTMLElement>} */ (body.querySelectorAll("[data-taken]"))) {
    const job = /** @type {HTMLElement | null} */ (place.closest("[data-job]"))?.dataset.job;
    const role = place.closest("form")?.dataset.role;
    const waits = held.get(planOf({ job: job ?? "", role }));
    const photo = waits ?? photos.find((each) => each.status === "taken" && each.job === job && each.role === role);
    showPhoto(place, photo, (waits ? words.held : words.again) ?? "", words);
  }
}

/**
 * @param {HTMLElement} place
 * @param {Photo | undefined} photo
 * @param {string} note
 * @param {Record<string, any>} words
 */
function showPhoto(place, photo, note, words) {
  const shown = photo ? `${photo.id} ${note}` : "";
  if ((place.dataset.photo ?? "") === shown) return;
  place.dataset.photo = shown;
  place.querySelector("img")?.remove();
  place.querySelector(".chip")?.remove();
  if (photo?.file) place.append(picture(photo.file, words), chip(note));
}

/**
 * @param {Blob} file
 * @param {Record<string, any>} words
 */
function picture(file, words) {
  const image = document.createElement("img");
  image.alt = words.afterPhoto ?? "";
  image.src = URL.createObjectURL(file);
  image.addEventListener("load", () => URL.revokeObjectURL(image.src));
  // A format that the browser can't draw: the words beside it say that there is a photo.
  image.addEventListener("error", () => image.remove());
  return image;
}

/** @param {string} text */
function chip(text) {
  const element = document.createElement("span");
  element.className = "chip chip--photo";
  element.textContent = text;
  return element;
}
