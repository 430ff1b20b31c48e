/** The desk's page of a code says by itself when a phone was enrolled with it, or when it is withdrawn or too old. */

import { askText } from "./asking.js";
import { connectLive } from "./live.js";
import { together } from "./ui-together.js";

const GATHER_MS = 100;
const RENEW_MS = 15_000;
const ENDS = new Set(["crew.phone_enrolled", "crew.phone_code_withdrawn"]);

/** @param {HTMLElement} page */
function start(page) {
  const look = together(() => void draw(page), GATHER_MS);
  const hear = (/** @type {any} */ event) => ENDS.has(event.kind) && look();
  connectLive({ streams: [page.dataset.stream ?? ""], acknowledge: false, onEvent: hear, onSnapshot: look });
  setInterval(() => document.hidden || isOver(page) || look(), RENEW_MS);
}

/** @param {HTMLElement} page */
const isOver = (page) => page.querySelector("[data-code-over]") !== null;

/** @param {HTMLElement} page */
async function draw(page) {
  const state = page.querySelector("[data-code-state]");
  const html = await askText(`${page.dataset.phoneCode}?part=state`);
  if (html === null || !state) return;
  state.innerHTML = html;
  for (const part of page.querySelectorAll("[data-code-picture], [data-code-withdraw]")) {
    part.toggleAttribute("hidden", isOver(page));
  }
}

const page = /** @type {HTMLElement | null} */ (globalThis.document?.querySelector("[data-phone-code]") ?? null);
if (page && !isOver(page)) start(page);
