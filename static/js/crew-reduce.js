/** Makes a photo small enough for the road before it is kept: 2,048 pixels, by the connection more or less fine. */

const LONG_SIDE = 2048;
const QUALITY = /** @type {Record<string, number>} */ ({ "slow-2g": 0.6, "2g": 0.6, "3g": 0.75 });
const BEST = 0.85;

/**
 * How fine a JPEG is made, from 0 to 1, for a connection as the browser tells it; the best where it tells nothing.
 * @param {{effectiveType?: string, saveData?: boolean} | undefined} connection
 */
export function qualityFor(connection) {
  if (connection?.saveData) return QUALITY["2g"] ?? BEST;
  return QUALITY[connection?.effectiveType ?? ""] ?? BEST;
}

/**
 * The size that fits, never larger than it was.
 * @param {number} width
 * @param {number} height
 */
export function sizeFor(width, height) {
  const scale = Math.min(1, LONG_SIDE / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/**
 * An upright JPEG; the file as it is when the browser can't read it (HEIC in most) or when that would be no gain.
 * @param {File} file
 * @returns {Promise<Blob>}
 */
export async function reducePhoto(file) {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" }).catch(() => null);
  if (!picture) return file;
  try {
    const { width, height } = sizeFor(picture.width, picture.height);
    const blob = await draw(picture, width, height, qualityFor(/** @type {any} */ (navigator).connection));
    const isGain = blob && (blob.size < file.size || width < picture.width);
    return isGain ? blob : file;
  } finally {
    picture.close();
  }
}

/**
 * @param {ImageBitmap} picture
 * @param {number} width
 * @param {number} height
 * @param {number} quality
 * @returns {Promise<Blob | null>}
 */
function draw(picture, width, height, quality) {
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width, height });
  canvas.getContext("2d")?.drawImage(picture, 0, 0, width, height);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", quality));
}

/**
 * The SHA-256 of a file in hexadecimal digits.
 * @param {Blob} blob
 */
export async function sha256(blob) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await blob.arrayBuffer()));
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
