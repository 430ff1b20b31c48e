/**
 * Reports on the map: pins in the colour of their state, clusters that count with a ring of their states' shares.
 * MapLibre's worker clusters; pins and clusters are elements of the page, so that they follow the theme, can be
 * reached by keyboard and are read out.
 */

import { chosenElement, clusterElement, pinElement, TONES } from "./map-pins.js";

/** @typedef {import("./map.js").CityMap} CityMap */
/** @typedef {import("../vendor/maplibre/maplibre-gl.mjs").Marker} Marker */
/** @typedef {import("../vendor/maplibre/maplibre-gl.mjs").GeoJSONSource} GeoJSONSource */

/**
 * One point: id, tone, label (what is read out and shown as title), href (where a click leads without onChoose).
 * @typedef {{id: string, tone: string, label: string, href?: string}} PointFacts
 * @typedef {{type: "Feature", geometry: {type: "Point", coordinates: [number, number]},
 *   properties: PointFacts}} PointFeature
 * @typedef {{type: "FeatureCollection", features: PointFeature[]}} PointCollection
 */

/**
 * @typedef {object} PointOptions
 * @property {PointCollection | string} data  features or the address of them
 * @property {(id: string, facts: PointFacts) => void} [onChoose]  instead of following the pin's address
 * @property {string | null} [chosen]  the id of the pin that is brought out from the start
 * @property {boolean} [keyboard]  false where a list beside the map holds the same and Tab should pass by
 * @property {number} [clusterUntil]  the zoom up to which pins are counted together
 */

let made = 0;

/**
 * Adds points to a map. setData takes new ones; choose brings one out; remove takes all away.
 * @param {CityMap} map
 * @param {PointOptions} options
 */
export function addPoints(map, options) {
  const source = `own-points-${++made}`;
  /** @type {Map<string, Marker>} */
  const shown = new Map();
  const chosen = keepChosen(map, options);
  addSource(map, source, options);
  const draw = () => drawVisible(map, source, shown, chosen.id(), options);
  const onData = (/** @type {{sourceId?: string, isSourceLoaded?: boolean}} */ event) => {
    if (event.sourceId === source && event.isSourceLoaded) draw();
  };
  const heard = [map.libre.on("moveend", draw), map.libre.on("sourcedata", onData), map.libre.on("idle", draw)];
  return {
    /** @param {PointCollection | string} data */
    setData: (data) => {
      /** @type {GeoJSONSource} */ (map.libre.getSource(source)).setData(data);
      chosen.look(data);
    },
    /** @param {PointFeature | string | null} point  or its id, if the data was given whole */
    choose: (point) => (chosen.put(point), draw()),
    remove: () => {
      for (const each of heard) each.unsubscribe();
      for (const marker of shown.values()) marker.remove();
      chosen.put(null);
      map.libre.removeLayer(source);
      map.libre.removeSource(source);
    },
  };
}

/**
 * The one pin that is brought out: larger, above all others, never inside a cluster. Known by its id alone it shows
 * as soon as the data holds it.
 * @param {CityMap} map
 * @param {PointOptions} options
 */
function keepChosen(map, options) {
  /** @type {string | null} */
  let id = options.chosen ?? null;
  /** @type {Marker | null} */
  let marker = null;
  let data = options.data;
  /** @param {PointFeature | null} point */
  const show = (point) => {
    marker?.remove();
    marker = point && putUp(map, chosenElement(point.properties), point.geometry.coordinates, true);
  };
  show(findPoint(data, id));
  return {
    id: () => (marker ? id : null),
    /** @param {PointCollection | string} fresh */
    look: (fresh) => ((data = fresh), typeof fresh !== "string" && show(findPoint(fresh, id))),
    /** @param {PointFeature | string | null} point */
    put: (point) => {
      id = typeof point === "object" ? (point?.properties.id ?? null) : point;
      show(typeof point === "object" ? point : findPoint(data, id));
    },
  };
}

/**
 * @param {PointCollection | string} data
 * @param {string | null} id
 */
export function findPoint(data, id) {
  if (typeof data === "string" || id === null) return null;
  return data.features.find((feature) => feature.properties.id === id) ?? null;
}

/**
 * @param {CityMap} map
 * @param {string} source
 * @param {PointOptions} options
 */
function addSource(map, source, options) {
  map.libre.addSource(source, {
    type: "geojson",
    data: options.data,
    cluster: true,
    clusterRadius: 54,
    clusterMaxZoom: options.clusterUntil ?? 15,
    clusterProperties: Object.fromEntries(TONES.map((tone) => [tone, ["+", ["case", isTone(tone), 1, 0]]])),
  });
  // A source without a layer loads no tiles; this layer draws nothing anyone sees.
  map.libre.addLayer({ id: source, type: "circle", source, paint: { "circle-radius": 1, "circle-opacity": 0 } });
}

/** @param {string} tone */
function isTone(tone) {
  return ["==", ["get", "tone"], tone];
}

/**
 * Puts up what is in view and takes down what left it. Elements that stay are left alone, so that focus stays too.
 * @param {CityMap} map
 * @param {string} source
 * @param {Map<string, Marker>} shown
 * @param {string | null} chosen
 * @param {PointOptions} options
 */
function drawVisible(map, source, shown, chosen, options) {
  if (!map.libre.getLayer(source)) return;
  const wanted = new Set();
  for (const feature of map.libre.querySourceFeatures(source)) {
    const properties = /** @type {Record<string, any>} */ (feature.properties);
    if (properties.id === chosen && !properties.cluster) continue;
    const key = keyOf(properties);
    wanted.add(key);
    if (shown.has(key)) continue;
    const at = /** @type {{coordinates: [number, number]}} */ (feature.geometry).coordinates;
    shown.set(key, putUp(map, elementOf(map, source, properties, at, options), at, !properties.cluster));
  }
  for (const [key, marker] of shown) {
    if (!wanted.has(key)) (marker.remove(), shown.delete(key));
  }
}

/** @param {Record<string, any>} properties */
function keyOf({ cluster, cluster_id, point_count, id, tone, label }) {
  return cluster ? `cluster ${cluster_id} ${point_count}` : `pin ${id} ${tone} ${label}`;
}

/**
 * @param {CityMap} map
 * @param {string} source
 * @param {Record<string, any>} properties
 * @param {[number, number]} at
 * @param {PointOptions} options
 */
function elementOf(map, source, properties, at, options) {
  if (!properties.cluster) return pinElement(/** @type {PointFacts} */ (properties), options);
  const label = (map.facts.texts.cluster ?? "").replace("{count}", String(properties.point_count));
  return clusterElement(properties, label, options, (byKey) => {
    void zoomInto(map, source, properties.cluster_id, at);
    // The cluster goes; who came by keyboard goes on from the map.
    if (byKey) map.libre.getCanvas().focus();
  });
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

/**
 * @param {CityMap} map
 * @param {string} source
 * @param {number} cluster
 * @param {[number, number]} at
 */
async function zoomInto(map, source, cluster, at) {
  const points = /** @type {GeoJSONSource} */ (map.libre.getSource(source));
  const zoom = await points.getClusterExpansionZoom(cluster);
  map.show({ center: at, zoom: Math.max(zoom, map.libre.getZoom() + 1) });
}
