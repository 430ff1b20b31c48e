/** The place and time a picked photo carries itself, read in the browser. The library comes when first used. */

/**
 * A proposal, never a proof: galleries are full of old pictures, and Android strips positions from uploads.
 * @typedef {{lon: number, lat: number, takenAt: Date | null}} PhotoPlace
 */

const HEAD_BYTES = 512 * 1024;

/** @type {Promise<any> | undefined} */
let library;

/** The library is a plain script that leaves `ExifReader` behind; as a module it does the same. */
async function loadLibrary() {
  library ??= import("../vendor/exifreader/exif-reader.js").then(() => /** @type {any} */ (globalThis).ExifReader);
  return library;
}

/**
 * Where and when a photo says it was taken; null when it says nothing, or nothing sensible.
 * @param {Blob} file  JPEG, PNG, WebP, HEIC or AVIF
 * @returns {Promise<PhotoPlace | null>}
 */
export async function readPlace(file) {
  const tags = await readTags(file);
  return tags && placeFrom(tags);
}

/**
 * The same, for a photo that may tell the one without the other.
 * @param {Blob} file
 * @returns {Promise<{place: {lon: number, lat: number} | null, takenAt: Date | null}>}
 */
export async function readCapture(file) {
  const tags = await readTags(file);
  return { place: tags && placeFrom(tags), takenAt: tags && timeFrom(tags) };
}

/** @param {Blob} file */
async function readTags(file) {
  try {
    const reader = await loadLibrary();
    return reader.load(await file.slice(0, HEAD_BYTES).arrayBuffer(), { expanded: true });
  } catch {
    return null; // a photo without metadata, or one that is broken: the server will say so
  }
}

/** @typedef {{gps?: {Latitude?: number, Longitude?: number}, exif?: Record<string, {description?: string}>}} Tags */

/**
 * @param {Tags} tags
 * @returns {PhotoPlace | null}
 */
export function placeFrom(tags) {
  const { Latitude: lat, Longitude: lon } = tags.gps ?? {};
  if (!isWithin(lat, 90) || !isWithin(lon, 180) || (lat === 0 && lon === 0)) return null;
  return { lon: Number(lon), lat: Number(lat), takenAt: timeFrom(tags) };
}

/** @param {Tags} tags */
function timeFrom({ exif }) {
  return takenAt(exif?.DateTimeOriginal?.description, exif?.OffsetTimeOriginal?.description);
}

/**
 * @param {number | undefined} degrees
 * @param {number} limit
 */
function isWithin(degrees, limit) {
  return typeof degrees === "number" && Number.isFinite(degrees) && Math.abs(degrees) <= limit;
}

/**
 * "2026:11:22 10:31:00" in the camera's own time, or with its offset ("+02:00"); null when it is no such thing.
 * @param {string | undefined} text
 * @param {string | undefined} offset
 */
export function takenAt(text, offset) {
  const match = /^(\d{4})[:-](\d\d)[:-](\d\d)[ T](\d\d:\d\d:\d\d)/.exec(text ?? "");
  if (!match) return null;
  const zone = /^[+-]\d\d:\d\d$/.test(offset ?? "") ? offset : "";
  const moment = new Date(`${match[1]}-${match[2]}-${match[3]}T${match[4]}${zone}`);
  return Number.isNaN(moment.getTime()) ? null : moment;
}
