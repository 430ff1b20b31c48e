/** The desk by keyboard: j and k go through the queue, a assigns to the best crew, p releases the photo. */

/**
 * @param {HTMLElement} desk
 * @param {(code: string) => Promise<void>} choose
 */
export function bindKeys(desk, choose) {
  const press = /** @type {Record<string, () => void>} */ ({
    j: () => step(desk, 1, choose),
    k: () => step(desk, -1, choose),
    a: () => click(desk, "[data-assign]"),
    p: () => click(desk, "[data-release]"),
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    const action = press[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });
}

/** @param {EventTarget | null} target */
function isTyping(target) {
  return target instanceof Element && Boolean(target.closest("input, textarea, select, [popover], [contenteditable]"));
}

/**
 * @param {HTMLElement} desk
 * @param {number} by
 * @param {(code: string) => Promise<void>} choose
 */
function step(desk, by, choose) {
  const links = /** @type {HTMLElement[]} */ ([...desk.querySelectorAll("a[data-choose]")]);
  const at = links.findIndex((link) => link.getAttribute("aria-current") === "true");
  const next = links[nextIndex(at, by, links.length)];
  if (!next) return;
  next.scrollIntoView({ block: "nearest" });
  void choose(next.dataset.choose ?? "");
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
 */
function click(desk, selector) {
  const report = /** @type {HTMLElement | null} */ (desk.querySelector("[data-report-pane] [data-report]"));
  if (!report || report.dataset.report !== desk.dataset.chosen) return;
  /** @type {HTMLElement | null} */ (report.querySelector(selector))?.click();
}
