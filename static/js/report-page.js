/** A report's page: its map, the private link to copy, and its state as it changes. */

import { askText } from "./asking.js";
import { bind } from "./ui.js";
import { changedFields } from "./ui-changes.js";
import { createMap } from "./map.js";
import { addPoints } from "./map-points.js";
import { connectLive } from "./live.js";
import { bindLiveStatus } from "./live-status.js";
import { together } from "./ui-together.js";

const LOOK_MS = 5_000;
const MOST_PHOTO_LOOKS = 24;

const page = /** @type {HTMLElement | null} */ (document.querySelector("[data-live-report]"));

async function showPlace() {
  const element = /** @type {HTMLElement | null} */ (document.querySelector("[data-report-map]"));
  if (!element) return;
  const [lon, lat] = [Number(element.dataset.lon), Number(element.dataset.lat)];
  const map = await createMap(element, { center: [lon, lat], zoom: 13, cooperative: true });
  if (!map) return;
  const properties = { id: "here", tone: element.dataset.tone ?? "new", label: document.title };
  addPoints(map, {
    data: {
      type: "FeatureCollection",
      features: [{ type: "Feature", geometry: { type: "Point", coordinates: [lon, lat] }, properties }],
    },
    onChoose: () => {},
    keyboard: false,
  });
}

function bindCopy() {
  const button = /** @type {HTMLElement | null} */ (document.querySelector("[data-copy]"));
  const source = /** @type {HTMLInputElement | null} */ (document.querySelector("[data-copy-source]"));
  source?.addEventListener("focus", () => source.select());
  button?.addEventListener("click", async () => {
    if (!source) return;
    source.select();
    await navigator.clipboard?.writeText(source.value).catch(() => document.execCommand("copy"));
    const word = button.querySelector("span");
    if (word) word.textContent = button.dataset.copied ?? "";
  });
}

/** "No, I show it" leads to the closed form: open it. */
function openByLink() {
  document.addEventListener("click", (event) => {
    const link = /** @type {Element} */ (event.target).closest('a[href="#reopen"]');
    const form = /** @type {HTMLDetailsElement | null} */ (document.getElementById("reopen"));
    if (link && form) form.open = true;
  });
}

/**
 * By the private link's token the stream of a report that isn't public opens too.
 * @param {HTMLElement} page
 */
function follow(page) {
  lookForPhotos();
  const stream = `report:${page.dataset.liveReport}`;
  const tokens = page.dataset.liveToken ? { [stream]: page.dataset.liveToken } : {};
  const status = bindLiveStatus(/** @type {HTMLElement | null} */ (document.querySelector("[data-live-status]")));
  const renew = together(() => void renewParts(), 150);
  connectLive({ streams: [stream], tokens, onEvent: renew, onSnapshot: renew, onState: status });
}

/** While somebody looks and photos are in preparation, which only the private page shows; but not forever. */
function lookForPhotos() {
  let looks = 0;
  setInterval(() => {
    if (document.hidden || looks >= MOST_PHOTO_LOOKS || !document.querySelector("[data-photos-pending]")) return;
    looks++;
    void renewParts();
  }, LOOK_MS);
}

/** Renewals in the order they were asked for: an older answer never replaces a newer one. */
const renewals = { asked: 0, drawn: 0 };

/** What the server last drew in a part; scripts may have changed the part since. */
const drawn = /** @type {WeakMap<Element, string>} */ (new WeakMap());

/** The server draws the page; the parts that can change are taken over, unless the person is at work in one. */
async function renewParts() {
  const number = ++renewals.asked;
  const html = await askText(location.href, { headers: { Accept: "text/html" } });
  if (html === null) return;
  const fresh = new DOMParser().parseFromString(html, "text/html");
  if (number < renewals.drawn) return;
  renewals.drawn = number;
  for (const part of document.querySelectorAll("[data-live-part]")) {
    const next = fresh.querySelector(`[data-live-part="${part.getAttribute("data-live-part")}"]`);
    if (!next || isAtWork(part)) continue;
    const essence = essenceOf(next);
    const same = essence === (drawn.get(part) ?? essenceOf(part));
    drawn.set(part, essence);
    if (same) continue;
    part.replaceChildren(...next.childNodes);
    bind(part);
  }
}

/** @param {Element} part */
function isAtWork(part) {
  const opened = part.querySelector("details[open]");
  return part.contains(document.activeElement) || Boolean(opened) || changedFields(part).length > 0;
}

/**
 * The part's HTML without what is new in every answer: tokens and ids in hidden fields.
 * @param {Element} part
 */
function essenceOf(part) {
  const copy = /** @type {Element} */ (part.cloneNode(true));
  for (const field of copy.querySelectorAll('input[type="hidden"]')) field.removeAttribute("value");
  return copy.innerHTML;
}

// Last, so that all of the module is there.
if (page) {
  void showPlace();
  bindCopy();
  openByLink();
  follow(page);
}
