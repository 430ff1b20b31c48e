/** Where is it: the pin on the map, the phone's own place, a photo's, or words; and which district it goes to. */

import { askJson } from "./asking.js";
import { createMap } from "./map.js";
import { pickPoint } from "./map-pick.js";

/** @typedef {{lon: number, lat: number, accuracy?: number}} Place */

const LOCATE_AFTER_MS = 250;
const ASK_TIMEOUT_MS = 15_000;

/**
 * @param {HTMLFormElement} form
 * @param {Record<string, string>} words
 * @param {{onPlace: (place: Place) => void, category: () => string}} options
 */
export function bindPlace(form, words, { onPlace, category }) {
  const parts = readParts(form);
  /** @type {ReturnType<typeof pickPoint> | null} */
  let picker = null;
  /** @type {number | undefined} */
  let zoom;
  let timer = 0;

  const nameDistrict = async () => {
    const place = parts.place();
    if (place) showDistrict(parts, words, await askDistrict(form, place, category()));
  };
  const take = (/** @type {Place} */ place, /** @type {boolean} */ move) => {
    parts.write(place);
    parts.accuracyText.textContent = place.accuracy
      ? (words.accuracy ?? "").replace("{metres}", String(Math.round(place.accuracy)))
      : "";
    if (move) picker?.moveTo(place, zoom);
    clearTimeout(timer);
    timer = window.setTimeout(() => (void nameDistrict(), onPlace(place)), LOCATE_AFTER_MS);
  };

  parts.here?.addEventListener("click", () => void askPhone(parts, words, (place) => take(place, true)));
  for (const field of [parts.lat, parts.lon]) {
    field.addEventListener("change", () => {
      parts.accuracy.value = ""; // it was the accuracy of another place
      const place = parts.place();
      if (place) take(place, true);
    });
  }
  parts.area?.addEventListener("change", () => {
    const option = parts.area?.selectedOptions[0];
    if (option?.dataset.lat) take(placeOfOption(option), true);
  });
  bindWords(form, parts, (place) => take(place, true));
  void startMap(parts, (place) => take(place, false)).then((started) => {
    picker = started?.picker ?? null;
    zoom = started?.zoom;
    const known = parts.place();
    if (known) take(known, true);
    else void quietly(parts, words, (place) => take(place, true));
  });
  requirePlace(form, parts, words);
  return {
    nameDistrict: () => void nameDistrict(),
    /** A photo's place is only a proposal: what the phone or the person has set stays. True when it was taken. */
    proposeFromPhoto: (/** @type {Place} */ place) => {
      if (parts.place()) return false;
      take(place, true);
      return true;
    },
  };
}

/** @param {HTMLFormElement} form */
function readParts(form) {
  const field = (/** @type {string} */ name) =>
    /** @type {HTMLInputElement} */ (form.elements.namedItem(name));
  const part = (/** @type {string} */ name) => /** @type {HTMLElement} */ (form.querySelector(`[data-place-${name}]`));
  const [lat, lon, accuracy] = [field("lat"), field("lon"), field("accuracy")];
  return {
    lat,
    lon,
    accuracy,
    address: field("address"),
    area: /** @type {HTMLSelectElement | null} */ (form.elements.namedItem("area")),
    map: part("map"),
    here: part("here"),
    district: part("district"),
    districtName: part("district-name"),
    districtNote: part("district-note"),
    accuracyText: part("accuracy"),
    byHand: /** @type {HTMLDetailsElement} */ (form.querySelector(".place-by-hand")),
    /** @returns {Place | null} */
    place: () => parsePlace(lat.value, lon.value, accuracy.value),
    write: (/** @type {Place} */ place) => {
      lat.value = place.lat.toFixed(6);
      lon.value = place.lon.toFixed(6);
      accuracy.value = place.accuracy ? String(Math.round(place.accuracy)) : "";
    },
  };
}

/**
 * @param {string} lat
 * @param {string} lon
 * @param {string} accuracy
 * @returns {Place | null}
 */
export function parsePlace(lat, lon, accuracy) {
  const [north = NaN, east = NaN] = [lat, lon].map((text) => (text.trim() ? Number(text.trim().replace(",", ".")) : NaN));
  if (!Number.isFinite(north) || !Number.isFinite(east)) return null;
  return { lat: north, lon: east, ...(Number(accuracy) > 0 ? { accuracy: Number(accuracy) } : {}) };
}

/**
 * @param {HTMLOptionElement} option
 * @returns {Place}
 */
function placeOfOption(option) {
  const { lat, lon, reach } = option.dataset;
  return { lat: Number(lat), lon: Number(lon), accuracy: Number(reach) };
}

/**
 * @param {ReturnType<typeof readParts>} parts
 * @param {(place: Place) => void} onPick
 */
