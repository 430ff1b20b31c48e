/** A photo of the work: what is known of it is read, it is made small and kept on the phone, and it is shown. */

import { captureFacts } from "./crew-capture.js";
import { reducePhoto, sha256 } from "./crew-reduce.js";

/**
 * @typedef {import("./crew-order.js").Photo} Photo
 * @typedef {import("./crew-capture.js").Place} Place
 * @typedef {object} Means
 * @property {import("./crew-store.js").CrewStore} store
 * @property {() => Place | null} place
 * @property {Record<string, any>} words
 * @property {(error: unknown) => void} onTrouble
 */

/** Photos that are being made small; a tap waits for those of its job. */
const underway = /** @type {Set<Promise<void>>} */ (new Set());

export async function photosReady() {
  while (underway.size) await Promise.all(underway);
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
  await store.keepPhoto({
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
    const photo = photos.find((each) => each.status === "taken" && each.job === job && each.role === role);
    showPhoto(place, photo, words);
  }
}

/**
 * @param {HTMLElement} place
 * @param {Photo | undefined} photo
 * @param {Record<string, any>} words
 */
function showPhoto(place, photo, words) {
  const id = photo?.id ?? "";
  if ((place.dataset.photo ?? "") === id) return;
  place.dataset.photo = id;
  place.querySelector("img")?.remove();
  place.querySelector(".chip")?.remove();
  if (photo?.file) place.append(picture(photo.file, words), chip(words.again ?? ""));
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
