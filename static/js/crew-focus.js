/** The focus stays where it was when the page is drawn afresh, and goes on to the next step after a tap. */

/**
 * Remembers what has the focus below the root; the answer gives it to the same thing as it was drawn since.
 * @param {Element} root
 * @returns {(drawn: Element) => void}
 */
export function keepFocus(root) {
  const active = document.activeElement;
  if (!active || !root.contains(active)) return () => {};
  const key = keyOf(active);
  const caret = "selectionStart" in active ? active.selectionStart : null;
  return (drawn) => {
    const found = [...drawn.querySelectorAll(active.tagName)].find((element) => keyOf(element) === key);
    if (!(found instanceof HTMLElement)) return;
    found.focus({ preventScroll: true });
    if (found instanceof HTMLInputElement && found.type === "text" && caret !== null) {
      found.setSelectionRange(Number(caret), Number(caret));
    }
  };
}

/**
 * What a control is for, which a redraw does not change.
 * @param {Element} element
 */
function keyOf(element) {
  const { choose = "" } = /** @type {HTMLElement} */ (element).dataset;
  const opens = element.getAttribute("popovertarget") ?? "";
  const action = element.closest("form")?.getAttribute("action") ?? "";
  const job = /** @type {HTMLElement | null} */ (element.closest("[data-job]"))?.dataset.job ?? "";
  const said = ["name", "value"].map((name) => element.getAttribute(name) ?? "");
  return [element.id, action, job, choose, opens, ...said].join("|");
}

const ELSE = ["[data-current] h1", "[data-nothing] a", "[data-nothing]"];
const NEXT = ["[data-current] .crew-job__finish [data-photo-input]", "[data-current] [data-next]", ...ELSE];

/**
 * Where the focus goes when what had it is gone: after a tap to the next step, on site to the camera; after a choice to
 * the job's name; else to the page.
 * @param {Element} body
 * @param {{isChosen?: boolean}} [options]
 */
export function focusNext(body, { isChosen = false } = {}) {
  const active = /** @type {HTMLElement | null} */ (document.activeElement);
  if (active && active !== document.body && active.checkVisibility()) return;
  const next = (isChosen ? ELSE : NEXT)
    .flatMap((selector) => /** @type {HTMLElement[]} */ ([...body.querySelectorAll(selector)]))
    .find((element) => element.checkVisibility());
  if (next?.matches("[data-nothing]")) next.tabIndex = -1;
  next?.focus({ preventScroll: true });
}

/**
 * What comes next is in view: on site the camera and what to say of the work, else the job from its top.
 * @param {Element} body
 */
export function scrollToNext(body) {
  const finish = body.querySelector("[data-current] .crew-job__finish");
  if (finish?.checkVisibility()) finish.scrollIntoView();
  else scrollTo({ top: 0 });
}
