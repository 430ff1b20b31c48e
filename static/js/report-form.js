/** The resident's form: each step works by itself; this wires them together. */

import { bindCategories } from "./report-category.js";
import { bindNearby } from "./report-nearby.js";
import { bindPhotos } from "./report-photos.js";
import { bindPlace } from "./report-place.js";

/** @typedef {Record<string, string>} Words */

const form = /** @type {HTMLFormElement | null} */ (document.querySelector("[data-report-form]"));
const words = /** @type {Words} */ (JSON.parse(document.getElementById("report-words")?.textContent ?? "{}"));

if (form) {
  const showNearby = bindNearby(form, words);
  const category = bindCategories(form);
  const place = bindPlace(form, words, { onPlace: showNearby, category: category.chosen });
  category.onChange(place.nameDistrict);
  bindPhotos(form, words, { onPlace: place.proposeFromPhoto });
}
