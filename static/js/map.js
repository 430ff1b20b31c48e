/**
 * The map: MapLibre with our style, following the theme of the system, with a sentence in its place where there is no
 * WebGL. The element holds what the template tag {% map_data %} wrote.
 */

import { addControls } from "./map-controls.js";
import { keepNeighbourhoods } from "./map-neighbourhoods.js";

/** @typedef {import("../vendor/maplibre/maplibre-gl.mjs").Map} LibreMap */
/** @typedef {typeof import("../vendor/maplibre/maplibre-gl.mjs")} Library */

/**
 * What the server tells: addresses, texts, bounds.
 * @typedef {object} MapFacts
 * @property {string} light
 * @property {string} dark
 * @property {string} neighbourhoods
 * @property {string} base  pmtiles, vector, raster or nothing
 * @property {[number, number, number, number] | null} bounds  west, south, east, north
 * @property {string} note
 * @property {Record<string, string>} texts
 */

/**
 * @typedef {object} MapOptions
 * @property {[number, number]} [center]  longitude, latitude
 * @property {number} [zoom]
 * @property {[number, number, number, number]} [bounds]  instead of center and zoom; by default the whole city
 * @property {string} [district]  the code of the district to bring out
 * @property {boolean} [dimOthers]  veil the other districts
 * @property {boolean} [interactive]  false: a picture
 * @property {boolean} [controls]
 * @property {boolean} [locate]  a button "where I am"
 * @property {boolean} [cooperative]  one finger scrolls the page, two move the map
 * @property {number} [minZoom]
 * @property {number} [maxZoom]
 * @property {any} [facts]  in place of those in the element; its styles may be whole
 * @property {(library: Library) => void} [teach]  what the library must know before the map starts
 */

/**
 * @typedef {object} CityMap
 * @property {LibreMap} libre  MapLibre's own object, for what is not here
 * @property {Library} library
 * @property {MapFacts} facts
 * @property {(code: string | null, options?: {dimOthers?: boolean}) => void} chooseDistrict
 * @property {(place: {center?: [number, number], zoom?: number,
 *   bounds?: [number, number, number, number]}) => void} show
 * @property {() => void} remove
 */

/** @type {import("../vendor/maplibre/maplibre-gl.mjs").FilterSpecification} */
const NOBODY = ["==", ["get", "code"], ""];
const dark = globalThis.matchMedia?.("(prefers-color-scheme: dark)");
const calm = globalThis.matchMedia?.("(prefers-reduced-motion: reduce)");

/**
 * A map in the element; null where the device can't draw one (then the sentence shows and the page goes on).
 * @param {HTMLElement} element
 * @param {MapOptions} [options]
 * @returns {Promise<CityMap | null>}
 */
export async function createMap(element, options = {}) {
  const facts = options.facts ?? readFacts(element);
  if (!facts || !canDraw()) return giveUp(element);
  try {
    return await start(element, facts, options);
  } catch (error) {
    console.warn("no map:", error);
    return giveUp(element);
  }
}

/** @param {HTMLElement} element */
function giveUp(element) {
  element.classList.add("map--missing");
  element.querySelector(".map__canvas")?.remove();
  return null;
}

/**
 * @param {HTMLElement} element
 * @returns {MapFacts | null}
 */
export function readFacts(element) {
  const text = element.querySelector('script[type="application/json"]')?.textContent;
  return text ? JSON.parse(text) : null;
}

/** Whether to try at all; where drawing is switched off all the same, MapLibre itself says so at its start. */
function canDraw() {
  return typeof WebGL2RenderingContext !== "undefined";
}

/**
 * @param {HTMLElement} element
 * @param {MapFacts} facts
 * @param {MapOptions} options
 * @returns {Promise<CityMap>}
 */
async function start(element, facts, options) {
  const [library] = await Promise.all([import("../vendor/maplibre/maplibre-gl.mjs"), loadFonts()]);
  if (facts.base === "pmtiles") await teachPmtiles(library);
  options.teach?.(library);
  const canvas = document.createElement("div");
  canvas.className = "map__canvas";
  element.append(canvas);
  const libre = new library.Map({ container: canvas, ...libreOptions(facts, options) });
  const choice = { code: options.district ?? null, dimOthers: options.dimOthers ?? false };
  libre.on("style.load", () => paintChoice(libre, choice));
  if (options.interactive !== false && options.controls !== false) addControls(libre, library, facts, options);
  keepNeighbourhoods(libre, facts.neighbourhoods);
  const stopFollowing = followTheme(libre, facts);
  await drawn(libre);
  element.classList.add("map--live");
  return {
    libre,
    library,
    facts,
    chooseDistrict: (code, { dimOthers = choice.dimOthers } = {}) => {
      Object.assign(choice, { code, dimOthers });
      paintChoice(libre, choice);
    },
    show: (place) => show(libre, place),
    remove: () => (stopFollowing(), libre.remove(), canvas.remove()),
  };
}

