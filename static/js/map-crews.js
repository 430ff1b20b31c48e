/** Crews on the map: a plate with a motorbike and a short name, where they were last seen. */

import { icon } from "./ui-icons.js";

/** @typedef {import("./map.js").CityMap} CityMap */
/** @typedef {import("../vendor/maplibre/maplibre-gl.mjs").Marker} Marker */
/** @typedef {{id: string, name: string, label: string, lon: number, lat: number, stale?: boolean}} CrewPlace */

/**
 * Shows crews; update takes all that are known now (a crew that is missing is taken down).
 * @param {CityMap} map
 * @param {{onChoose?: (id: string) => void}} [options]
 */
export function addCrews(map, { onChoose } = {}) {
  /** @type {Map<string, Marker>} */
  const shown = new Map();
  /** @param {CrewPlace[]} crews */
  const update = (crews) => {
    for (const crew of crews) place(map, shown, crew, onChoose);
    const present = new Set(crews.map((crew) => crew.id));
    for (const [id, marker] of shown) {
      if (!present.has(id)) (marker.remove(), shown.delete(id));
    }
  };
  return { update, remove: () => update([]) };
}

/**
 * @param {CityMap} map
 * @param {Map<string, Marker>} shown
 * @param {CrewPlace} crew
 * @param {((id: string) => void) | undefined} onChoose
 */
function place(map, shown, crew, onChoose) {
  let marker = shown.get(crew.id);
  if (!marker) {
    marker = new map.library.Marker({ element: plate(crew, onChoose) }).setLngLat([crew.lon, crew.lat]);
    shown.set(crew.id, marker.addTo(map.libre));
  }
  marker.setLngLat([crew.lon, crew.lat]);
  marker.getElement().classList.toggle("crew-pin--stale", Boolean(crew.stale));
  marker.getElement().setAttribute("aria-label", crew.label);
  marker.getElement().title = crew.label;
}

/**
 * @param {CrewPlace} crew
 * @param {((id: string) => void) | undefined} onChoose
 */
function plate(crew, onChoose) {
  const element = document.createElement("button");
  element.type = "button";
  element.className = "crew-pin";
  element.tabIndex = -1;
  element.append(icon("motorbike", 20), crew.name);
  element.addEventListener("click", () => onChoose?.(crew.id));
  return element;
}
