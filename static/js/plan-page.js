/** The day plan draws itself again when the district's stream tells of it: the better plan, or another hand. */

import { askText } from "./asking.js";
import { connectLive } from "./live.js";
import { isDragging, letDrag } from "./plan-drag.js";
import { bind } from "./ui.js";
import { changedFields } from "./ui-changes.js";
import { together } from "./ui-together.js";

const LOOK_AGAIN_MS = 2_000;

/** @param {string} kind  of an event */
export function concernsPlan(kind) {
  return kind.startsWith("plan.");
}

/** Who is moving a stop, by form or by mouse, keeps the lanes; the form's version tells them of the change. */
async function renew() {
  const board = document.querySelector("[data-plan-board]");
  if (!board || isDragging() || changedFields(board).length) return;
  const query = new URLSearchParams(location.search);
  query.set("part", "board");
  const html = await askText(`${location.pathname}?${query}`);
  const fresh = html === null ? null : new DOMParser().parseFromString(html, "text/html").querySelector("[data-plan-board]");
  if (!(fresh instanceof HTMLElement) || isDragging()) return;
  board.replaceWith(fresh);
  bind(fresh);
  letDrag(fresh);
}

/** A lost hint costs two seconds while the better plan is awaited. */
function keepLooking() {
  if (document.querySelector("[data-plan-board][data-pending]")) void renew();
}

function start(/** @type {HTMLElement} */ board) {
  letDrag(board);
  const renewSoon = together(() => void renew(), 100);
  connectLive({
    streams: [board.dataset.stream ?? ""],
    acknowledge: false,
    onEvent: (/** @type {any} */ event) => concernsPlan(event.kind) && renewSoon(),
  });
  setInterval(keepLooking, LOOK_AGAIN_MS);
}

const board = globalThis.document?.querySelector("[data-plan-board]");
if (board) start(/** @type {HTMLElement} */ (board));
