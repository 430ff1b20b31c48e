/** Photos that were taken for a job which is gone before they were used: they wait for the person's word. */

/**
 * What is kept, with such photos as if they were refused, and marked: nothing of them is wrong, and so all ways are open.
 * @template {{photos: import("./crew-order.js").Photo[]}} Kept
 * @param {Kept} kept
 * @param {Set<string>} drawn  ids of the jobs that the page shows
 * @param {Record<string, any>} words
 * @returns {Kept}
 */
export function withLeft(kept, drawn, words) {
  const refusal = { code: "left", detail: words.photoLeft ?? "" };
  const photos = kept.photos.map((photo) => {
    const isLeft = photo.status === "taken" && !drawn.has(photo.job);
    return isLeft ? { ...photo, status: /** @type {const} */ ("refused"), refusal, isLeft } : photo;
  });
  return { ...kept, photos };
}
