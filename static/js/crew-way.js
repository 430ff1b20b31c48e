/** How far it is, and the phone's own maps app. */

const EARTH_M = 6_371_008.8;

/**
 * Metres between two places by the haversine formula.
 * @param {{lat: number, lon: number}} a
 * @param {{lat: number, lon: number}} b
 */
export function metresBetween(a, b) {
  const rad = (/** @type {number} */ degrees) => (degrees * Math.PI) / 180;
  const half = (/** @type {number} */ angle) => Math.sin(angle / 2) ** 2;
  const [dLat, dLon] = [rad(b.lat - a.lat), rad(b.lon - a.lon)];
  const share = half(dLat) + Math.cos(rad(a.lat)) * Math.cos(rad(b.lat)) * half(dLon);
  return 2 * EARTH_M * Math.asin(Math.min(1, Math.sqrt(share)));
}

/**
 * @param {number} metres
 * @param {Record<string, string>} words
 */
export function distanceWords(metres, words) {
  if (metres < 1000) return (words.metres ?? "").replace("{n}", String(Math.round(metres / 10) * 10));
  const kilometres = (metres / 1000).toLocaleString(document.documentElement.lang, { maximumFractionDigits: 1 });
  return (words.kilometres ?? "").replace("{n}", kilometres);
}

/** @type {{lat: number, lon: number} | null} */
let here = null;

/**
 * Shows the distance from here where the phone was allowed to tell it; never asks by itself.
 * @param {HTMLElement} root
 * @param {Record<string, string>} words
 */
export async function keepWay(root, words) {
  const draw = () => drawWay(root, words);
  root.addEventListener("crew:renewed", draw);
  const status = await navigator.permissions?.query({ name: "geolocation" }).catch(() => null);
  if (status?.state !== "granted") return;
  navigator.geolocation.watchPosition(({ coords }) => {
    here = { lat: coords.latitude, lon: coords.longitude };
    draw();
  }, () => {}, { enableHighAccuracy: false, maximumAge: 30_000 });
}

/**
 * @param {HTMLElement} root
 * @param {Record<string, string>} words
 */
function drawWay(root, words) {
  const place = /** @type {HTMLElement | null} */ (root.querySelector("[data-way]"));
  if (!place || !here) return;
  const there = { lat: Number(place.dataset.lat), lon: Number(place.dataset.lon) };
  place.textContent = distanceWords(metresBetween(here, there), words);
}

/**
 * Apple's phones know no geo: addresses; their maps app has a scheme of its own.
 * @param {HTMLElement} root
 */
export function bindNavigate(root) {
  const link = /** @type {HTMLAnchorElement | null} */ (root.querySelector("[data-navigate]"));
  const place = /** @type {HTMLElement | null} */ (root.querySelector("[data-way]"));
  if (!link || !place || !/iPhone|iPad/.test(navigator.userAgent)) return;
  link.href = `maps:?daddr=${place.dataset.lat},${place.dataset.lon}`;
}
