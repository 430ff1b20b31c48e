/** The public map: every report as a pin, counted where they are many. */

import { askJson } from "./asking.js";
import { createMap } from "./map.js";
import { addPoints } from "./map-points.js";

const element = /** @type {HTMLElement | null} */ (document.querySelector("[data-public-map]"));
if (element) void show(element);

/** @param {HTMLElement} element */
async function show(element) {
  const map = await createMap(element, { cooperative: matchMedia("(pointer: coarse)").matches });
  if (!map) return;
  const tones = JSON.parse(document.getElementById("state-tones")?.textContent ?? "{}");
  const points = await readAll(element.dataset.url ?? "", (feature) => pointOf(feature, tones));
  addPoints(map, { data: { type: "FeatureCollection", features: points } });
}

/**
 * Follows the pages of the list, as far as a map can show it.
 * @param {string} first
 * @param {(feature: any) => any} read
 */
async function readAll(first, read) {
  /** @type {any[]} */
  const features = [];
  let url = /** @type {string | null} */ (`${first}?limit=500`);
  for (let page = 0; url && page < 20; page++) {
    const found = await askJson(url);
    if (!found) break;
    features.push(...found.features.map(read));
    url = found.next ? new URL(found.next, location.href).pathname + new URL(found.next, location.href).search : null;
  }
  return features;
}

/**
 * @param {{geometry: any, properties: Record<string, any>}} feature
 * @param {Record<string, string>} tones
 */
function pointOf({ geometry, properties }, tones) {
  const label = `${properties.category.name} · ${properties.status_name}`;
  const facts = { id: properties.code, tone: tones[properties.status] ?? "quiet", label, href: properties.url };
  return { type: "Feature", geometry, properties: facts };
}
