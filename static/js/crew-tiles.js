/** Which tiles of the map lie around a place. Pure. */

const EARTH_M = 6_371_008.8;

/** @typedef {{z: number, x: number, y: number}} Tile */

/**
 * The tiles that a square around the place touches, `metres` to each side, of some zooms of the web's usual grid.
 * @param {{lat: number, lon: number}} place  degrees
 * @param {number} metres
 * @param {number[]} zooms
 * @returns {Tile[]}
 */
export function tilesAround({ lat, lon }, metres, zooms) {
  const north = (metres / EARTH_M) * (180 / Math.PI);
  const east = north / Math.cos((lat * Math.PI) / 180);
  return zooms.flatMap((z) => {
    const from = tileAt(lat + north, lon - east, z);
    const to = tileAt(lat - north, lon + east, z);
    const tiles = [];
    for (let x = from.x; x <= to.x; x++) for (let y = from.y; y <= to.y; y++) tiles.push({ z, x, y });
    return tiles;
  });
}

/**
 * @param {number} lat
 * @param {number} lon
 * @param {number} z
 * @returns {Tile}
 */
export function tileAt(lat, lon, z) {
  const side = 2 ** z;
  const angle = (lat * Math.PI) / 180;
  const within = (/** @type {number} */ share) => Math.min(side - 1, Math.max(0, Math.floor(share * side)));
  return { z, x: within((lon + 180) / 360), y: within((1 - Math.asinh(Math.tan(angle)) / Math.PI) / 2) };
}

/**
 * The tiles of several places, each once, the first places first, no more than `most`.
 * @param {{lat: number, lon: number}[]} places
 * @param {{metres: number, zooms: number[], most: number}} options
 */
export function tilesOf(places, { metres, zooms, most }) {
  const all = places.flatMap((place) => tilesAround(place, metres, zooms));
  const once = new Map(all.map((tile) => [`${tile.z}/${tile.x}/${tile.y}`, tile]));
  return [...once.values()].slice(0, most);
}
