/** Photos: picked in several goes, shown in order, taken away again; the first with a fresh place proposes the pin. */

import { icon } from "./ui-icons.js";
import { readPlace } from "./ui-exif.js";

const MOST = 10;
export const FRESH_MS = 24 * 60 * 60 * 1000;

/**
 * Whether a photo's own position may be proposed: taken within a day, and not in the future by more than an hour.
 * @param {Date | null} takenAt
 * @param {Date} now
 */
export function isFresh(takenAt, now) {
  if (!takenAt) return false;
  const age = now.getTime() - takenAt.getTime();
  return age > -60 * 60 * 1000 && age < FRESH_MS;
}

/**
 * @param {HTMLFormElement} form
 * @param {Record<string, string>} words
 * @param {{onPlace: (place: {lon: number, lat: number}) => boolean}} options
 */
export function bindPhotos(form, words, { onPlace }) {
  const input = /** @type {HTMLInputElement | null} */ (form.querySelector('input[name="photos"]'));
  const list = form.querySelector("[data-photo-list]");
  const adder = form.querySelector("[data-photo-adder]");
  const hint = /** @type {HTMLElement | null} */ (form.querySelector("[data-photo-hint]"));
  if (!input || !list || !adder) return;
  const kept = list.querySelectorAll(".photo--kept").length;
  let files = /** @type {File[]} */ ([]);

  const draw = () => {
    for (const old of list.querySelectorAll("[data-picked]")) old.remove();
    files.forEach((file, index) => adder.before(preview(file, index, words, () => drop(file))));
    const none = files.length + kept === 0;
    adder.querySelector(".photo-add")?.classList.toggle("photo-add--first", none);
    const word = adder.querySelector("[data-photo-word]");
    if (word && !none) word.textContent = words.more ?? "";
    input.files = transfer(files);
  };
  const drop = (/** @type {File} */ file) => {
    files = files.filter((other) => other !== file);
    draw();
    input.focus();
  };
  const say = (/** @type {string} */ text) => {
    if (hint) Object.assign(hint, { hidden: !text, textContent: text });
  };
  input.addEventListener("change", async () => {
    const added = [...(input.files ?? [])];
    const all = [...files, ...added];
    files = all.slice(0, MOST - kept);
    say(all.length > files.length ? (words.tooMany ?? "").replaceAll("{most}", String(MOST)) : "");
    draw();
    await propose(added, words, onPlace, say);
  });
  draw();
}

/**
 * @param {File[]} added
 * @param {Record<string, string>} words
 * @param {(place: {lon: number, lat: number}) => boolean} onPlace  says whether the place was taken
 * @param {(text: string) => void} say
 */
async function propose(added, words, onPlace, say) {
  for (const file of added) {
    const place = await readPlace(file);
    if (!place) continue;
    if (!isFresh(place.takenAt, new Date())) {
      say(words.oldPhoto ?? "");
      continue;
    }
    if (onPlace(place)) say(words.fromPhoto ?? "");
    return;
  }
}

/**
 * @param {File} file
 * @param {number} index
 * @param {Record<string, string>} words
 * @param {() => void} onRemove
 */
function preview(file, index, words, onRemove) {
  const item = document.createElement("li");
  item.className = "photo";
  item.dataset.picked = "";
  const image = document.createElement("img");
  image.alt = (words.photo ?? "").replace("{n}", String(index + 1));
  image.src = URL.createObjectURL(file);
  image.addEventListener("load", () => URL.revokeObjectURL(image.src));
  // A browser that can't draw the format (HEIC in most) shows the file's name: the server reads it.
  image.addEventListener("error", () => image.replaceWith(nameTag(file)));
  const remove = document.createElement("button");
  remove.type = "button";
  remove.className = "photo__remove";
  remove.setAttribute("aria-label", `${words.remove ?? ""}: ${file.name}`);
  remove.append(icon("x"));
  remove.addEventListener("click", onRemove);
  item.append(image, remove);
  return item;
}

/** @param {File} file */
function nameTag(file) {
  const tag = document.createElement("span");
  tag.className = "photo__name";
  const name = document.createElement("span");
  name.textContent = file.name;
  tag.append(icon("photo"), name);
  return tag;
}

/** @param {File[]} files */
function transfer(files) {
  const carrier = new DataTransfer();
  for (const file of files) carrier.items.add(file);
  return carrier.files;
}
