/** Draws the page's body afresh as the server sends it, or as it was kept; what is being written and the focus stay. */

import { keepFocus } from "./crew-focus.js";
import { fetchBody } from "./crew-kept.js";
import { keepChanges } from "./ui-changes.js";
import { bind } from "./ui.js";

/** A browser that knows no popovers shows the panel all the time. */
const OPENED = globalThis.CSS?.supports("selector(:popover-open)") ? ":popover-open" : "dialog[open]";

/** Renewals in the order they were asked for: an older answer never replaces a newer one. */
const renewals = { asked: 0, drawn: 0 };

/**
 * @param {HTMLElement} root
 * @param {(drawn: HTMLElement) => void} onDrawn  binds what is new, before anything else happens
 * @returns {Promise<{at: Date, fresh: boolean} | {other: "build" | "person"} | null>}  null: nothing could be drawn
 */
export async function renewBody(root, onDrawn) {
  const number = ++renewals.asked;
  const { page = "", build = "", person = "" } = root.dataset;
  const got = await fetchBody({ page, build, person });
  if (got === null || "other" in got) return got;
  if (number < renewals.drawn || (!got.fresh && renewals.drawn)) return null; // what is drawn is newer
  const body = root.querySelector("[data-crew-body]");
  const drawn = new DOMParser().parseFromString(got.html, "text/html").querySelector("[data-crew-body]");
  if (!body || !drawn) return null;
  renewals.drawn = number;
  replace(body, /** @type {HTMLElement} */ (document.adoptNode(drawn)), onDrawn);
  return got;
}

/**
 * @param {Element} body
 * @param {HTMLElement} drawn
 * @param {(drawn: HTMLElement) => void} onDrawn
 */
function replace(body, drawn, onDrawn) {
  const opened = body.querySelector(OPENED)?.id;
  const restoreChanges = keepChanges(body);
  const restoreFocus = keepFocus(body);
  body.replaceWith(drawn);
  bind(drawn);
  onDrawn(drawn);
  restoreChanges(drawn);
  if (opened) document.getElementById(opened)?.showPopover?.();
  restoreFocus(drawn);
}

/**
 * The jobs as they were drawn.
 * @param {Element} root
 */
export function drawnJobs(root) {
  const articles = /** @type {HTMLElement[]} */ ([...root.querySelectorAll("article[data-job]")]);
  return articles.map(({ dataset }) => ({ id: dataset.job ?? "", version: Number(dataset.version) }));
}
