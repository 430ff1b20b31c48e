/** The desk by keyboard: j and k go through the queue, / searches, x chooses, and the report's buttons have letters. */

/**
 * @param {HTMLElement} desk
 * @param {(code: string) => Promise<void>} choose
 * @param {{step: (by: number) => HTMLElement | null, pick: (code: string) => void}} list  step: the row so many places
 *   on; pick: choose it for several at once, or not
 */
export function bindKeys(desk, choose, { step, pick }) {
  const go = (/** @type {number} */ by) => {
    const next = step(by);
    next?.scrollIntoView({ block: "nearest" });
    if (next) void choose(next.dataset.choose ?? "");
  };
  const press = /** @type {Record<string, () => void>} */ ({
    j: () => go(1),
    k: () => go(-1),
    a: () => click(desk, "[data-assign]"),
    p: () => click(desk, "[data-release]"),
    x: () => pick(desk.dataset.chosen ?? ""),
    "/": () => /** @type {HTMLElement | null} */ (desk.querySelector("[data-search]"))?.focus(),
    "?": () => document.getElementById("desk-keys")?.showPopover(),
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    const action = press[event.key];
    if (!action && !inReport(desk, `[data-key="${CSS.escape(event.key)}"]`)) return;
    event.preventDefault();
    if (action) action();
    else click(desk, `[data-key="${CSS.escape(event.key)}"]`);
  });
}

/** @param {EventTarget | null} target */
function isTyping(target) {
  return target instanceof Element && Boolean(target.closest("input:not([type=checkbox]), textarea, select, [popover]:popover-open, [contenteditable]"));
}

/**
 * The next place in a list, staying within it; from nowhere to the first or the last.
 * @param {number} at
 * @param {number} by
 * @param {number} length
 */
export function nextIndex(at, by, length) {
  if (at < 0) return by > 0 ? 0 : length - 1;
  return Math.min(Math.max(at + by, 0), length - 1);
}

/**
 * Only in the chosen report: the pane may still show the one before.
 * @param {HTMLElement} desk
 * @param {string} selector
 * @returns {HTMLElement | null}
 */
function inReport(desk, selector) {
  const report = /** @type {HTMLElement | null} */ (desk.querySelector("[data-report-pane] [data-report]"));
  return report && report.dataset.report === desk.dataset.chosen ? report.querySelector(selector) : null;
}

/**
 * @param {HTMLElement} desk
 * @param {string} selector
 */
function click(desk, selector) {
  inReport(desk, selector)?.click();
}