async function startMap(parts, onPick) {
  const map = await createMap(parts.map, { cooperative: matchMedia("(pointer: coarse)").matches });
  if (!map) return null;
  // Without streets a closer look would show nothing to go by.
  return { picker: pickPoint(map, { onPick }), zoom: map.facts.base === "nothing" ? 13.5 : undefined };
}

/**
 * The phone's place, asked for by a tap.
 * @param {ReturnType<typeof readParts>} parts
 * @param {Record<string, string>} words
 * @param {(place: Place) => void} onFix
 */
async function askPhone(parts, words, onFix) {
  parts.accuracyText.textContent = words.locating ?? "";
  parts.here.setAttribute("aria-busy", "true");
  try {
    onFix(await fixOf({ enableHighAccuracy: true, timeout: ASK_TIMEOUT_MS, maximumAge: 10_000 }));
  } catch {
    parts.accuracyText.textContent = words.refused ?? "";
    parts.byHand.open = true;
  } finally {
    parts.here.removeAttribute("aria-busy");
  }
}

/**
 * Without being asked only where the person has allowed it before: no question on opening the page.
 * @param {ReturnType<typeof readParts>} parts
 * @param {Record<string, string>} words
 * @param {(place: Place) => void} onFix
 */
async function quietly(parts, words, onFix) {
  const status = await navigator.permissions?.query({ name: "geolocation" }).catch(() => null);
  if (status?.state === "granted") await askPhone(parts, words, (place) => parts.place() || onFix(place));
}

/**
 * @param {PositionOptions} options
 * @returns {Promise<Place>}
 */
function fixOf(options) {
  return new Promise((resolve, reject) => {
    if (!navigator.geolocation) return reject(new Error("no geolocation"));
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => resolve({ lat: coords.latitude, lon: coords.longitude, accuracy: coords.accuracy }),
      reject,
      options,
    );
  });
}

/**
 * Words that name a neighbourhood move the map there, as long as the pin was not set.
 * @param {HTMLFormElement} form
 * @param {ReturnType<typeof readParts>} parts
 * @param {(place: Place) => void} onFound
 */
function bindWords(form, parts, onFound) {
  parts.address.addEventListener("change", async () => {
    const words = parts.address.value.trim();
    if (parts.place() || words.length < 3) return;
    const found = (await askJson(`${form.dataset.places}?q=${encodeURIComponent(words)}`))?.places ?? [];
    if (found.length && !parts.place()) onFound({ ...found[0], accuracy: found[0].reach_m });
  });
}

/**
 * @param {HTMLFormElement} form
 * @param {Place} place
 * @param {string} category
 * @returns {Promise<Record<string, any> | null>}
 */
async function askDistrict(form, place, category) {
  const query = new URLSearchParams({ lat: String(place.lat), lon: String(place.lon) });
  if (category) query.set("category", category);
  if (place.accuracy) query.set("accuracy", String(place.accuracy));
  return askJson(`${form.dataset.locate}?${query}`);
}

/**
 * @param {ReturnType<typeof readParts>} parts
 * @param {Record<string, string>} words
 * @param {Record<string, any> | null} answer
 */
function showDistrict(parts, words, answer) {
  parts.district.hidden = false;
  const chip = /** @type {HTMLElement} */ (parts.district.querySelector(".chip"));
  const outside = answer?.certainty === "outside";
  chip.hidden = !answer || outside;
  parts.districtName.textContent = (words.goesTo ?? "").replace("{district}", answer?.name ?? "");
  parts.districtNote.textContent = noteOf(words, answer);
}

/**
 * @param {Record<string, string>} words
 * @param {Record<string, any> | null} answer
 */
export function noteOf(words, answer) {
  if (!answer) return words.unreachable ?? "";
  if (answer.certainty === "outside") return words.outside ?? "";
  const others = (answer.alternatives ?? []).map((/** @type {any} */ other) => other.name ?? other.district).join(", ");
  const notes = [];
  if (answer.certainty === "uncertain" && others) notes.push((words.uncertain ?? "").replace("{others}", others));
  if (answer.approximate) notes.push(words.approximate ?? "");
  return notes.join(" · ");
}

/**
 * A form without any place is stopped here with a sentence; the server would say the same.
 * @param {HTMLFormElement} form
 * @param {ReturnType<typeof readParts>} parts
 * @param {Record<string, string>} words
 */
function requirePlace(form, parts, words) {
  form.addEventListener("submit", (event) => {
    if (parts.place() || parts.area?.value || parts.address.value.trim()) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    parts.district.hidden = false;
    /** @type {HTMLElement} */ (parts.district.querySelector(".chip")).hidden = true;
    parts.districtNote.textContent = words.placeMissing ?? "";
    parts.byHand.open = true;
    parts.map.scrollIntoView({ block: "center" });
    parts.address.focus();
  }, { capture: true });
}
