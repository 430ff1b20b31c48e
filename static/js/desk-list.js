/**
 * The queue as a list of any length. It is made of pages; those near the view are filled, the others are empty boxes of
 * the same height, so that the document stays small however far one scrolls. Without JavaScript the pages are pages.
 */

import { askText } from "./asking.js";
import { withPart } from "./desk-address.js";
import { nextIndex } from "./desk-keys.js";
import { bind } from "./ui.js";

/** Pages farther than this from the view are emptied. */
const MARGIN_PX = 1600;

/**
 * `after` is the cursor of the row before the page, `next` that of its last row.
 * @typedef {object} Page
 * @property {string} after
 * @property {string} next
 * @property {number} count  rows
 * @property {HTMLElement} box
 * @property {string} html  as it was drawn; "" while the page is empty
 * @property {string} lastPart  the heading that its last row stands under
 */

/**
 * @param {HTMLElement} desk
 * @param {{path: () => string, words: Record<string, string>}} options  path: the address whose queue is shown,
 *   with its query
 */
export function startList(desk, { path, words }) {
  const pane = /** @type {HTMLElement} */ (desk.querySelector("[data-queue-pane]"));
  const first = new URLSearchParams(location.search).get("after") ?? "";
  /** @type {Page[]} */
  const pages = [];
  const watcher = new IntersectionObserver(
    (entries) => entries.forEach((entry) => void onNear(entry.target, entry.isIntersecting)),
    { root: scrollsItself(pane) ? pane : null, rootMargin: `${MARGIN_PX}px 0px` },
  );
  const adopt = () => {
    watcher.disconnect();
    pages.length = 0;
    const box = /** @type {HTMLElement} */ (pane.querySelector("[data-page]"));
    pages.push(pageOf(box, first));
    settle();
  };
  const settle = () => {
    if (!pages[0]) return;
    number(pages, Number(pane.querySelector("[data-queue]")?.getAttribute("data-total") ?? -1));
    joinHeadings(pages);
    growAtEnd(pages, watcher);
  };
  const onNear = async (/** @type {Element} */ box, /** @type {boolean} */ isNear) => {
    const page = pages.find((each) => each.box === box);
    if (!page || Boolean(page.html) === isNear) return;
    if (isNear) await fill(page, await ask(page.after, "rows"));
    else empty(page);
  };
  const ask = (/** @type {string} */ after, /** @type {string} */ part) => askText(withPart(path(), after, part));
  const fill = async (/** @type {Page} */ page, /** @type {string | null} */ html) => {
    if (html === null || !pages.includes(page)) return;
    draw(page, html);
    const follower = pages[pages.indexOf(page) + 1];
    if (follower && page.next) follower.after = page.next;
    else if (follower) drop(pages, follower, watcher);
    settle();
  };
  const renew = async () => {
    const shown = pages.filter((page) => page.html);
    const known = new Set([...pane.querySelectorAll("[data-row]")].map(codeOf));
    const keep = keepPlace(pane);
    let isHead = true;
    for (const page of shown) {
      const html = await ask(page.after, isHead ? "queue" : "rows");
      if (html === null) return;
      await fill(page, isHead ? takeHead(pane, html) : html);
      isHead = false;
    }
    const arrived = markArrived(pane, known);
    keep(arrived, words.above ?? "");
  };
  adopt();
  return { renew, step: (/** @type {number} */ by) => stepFrom(pane, by), links: () => linksOf(pane) };
}

/** @param {HTMLElement} pane */
const linksOf = (pane) => /** @type {HTMLElement[]} */ ([...pane.querySelectorAll("a[data-choose]")]);

/** @param {Element} row */
const codeOf = (row) => row.getAttribute("data-row") ?? "";

/** @param {HTMLElement} pane */
function scrollsItself(pane) {
  return ["auto", "scroll"].includes(getComputedStyle(pane).overflowY);
}

/**
 * @param {HTMLElement} box
 * @param {string} after
 * @returns {Page}
 */
function pageOf(box, after) {
  const page = { after, next: "", count: 0, box, html: box.innerHTML, lastPart: "" };
  read(page);
  return page;
}

/** @param {Page} page */
function read(page) {
  page.next = page.box.dataset.next ?? "";
  page.count = page.box.querySelectorAll("[data-row]").length;
  page.lastPart = [...page.box.querySelectorAll("[data-part]")].at(-1)?.getAttribute("data-part") ?? "";
}

/**
 * Only where something is different: then what has the focus keeps it.
 * @param {Page} page
 * @param {string} html
 */
function draw(page, html) {
  const fresh = document.createElement("template");
  fresh.innerHTML = html;
  const box = /** @type {HTMLElement | null} */ (fresh.content.querySelector("[data-page]"));
  if (!box || box.innerHTML === page.html) return;
  const focused = page.box.contains(document.activeElement) ? document.activeElement?.closest("[data-row]") : null;
  page.html = box.innerHTML;
  page.box.style.removeProperty("block-size");
  page.box.dataset.next = box.dataset.next ?? "";
  page.box.replaceChildren(...box.childNodes);
  bind(page.box);
  read(page);
  page.box.dispatchEvent(new CustomEvent("desk:drawn", { bubbles: true }));
  if (focused) /** @type {HTMLElement | null} */ (page.box.querySelector(`[data-row="${codeOf(focused)}"] a`))?.focus();
}

/**
 * Leaves a box of the same height. A page that has the focus stays.
 * @param {Page} page
 */
function empty(page) {
  if (page.box.contains(document.activeElement)) return;
  page.box.style.blockSize = `${page.box.offsetHeight}px`;
  page.box.replaceChildren();
  page.html = "";
}

