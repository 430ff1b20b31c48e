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

/**
 * @param {Element} body
 * @param {{lat: number, lon: number} | null} here
 * @param {Record<string, string>} words
 */
export function showWays(body, here, words) {
  if (!here) return;
  for (const job of /** @type {NodeListOf<HTMLElement>} */ (body.querySelectorAll("article[data-job]"))) {
    const place = job.querySelector("[data-way]");
    const there = { lat: Number(job.dataset.lat), lon: Number(job.dataset.lon) };
    if (place) place.textContent = distanceWords(metresBetween(here, there), words);
  }
}

/**
 * Apple's phones know no geo: addresses; their maps app has a scheme of its own.
 * @param {Element} body
 */
export function bindNavigate(body) {
  if (!/iPhone|iPad/.test(navigator.userAgent)) return;
  for (const link of /** @type {NodeListOf<HTMLAnchorElement>} */ (body.querySelectorAll("[data-navigate]"))) {
    const { lat, lon } = /** @type {HTMLElement} */ (link.closest("[data-job]")).dataset;
    link.href = `maps:?daddr=${lat},${lon}`;
  }
}
