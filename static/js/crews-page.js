/** The desk's list of crews: the server draws it anew when a crew comes, goes, or takes a step, and twice a minute. */

import { askText } from "./asking.js";
import { connectLive } from "./live.js";
import { together } from "./ui-together.js";

const STREAMS_AT_MOST = 20;
const GATHER_MS = 250;
const RENEW_MS = 30_000;

/**
 * Whether a frame or an event changes what the list shows.
 * @param {any} news
 */
export function concernsCrews(news) {
  return news.type === "presence" || /^(crew|job)\./.test(news.kind ?? "") || news.kind === "snapshot";
}

/** @param {HTMLElement} page */
function start(page) {
  const renew = together(() => void draw(page), GATHER_MS);
  const hear = (/** @type {any} */ news) => concernsCrews(news) && renew();
  const streams = (page.dataset.streams ?? "").split(" ").filter(Boolean).slice(0, STREAMS_AT_MOST);
  if (streams.length) connectLive({ streams, acknowledge: false, onFrame: hear, onEvent: hear, onSnapshot: hear });
  setInterval(() => document.hidden || renew(), RENEW_MS);
}

/** @param {HTMLElement} page */
async function draw(page) {
  const rows = page.querySelector("[data-crews-rows]");
  const html = await askText(`${page.dataset.page}?part=rows`);
  if (html === null || !rows || rows.contains(document.activeElement)) return;
  rows.innerHTML = html;
}

const page = /** @type {HTMLElement | null} */ (globalThis.document?.querySelector("[data-crews]") ?? null);
if (page) start(page);