/**
 * The box of the page that comes after the last one, as high as that one, to be filled when it comes near.
 * @param {Page[]} pages
 * @param {IntersectionObserver} watcher
 */
function growAtEnd(pages, watcher) {
  const last = pages.at(-1);
  if (!last) return;
  for (const link of last.box.querySelectorAll(".desk-page__next")) link.remove();
  watcher.observe(last.box);
  if (!last.html || !last.next) return;
  const box = document.createElement("div");
  box.className = "desk-page";
  box.dataset.page = "";
  box.style.blockSize = `${last.box.offsetHeight}px`;
  last.box.after(box);
  pages.push({ after: last.next, next: "", count: 0, box, html: "", lastPart: "" });
  watcher.observe(box);
}

/**
 * The list has become shorter: from this page on there is nothing.
 * @param {Page[]} pages
 * @param {Page} from
 * @param {IntersectionObserver} watcher
 */
function drop(pages, from, watcher) {
  for (const page of pages.splice(pages.indexOf(from))) {
    watcher.unobserve(page.box);
    page.box.remove();
  }
}

/**
 * Each row says which of how many it is, though few of them are in the document.
 * @param {Page[]} pages
 * @param {number} total  -1 where nobody counted
 */
function number(pages, total) {
  let at = 0;
  for (const page of pages) {
    [...page.box.querySelectorAll("[data-row]")].forEach((row, index) => {
      row.setAttribute("aria-posinset", String(at + index + 1));
      row.setAttribute("aria-setsize", String(total));
    });
    at += page.count;
  }
}

/**
 * A heading is not said again where a page only goes on with it.
 * @param {Page[]} pages
 */
function joinHeadings(pages) {
  pages.forEach((page, index) => {
    const heading = /** @type {HTMLElement | null} */ (page.box.querySelector("[data-part]"));
    if (heading) heading.hidden = index > 0 && pages[index - 1]?.lastPart === heading.dataset.part;
  });
}

/**
 * Takes the tabs and numbers over, and leaves the search alone while somebody types in it.
 * @param {HTMLElement} pane
 * @param {string} html
 */
function takeHead(pane, html) {
  const fresh = document.createElement("template");
  fresh.innerHTML = html;
  for (const part of ["[data-queue-tabs]", "[data-saved-views]"]) {
    const [before, now] = [pane.querySelector(part), fresh.content.querySelector(part)];
    if (before && now && before.innerHTML !== now.innerHTML && !before.contains(document.activeElement)) {
      before.replaceWith(now);
    }
  }
  const total = fresh.content.querySelector("[data-queue]")?.getAttribute("data-total");
  if (total) pane.querySelector("[data-queue]")?.setAttribute("data-total", total);
  return html;
}

/**
 * @param {HTMLElement} pane
 * @param {Set<string>} known
 */
function markArrived(pane, known) {
  const arrived = [...pane.querySelectorAll("[data-row]")].filter((row) => !known.has(codeOf(row)));
  if (!known.size) return arrived;
  for (const row of arrived) row.querySelector(".entry")?.classList.add("entry--arrived");
  return arrived;
}

/**
 * What is under the cursor stays under it: the row that is pointed at, has the focus, or is the first in view. Only a
 * list that stands at its beginning, with nobody in it, lets new rows push the others down.
 * @param {HTMLElement} pane
 */
function keepPlace(pane) {
  const scroller = scrollsItself(pane) ? pane : (document.scrollingElement ?? document.documentElement);
  const busy = pane.querySelector("[data-row]:hover") ?? pane.querySelector("[data-row]:focus-within");
  const anchor = busy ?? (scroller.scrollTop > 0 ? firstInView(pane) : null);
  const code = anchor ? codeOf(anchor) : "";
  const top = anchor?.getBoundingClientRect().top ?? 0;
  return (/** @type {Element[]} */ arrived, /** @type {string} */ words) => {
    const same = code ? pane.querySelector(`[data-row="${code}"]`) : null;
    if (!same) return;
    scroller.scrollTop += same.getBoundingClientRect().top - top;
    const above = arrived.filter((row) => row.compareDocumentPosition(same) & Node.DOCUMENT_POSITION_FOLLOWING);
    sayAbove(pane, scroller, above.length, words);
  };
}

/** @param {HTMLElement} pane */
function firstInView(pane) {
  const edge = Math.max(pane.getBoundingClientRect().top, 0) + 60;
  return [...pane.querySelectorAll("[data-row]")].find((row) => row.getBoundingClientRect().bottom > edge) ?? null;
}

/**
 * New rows above the view are told by a button that leads to them.
 * @param {HTMLElement} pane
 * @param {Element} scroller
 * @param {number} count
 * @param {string} words
 */
function sayAbove(pane, scroller, count, words) {
  const button = /** @type {HTMLButtonElement | null} */ (pane.querySelector("[data-new-above]"));
  if (!button || !count || scroller.scrollTop < 40) return;
  const whole = (button.hidden ? 0 : Number(button.dataset.count ?? 0)) + count;
  button.dataset.count = String(whole);
  button.textContent = words.replace("{count}", String(whole));
  button.hidden = false;
  button.onclick = () => {
    scroller.scrollTo({ top: 0 });
    button.hidden = true;
  };
}

/**
 * The row so many places from the chosen one, or from the first in view when that is not in the document.
 * @param {HTMLElement} pane
 * @param {number} by
 */
function stepFrom(pane, by) {
  const links = linksOf(pane);
  const at = links.findIndex((link) => link.getAttribute("aria-current") === "true");
  if (at < 0) return /** @type {HTMLElement | null} */ (firstInView(pane)?.querySelector("a[data-choose]")) ?? links[by > 0 ? 0 : links.length - 1] ?? null;
  return links[nextIndex(at, by, links.length)] ?? null;
}
