/** Before and after: one photo over the other, with a range input for keyboard, finger and mouse. */

/** @param {ParentNode} root */
export function bindCompare(root) {
  for (const element of root.querySelectorAll("[data-compare]:not(.compare--live)")) {
    if (element instanceof HTMLElement) makeLive(element);
  }
}

/** @param {HTMLElement} element */
function makeLive(element) {
  const range = element.querySelector("input[type=range]");
  if (!(range instanceof HTMLInputElement)) return;
  range.hidden = false;
  element.classList.add("compare--live");
  range.addEventListener("input", () => show(element, range));
  element.addEventListener("pointerdown", (event) => drag(element, range, event));
  show(element, range);
}

/**
 * The share of the first photo that is seen, in percent from the left: never all, never nothing.
 * @param {number} x  pixels from the left edge
 * @param {number} width  pixels
 */
export function shareAt(x, width) {
  if (!(width > 0)) return 50;
  return Math.min(100, Math.max(0, Math.round((x / width) * 100)));
}

/**
 * @param {HTMLElement} element
 * @param {HTMLInputElement} range
 */
function show(element, range) {
  element.style.setProperty("--at", `${range.value}%`);
}

/**
 * A finger anywhere on the photo moves the line; up and down still scrolls the page (touch-action: pan-y).
 * @param {HTMLElement} element
 * @param {HTMLInputElement} range
 * @param {PointerEvent} start
 */
function drag(element, range, start) {
  /** @param {PointerEvent} event */
  const move = (event) => {
    const box = element.getBoundingClientRect();
    range.value = String(shareAt(event.clientX - box.left, box.width));
    show(element, range);
  };
  const stop = () => {
    element.removeEventListener("pointermove", move);
    element.removeEventListener("pointerup", stop);
    element.removeEventListener("pointercancel", stop);
  };
  element.setPointerCapture(start.pointerId);
  element.addEventListener("pointermove", move);
  element.addEventListener("pointerup", stop);
  element.addEventListener("pointercancel", stop);
  start.preventDefault();
  range.focus({ preventScroll: true });
  move(start);
}
