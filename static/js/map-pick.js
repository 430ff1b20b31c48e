/** Picking a place: the pin stands still in the middle, the map moves under it, by finger, mouse or arrow keys. */

/** @typedef {import("./map.js").CityMap} CityMap */
/** @typedef {{lon: number, lat: number}} Place */

const STEP_PX = 24;
const LEAP_PX = 120;
const PANS = /** @type {Record<string, [number, number]>} */ ({
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
});

/**
 * Puts the crosshair over the map. onMove hears while the map moves, onPick when it rests on a new place that a
 * person chose (not when moveTo put it there).
 * @param {CityMap} map
 * @param {{onMove?: (place: Place) => void, onPick?: (place: Place) => void}} [options]
 */
export function pickPoint(map, { onMove, onPick } = {}) {
  const crosshair = crosshairElement();
  map.libre.getContainer().append(crosshair);
  const undoKeys = bindKeys(map);
  const lift = () => crosshair.classList.add("crosshair--lifted");
  const moved = () => onMove?.(placeOf(map));
  const rest = (/** @type {{byHand?: boolean, originalEvent?: unknown, machine?: boolean}} */ event) => {
    crosshair.classList.remove("crosshair--lifted");
    if (!event.machine) onPick?.(placeOf(map));
  };
  const heard = [
    map.libre.on("movestart", lift),
    map.libre.on("move", moved),
    map.libre.on("moveend", rest),
  ];
  return {
    place: () => placeOf(map),
    /**
     * @param {Place} place
     * @param {number} [zoom]
     */
    moveTo: ({ lon, lat }, zoom) =>
      map.libre.jumpTo({ center: [lon, lat], zoom: zoom ?? Math.max(map.libre.getZoom(), 16) }, { machine: true }),
    remove: () => {
      for (const each of heard) each.unsubscribe();
      undoKeys();
      crosshair.remove();
    },
  };
}

/**
 * The place under the tip, to about 10 cm.
 * @param {CityMap} map
 * @returns {Place}
 */
function placeOf(map) {
  const { lng, lat } = map.libre.getCenter().wrap();
  return { lon: rounded(lng), lat: rounded(lat) };
}

/** @param {number} degrees */
export function rounded(degrees) {
  return Math.round(degrees * 1e6) / 1e6;
}

function crosshairElement() {
  const element = document.createElement("div");
  element.className = "crosshair";
  element.setAttribute("aria-hidden", "true");
  const pin = document.createElement("span");
  pin.className = "pin pin--late";
  element.append(pin);
  return element;
}

/**
 * How far a key moves the map, in pixels; null for other keys.
 * @param {string} key
 * @param {boolean} leap
 * @returns {[number, number] | null}
 */
export function panFor(key, leap) {
  const pan = PANS[key];
  const step = leap ? LEAP_PX : STEP_PX;
  return pan ? [pan[0] * step, pan[1] * step] : null;
}

/**
 * MapLibre's own arrow keys leap 100 pixels; a pin wants small steps, and leaps with Shift.
 * @param {CityMap} map
 */
function bindKeys(map) {
  const canvas = map.libre.getCanvas();
  canvas.setAttribute("aria-label", map.facts.texts.pick ?? "");
  const onKey = (/** @type {KeyboardEvent} */ event) => {
    const pan = panFor(event.key, event.shiftKey);
    if (!pan) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    map.libre.panBy(pan, { animate: false });
  };
  canvas.addEventListener("keydown", onKey, { capture: true });
  return () => canvas.removeEventListener("keydown", onKey, { capture: true });
}
