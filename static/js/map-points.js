/**
 * Reports on the map: pins in the colour of their state, clusters that count with a ring of their states' shares.
 * MapLibre's worker clusters; pins and clusters are elements of the page, so that they follow the theme, can be
 * reached by keyboard and are read out.
 */

/** @typedef {import("./map.js").CityMap} CityMap */
/** @typedef {import("../vendor/maplibre/maplibre-gl.mjs").Marker} Marker */
/** @typedef {import("../vendor/maplibre/maplibre-gl.mjs").GeoJSONSource} GeoJSONSource */

export const TONES = /** @type {const} */ (["late", "moving", "planned", "new", "fixed", "quiet"]);

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
 * @property {string | null} [chosen]  the id of the pin that is brought out
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
  const state = { chosen: options.chosen ?? null };
  addSource(map, source, options);
  const draw = () => drawVisible(map, source, shown, state, options);
  const onData = (/** @type {{sourceId?: string, isSourceLoaded?: boolean}} */ event) => {
    if (event.sourceId === source && event.isSourceLoaded) draw();
  };
  const heard = [map.libre.on("moveend", draw), map.libre.on("sourcedata", onData), map.libre.on("idle", draw)];
  return {
    /** @param {PointCollection | string} data */
    setData: (data) => /** @type {GeoJSONSource} */ (map.libre.getSource(source)).setData(data),
    /** @param {string | null} id */
    choose: (id) => ((state.chosen = id), forget(shown), draw()),
    remove: () => {
      for (const each of heard) each.unsubscribe();
      forget(shown);
      map.libre.removeLayer(source);
      map.libre.removeSource(source);
    },
  };
}

/** @param {Map<string, Marker>} shown */
function forget(shown) {
  for (const marker of shown.values()) marker.remove();
  shown.clear();
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
    clusterRadius: 44,
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
 * @param {{chosen: string | null}} state
 * @param {PointOptions} options
 */
function drawVisible(map, source, shown, state, options) {
  if (!map.libre.getLayer(source)) return;
  const wanted = new Set();
  for (const feature of map.libre.querySourceFeatures(source)) {
    const properties = /** @type {Record<string, any>} */ (feature.properties);
    const key = properties.cluster ? `cluster ${properties.cluster_id} ${properties.point_count}` : pinKey(properties);
    if (wanted.has(key)) continue;
    wanted.add(key);
    if (shown.has(key)) continue;
    const at = /** @type {{coordinates: [number, number]}} */ (feature.geometry).coordinates;
    const element = properties.cluster
      ? clusterElement(map, source, properties, at, options)
      : pinElement(/** @type {any} */ (properties), properties.id === state.chosen, options);
    shown.set(key, putUp(map, element, at, !properties.cluster));
  }
  for (const [key, marker] of shown) {
    if (!wanted.has(key)) (marker.remove(), shown.delete(key));
  }
}

/** @param {Record<string, any>} properties */
function pinKey({ id, tone, label }) {
  return `pin ${id} ${tone} ${label}`;
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
 * @param {PointFacts} facts
 * @param {boolean} isChosen
 * @param {PointOptions} options
 */
function pinElement(facts, isChosen, options) {
  const element = document.createElement(facts.href ? "a" : "button");
  if (element instanceof HTMLAnchorElement) element.href = facts.href ?? "";
  element.className = `pin pin--${facts.tone}${isChosen ? " pin--chosen" : ""}`;
  describe(element, facts.label, options);
  if (isChosen) element.setAttribute("aria-current", "true");
  element.addEventListener("click", (/** @type {MouseEvent} */ event) => {
    if (!options.onChoose || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    options.onChoose(facts.id, facts);
  });
  return element;
}

/**
 * @param {CityMap} map
 * @param {string} source
 * @param {Record<string, any>} properties
 * @param {[number, number]} at
 * @param {PointOptions} options
 */
function clusterElement(map, source, properties, at, options) {
  const element = document.createElement("button");
  element.type = "button";
  element.className = properties.point_count >= 100 ? "cluster cluster--many" : "cluster";
  element.style.setProperty("--ring", ring(properties));
  const count = document.createElement("span");
  count.textContent = String(properties.point_count_abbreviated ?? properties.point_count);
  element.append(count);
  describe(element, (map.facts.texts.cluster ?? "").replace("{count}", String(properties.point_count)), options);
  element.addEventListener("click", () => void zoomInto(map, source, properties.cluster_id, at));
  return element;
}

/**
 * @param {HTMLElement} element
 * @param {string} label
 * @param {PointOptions} options
 */
function describe(element, label, options) {
  element.setAttribute("aria-label", label);
  element.title = label;
  if (options.keyboard === false) element.tabIndex = -1;
}

/**
 * The shares of the states in a cluster as stops of a conic gradient.
 * @param {Record<string, number>} counts  by tone
 */
export function ring(counts) {
  const total = TONES.reduce((sum, tone) => sum + (counts[tone] ?? 0), 0);
  if (total === 0) return "var(--quiet)";
  let from = 0;
  const stops = TONES.filter((tone) => (counts[tone] ?? 0) > 0).map((tone) => {
    const to = from + ((counts[tone] ?? 0) / total) * 100;
    const stop = `var(--${tone}) ${from.toFixed(1)}% ${to.toFixed(1)}%`;
    from = to;
    return stop;
  });
  return `conic-gradient(${stops.join(", ")})`;
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
