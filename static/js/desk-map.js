/** The desk's map: the queue's reports as pins, the chosen one brought out, and a pin to move. */

import { createMap } from "./map.js";
import { addCrews } from "./map-crews.js";
import { pickPoint } from "./map-pick.js";
import { addPoints } from "./map-points.js";

/**
 * Works without a map too: then every call does nothing.
 * @param {HTMLElement} desk
 * @param {{onChoose: (code: string) => void}} options
 */
export function startMap(desk, { onChoose }) {
  const element = /** @type {HTMLElement} */ (desk.querySelector("[data-desk-map]"));
  /** @type {import("./map.js").CityMap | null} */
  let map = null;
  /** @type {ReturnType<typeof addPoints> | null} */
  let points = null;
  /** @type {ReturnType<typeof pickPoint> | null} */
  let picker = null;
  /** @type {import("./map-crews.js").CrewPlace[]} */
  let places = [];
  /** @type {ReturnType<typeof addCrews> | null} */
  let crews = null;
  const fly = () => map && flyTo(map, desk.dataset.chosen ?? "");
  void createMap(element, { district: desk.dataset.district, dimOthers: true }).then((made) => {
    map = made;
    if (!map) return;
    points = addPoints(map, {
      data: read(),
      chosen: desk.dataset.chosen || null,
      onChoose,
      keyboard: false,
    });
    crews = addCrews(map);
    crews.update(places);
    fit(map);
    fly();
  });
  return {
    showCrews: (/** @type {import("./map-crews.js").CrewPlace[]} */ known) => {
      places = known;
      crews?.update(known);
    },
    renew: () => points?.setData(read()),
    choose: (/** @type {string} */ code) => {
      picker?.remove();
      picker = null;
      points?.choose(code);
      fly();
    },
    movePin: (/** @type {HTMLFormElement | null} */ form) => {
      if (!map || !form) return;
      const field = (/** @type {string} */ name) => /** @type {HTMLInputElement} */ (form.elements.namedItem(name));
      picker?.remove();
      picker = pickPoint(map, {
        onPick: ({ lon, lat }) => {
          field("lat").value = lat.toFixed(6);
          field("lon").value = lon.toFixed(6);
        },
      });
      picker.moveTo({ lat: Number(field("lat").value), lon: Number(field("lon").value) }, 16);
    },
  };
}

/** @returns {any} */
function read() {
  return JSON.parse(document.getElementById("desk-points")?.textContent ?? '{"type":"FeatureCollection","features":[]}');
}

/** @param {import("./map.js").CityMap} map */
function fit(map) {
  const places = read().features.map((/** @type {any} */ feature) => feature.geometry.coordinates);
  if (!places.length) return;
  const lons = places.map((/** @type {number[]} */ place) => place[0]);
  const lats = places.map((/** @type {number[]} */ place) => place[1]);
  map.show({ bounds: [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)] });
}

/**
 * @param {import("./map.js").CityMap} map
 * @param {string} code
 */
function flyTo(map, code) {
  const feature = read().features.find((/** @type {any} */ each) => each.properties.id === code);
  if (feature) map.show({ center: feature.geometry.coordinates, zoom: Math.min(Math.max(map.libre.getZoom(), 13), 15) });
}
