/** The public map: every report as a pin, counted where they are many. */

import { createMap } from "./map.js";
import { addPoints } from "./map-points.js";

const element = /** @type {HTMLElement | null} */ (document.querySelector("[data-public-map]"));
if (element) void show(element);

/** @param {HTMLElement} element */
async function show(element) {
  const map = await createMap(element, { cooperative: matchMedia("(pointer: coarse)").matches });
  if (!map) return;
  const points = await readAll(element.dataset.url ?? "");
  addPoints(map, { data: { type: "FeatureCollection", features: points } });
}

/**
 * Follows the pages of the list, as far as a map can show it.
 * @param {string} first
 */
async function readAll(first) {
  /** @type {any[]} */
  const features = [];
  let url = /** @type {string | null} */ (`${first}?limit=500`);
  for (let page = 0; url && page < 20; page++) {
    const answer = await fetch(url).catch(() => null);
    if (!answer?.ok) break;
    const found = await answer.json();
    features.push(...found.features.map(pointOf));
    url = found.next ? new URL(found.next, location.href).pathname + new URL(found.next, location.href).search : null;
  }
  return features;
}

/** @param {{geometry: any, properties: Record<string, any>}} feature */
function pointOf({ geometry, properties }) {
  const label = [properties.category_name, properties.status_name].filter(Boolean).join(" · ");
  const facts = { id: properties.code, tone: properties.tone ?? "new", label, href: properties.url };
  return { type: "Feature", geometry, properties: facts };
}
