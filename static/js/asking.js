/** Asking the server for something to show: null when it can't be reached, refuses, or breaks off half-way. */

/**
 * @param {string} url
 * @param {RequestInit} [options]
 * @returns {Promise<string | null>}
 */
export async function askText(url, options) {
  const answer = await fetch(url, options).catch(() => null);
  return answer?.ok ? answer.text().catch(() => null) : null;
}

/**
 * @param {string} url
 * @param {RequestInit} [options]
 * @returns {Promise<any>}
 */
export async function askJson(url, options) {
  const answer = await fetch(url, options).catch(() => null);
  return answer?.ok ? answer.json().catch(() => null) : null;
}