/**
 * @param {MapFacts} facts
 * @param {MapOptions} options
 * @returns {Omit<import("../vendor/maplibre/maplibre-gl.mjs").MapOptions, "container">}
 */
function libreOptions(facts, options) {
  const interactive = options.interactive !== false;
  const bounds = options.center ? undefined : (options.bounds ?? facts.bounds ?? undefined);
  return {
    style: dark?.matches ? facts.dark : facts.light,
    center: options.center ?? [0, 0],
    zoom: options.zoom ?? (options.center ? 15 : 1),
    bounds,
    fitBoundsOptions: { padding: 24 },
    minZoom: options.minZoom ?? 7,
    maxZoom: options.maxZoom ?? 19,
    interactive,
    cooperativeGestures: options.cooperative ?? false,
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    maxPitch: 0,
    fadeDuration: calm?.matches ? 0 : 160,
    locale: {
      "Map.Title": facts.texts.map ?? "",
      "ScaleControl.Meters": facts.texts.metres ?? "m",
      "ScaleControl.Kilometers": facts.texts.kilometres ?? "km",
    },
  };
}

/**
 * The style is there, or the map failed to start. A tile that fails later is no reason to give up.
 * @param {LibreMap} libre
 * @returns {Promise<void>}
 */
function drawn(libre) {
  return new Promise((resolve, reject) => {
    libre.once("style.load", () => resolve());
    libre.once("error", (event) => (libre.isStyleLoaded() ? resolve() : reject(event.error)));
  });
}

/** The names on the map are drawn from the page's own fonts, which must have come before the first letter is drawn. */
async function loadFonts() {
  const sample = { bg: "Ая", tr: "Ğş", ar: "مح" }[document.documentElement.lang] ?? "Az";
  const wanted = [600, 700].map((weight) =>
    document.fonts.load(`${weight} 16px "Sofia Sans Variable", "Noto Sans Arabic Variable"`, sample),
  );
  await Promise.race([Promise.allSettled(wanted), new Promise((resolve) => setTimeout(resolve, 1500))]);
}

/** @param {Library} library */
async function teachPmtiles(library) {
  const { Protocol } = await import("../vendor/pmtiles/pmtiles.mjs");
  library.addProtocol("pmtiles", new Protocol().tile);
}

/**
 * The style changes with the system's theme; what others added (pins, clusters) is carried over.
 * @param {LibreMap} libre
 * @param {MapFacts} facts
 */
function followTheme(libre, facts) {
  const change = () =>
    libre.setStyle(dark.matches ? facts.dark : facts.light, { transformStyle: carryOver });
  dark?.addEventListener("change", change);
  return () => dark?.removeEventListener("change", change);
}

/**
 * The new style with the sources and layers whose names begin with "own-".
 * @template {{sources: Record<string, unknown>, layers: {id: string}[]}} Style
 * @param {Style | undefined} before
 * @param {Style} next
 * @returns {Style}
 */
export function carryOver(before, next) {
  if (!before) return next;
  const kept = Object.entries(before.sources).filter(([name]) => name.startsWith("own-"));
  const layers = before.layers.filter((layer) => layer.id.startsWith("own-"));
  return { ...next, sources: { ...next.sources, ...Object.fromEntries(kept) }, layers: [...next.layers, ...layers] };
}

/**
 * @param {LibreMap} libre
 * @param {{code: string | null, dimOthers: boolean}} choice
 */
function paintChoice(libre, { code, dimOthers }) {
  if (!libre.getLayer("district-chosen")) return;
  /** @type {import("../vendor/maplibre/maplibre-gl.mjs").FilterSpecification} */
  const own = ["all", ["==", ["get", "role"], "area"], ["==", ["get", "code"], code ?? ""]];
  libre.setFilter("district-chosen", dimOthers ? NOBODY : own);
  libre.setFilter("district-own", dimOthers ? own : NOBODY);
  // A border that is only approximate stays dashed: no firm line over it.
  libre.setFilter("district-chosen-line", ["all", own, ["!", ["get", "approximate"]]]);
  const veil = libre.getSource("base") ? 0.4 : 1;
  libre.setPaintProperty("district-others", "fill-opacity", code && dimOthers ? veil : 0);
}

/**
 * @param {LibreMap} libre
 * @param {{center?: [number, number], zoom?: number, bounds?: [number, number, number, number]}} place
 */
function show(libre, { center, zoom, bounds }) {
  const animate = !calm?.matches;
  if (bounds) libre.fitBounds(bounds, { padding: 32, maxZoom: 17, animate });
  else if (center) libre.easeTo({ center, zoom: zoom ?? Math.max(libre.getZoom(), 15), animate, duration: 400 });
}
