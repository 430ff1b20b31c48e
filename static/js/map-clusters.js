/** Points that the server has counted: clusters and single pins of the part of the map that is shown. */

import { askJson } from "./asking.js";
import { chosenElement, clusterElement, pinElement } from "./map-pins.js";
import { together } from "./ui-together.js";

/** @typedef {import("./map.js").CityMap} CityMap */
/** @typedef {import("../vendor/maplibre/maplibre-gl.mjs").Marker} Marker */
/** @typedef {{lon: number, lat: number, tone: string, label: string}} Place */

/** A cluster opens by this much. */
const CLOSER = 2;

/**
 * @typedef {object} ClusterOptions
 * @property {() => string} address  where the features are, without `bbox` and `zoom`
 * @property {(id: string) => void} onChoose
 * @property {(id: string | null) => void} [onPoint]  a pin that is pointed at
 */

/**
 * renew asks again; choose brings a place out; point marks one while a row of the list is pointed at.
 * @param {CityMap} map
 * @param {ClusterOptions} options
 */
export function addClusters(map, options) {
  /** @type {Map<string, Marker>} */
  const shown = new Map();
  /** @type {{chosen: Marker | null, pointed: Marker | null, id: string}} */
  const marks = { chosen: null, pointed: null, id: "" };
  let asked = 0;
  const renew = async () => {
    const number = ++asked;
    const found = await askJson(`${options.address()}&${viewOf(map)}`);
    if (found && number === asked) draw(map, shown, found.features, marks.id, options);
  };
  const heard = map.libre.on("moveend", together(() => void renew(), 120));
  void renew();
  return {
    renew,
    choose: (/** @type {string} */ id, /** @type {Place | null} */ place) => {
      marks.chosen?.remove();
      marks.id = id;
      marks.chosen = place && putUp(map, chosenElement({ id, ...place }), [place.lon, place.lat], true);
      void renew();
    },
    point: (/** @type {Place | null} */ place) => {
      marks.pointed?.remove();
      marks.pointed = place && putUp(map, pointer(), [place.lon, place.lat], false);
    },
    remove: () => {
      heard.unsubscribe();
      for (const marker of [...shown.values(), marks.chosen, marks.pointed]) marker?.remove();
    },
  };
}

/** @param {CityMap} map */
function viewOf(map) {
  const bounds = map.libre.getBounds();
  const box = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()];
  return `bbox=${box.map((each) => each.toFixed(6)).join(",")}&zoom=${map.libre.getZoom().toFixed(2)}`;
}

/**
 * Puts up what is new and takes down what is gone; what stays is left alone.
 * @param {CityMap} map
 * @param {Map<string, Marker>} shown
 * @param {any[]} features
 * @param {string} chosen
 * @param {ClusterOptions} options
 */
function draw(map, shown, features, chosen, options) {
  const wanted = new Set();
  for (const { geometry, properties } of features) {
    if (properties.id === chosen) continue;
    const key = keyOf(properties);
    wanted.add(key);
    const [lon, lat] = geometry.coordinates;
    if (shown.get(key)?.getLngLat().lng === lon && shown.get(key)?.getLngLat().lat === lat) continue;
    shown.get(key)?.remove();
    shown.set(key, putUp(map, elementOf(map, properties, geometry.coordinates, options), [lon, lat], !properties.count));
  }
  for (const [key, marker] of shown) {
    if (!wanted.has(key)) (marker.remove(), shown.delete(key));
  }
}

/** @param {Record<string, any>} properties */
export function keyOf({ id, count, tones, tone, label }) {
  return count ? `cluster ${id} ${count} ${JSON.stringify(tones)}` : `pin ${id} ${tone} ${label}`;
}

/**
 * @param {CityMap} map
 * @param {any} properties
 * @param {[number, number]} at
 * @param {ClusterOptions} options
 */
function elementOf(map, properties, at, { onChoose, onPoint }) {
  if (properties.count) return counted(map, properties, at);
  const element = pinElement(properties, { data: "", onChoose, keyboard: false });
  element.addEventListener("pointerenter", () => onPoint?.(properties.id));
  element.addEventListener("pointerleave", () => onPoint?.(null));
  return element;
}

/**
 * @param {CityMap} map
 * @param {any} properties
 * @param {[number, number]} at
 */
function counted(map, { count, tones }, at) {
  const label = (map.facts.texts.cluster ?? "").replace("{count}", String(count));
  const others = count - Object.values(tones).reduce((sum, each) => sum + Number(each), 0);
  const facts = { new: others, ...tones, point_count: count, point_count_abbreviated: short(count) };
  return clusterElement(facts, label, { data: "", keyboard: false }, () =>
    map.show({ center: at, zoom: Math.min(map.libre.getZoom() + CLOSER, 19) }),
  );
}

/** @param {number} count */
export function short(count) {
  if (count < 1000) return String(count);
  const thousands = count / 1000;
  return `${thousands < 10 ? Math.round(thousands * 10) / 10 : Math.round(thousands)}k`;
}

function pointer() {
  const element = document.createElement("div");
  element.className = "map-pointer";
  return element;
}

/**
 * @param {CityMap} map
 * @param {HTMLElement} element
 * @param {[number, number]} at
 * @param {boolean} onTip
 */
function putUp(map, element, at, onTip) {
  const marker = new map.library.Marker({ element, anchor: onTip ? "bottom" : "center" });
  return marker.setLngLat(at).addTo(map.libre);
}
