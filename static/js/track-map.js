/** A crew's way of one day as a line on the map. */

import { createMap } from "./map.js";

/** Degrees, some three hundred metres. */
const AROUND = 0.003;

const element = /** @type {HTMLElement | null} */ (document.querySelector("[data-track-map]"));
if (element) void show(element);

/** @param {HTMLElement} element */
async function show(element) {
  const line = JSON.parse(document.getElementById("track-line")?.textContent ?? "null");
  const places = /** @type {[number, number][]} */ (line?.geometry.coordinates ?? []);
  if (!places.length) return;
  const map = await createMap(element, { bounds: boundsOf(places) });
  if (!map) return;
  const draw = () => addLine(map, line);
  map.libre.on("style.load", draw);
  if (map.libre.isStyleLoaded()) draw();
  const color = colourOf(brand());
  for (const place of [places[0], places[places.length - 1]]) {
    if (!place) continue;
    new map.library.Marker({ scale: 0.7, color }).setLngLat(place).addTo(map.libre);
  }
}

/**
 * Again after each change of the theme, which brings another style.
 * @param {import("./map.js").CityMap} map
 * @param {any} line
 */
function addLine({ libre }, line) {
  if (libre.getSource("track")) return;
  libre.addSource("track", { type: "geojson", data: line });
  libre.addLayer({
    id: "track",
    type: "line",
    source: "track",
    layout: { "line-cap": "round", "line-join": "round" },
    paint: { "line-color": colourOf(brand()), "line-width": 4 },
  });
}

function brand() {
  return getComputedStyle(document.documentElement).getPropertyValue("--brand").trim();
}

/**
 * MapLibre reads no light-dark(): the browser is asked what the colour comes to.
 * @param {string} colour
 */
function colourOf(colour) {
  const probe = document.createElement("span");
  probe.style.color = colour;
  document.body.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}

/**
 * West, south, east, north; around a single place the nearest streets.
 * @param {[number, number][]} places
 * @returns {[number, number, number, number]}
 */
export function boundsOf(places) {
  const [lons, lats] = [places.map((place) => place[0]), places.map((place) => place[1])];
  return [Math.min(...lons) - AROUND, Math.min(...lats) - AROUND, Math.max(...lons) + AROUND, Math.max(...lats) + AROUND];
}
