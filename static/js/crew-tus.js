/** Photos in pieces over a line that breaks, by tus 1.0: docs/api.md describes the server's side. */

/**
 * @typedef {import("./crew-order.js").Photo} Photo
 * @typedef {import("./crew-sender.js").Outcome} Outcome
 * @typedef {(url: string, options: RequestInit) => Promise<Response | null>} Ask  null: the server was not reached
 */

const VERSION = "1.0.0";
const PIECE_BYTES = 256 * 1024;
const LARGE_PIECE_BYTES = 1024 * 1024;
// The same photo twice with other bytes than announced: the phone's copy is broken.
const MOST_WRONG = 2;

/**
 * Sends what the server lacks of a photo. Null: all is there. Else the answer that stopped it, null for none.
 * @param {Photo} photo
 * @param {string} address  where uploads are announced
 * @param {{ask: Ask, onOffset: (offset: number) => Promise<void>}} means
 * @returns {Promise<{stopped: Response | null} | null>}
 */
export async function upload(photo, address, { ask, onOffset }) {
  const announced = await ask(address, { method: "POST", headers: announcement(photo) });
  const place = announced?.headers.get("Location");
  if (!announced?.ok || !place) return { stopped: announced };
  let offset = offsetOf(announced) ?? 0;
  for (let wrong = 0; offset < photo.size; ) {
    await onOffset(offset);
    const answer = await ask(place, piece(photo, offset));
    const next = answer ? nextOffset(answer) : null;
    if (answer?.status === 404) return { stopped: null }; // it has expired: it is announced again
    if (answer?.status === 460) wrong += 1;
    if (next === null || wrong >= MOST_WRONG) return { stopped: answer };
    offset = next;
  }
  await onOffset(photo.size);
  return null;
}

/** @param {Photo} photo */
function announcement({ id, job, role, sha256, filename, size, facts }) {
  const pairs = Object.entries({ id, job, role, sha256, filename, ...facts });
  const metadata = pairs.map(([name, value]) => `${name} ${coded(String(value))}`).join(",");
  return { "Tus-Resumable": VERSION, "Upload-Length": String(size), "Upload-Metadata": metadata };
}

/**
 * @param {Photo} photo
 * @param {number} offset
 * @returns {RequestInit}
 */
function piece({ file, size }, offset) {
  const isFast = /** @type {any} */ (globalThis.navigator)?.connection?.effectiveType === "4g";
  const end = Math.min(size, offset + (isFast ? LARGE_PIECE_BYTES : PIECE_BYTES));
  const headers = {
    "Tus-Resumable": VERSION,
    "Upload-Offset": String(offset),
    "Content-Type": "application/offset+octet-stream",
  };
  return { method: "PATCH", headers, body: file?.slice(offset, end) ?? null };
}

/**
 * Where to go on after an answer; null where it doesn't say.
 * @param {Response} answer
 */
function nextOffset(answer) {
  if (answer.status === 460) return 0;
  return answer.ok || answer.status === 409 ? offsetOf(answer) : null;
}

/** @param {Response} answer */
function offsetOf(answer) {
  const told = answer.headers.get("Upload-Offset");
  return told === null ? null : Number(told);
}

/**
 * The text's UTF-8 in base64.
 * @param {string} text
 */
export function coded(text) {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}
