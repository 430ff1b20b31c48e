/** A report's page: its map, the private link to copy, and its state as it changes. */

import { bind } from "./ui.js";
import { createMap } from "./map.js";
import { addPoints } from "./map-points.js";
import { connectLive } from "./live.js";
import { bindLiveStatus } from "./live-status.js";

const page = /** @type {HTMLElement | null} */ (document.querySelector("[data-live-report]"));

if (page) {
  void showPlace();
  bindCopy();
  openByLink();
  follow(page);
}

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

/** @param {HTMLElement} page */
function follow(page) {
  const stream = `report:${page.dataset.liveReport}`;
  const status = bindLiveStatus(/** @type {HTMLElement | null} */ (document.querySelector("[data-live-status]")));
  const renew = later(() => void renewParts());
  connectLive({ streams: [stream], onEvent: renew, onSnapshot: renew, onState: status });
}

/**
 * Several events close together are one renewal.
 * @param {() => void} work
 */
function later(work) {
  let timer = 0;
  return () => {
    clearTimeout(timer);
    timer = window.setTimeout(work, 150);
  };
}

/** The server draws the page; the parts that can change are taken over, unless the person is typing in one. */
async function renewParts() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!answer?.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of document.querySelectorAll("[data-live-part]")) {
    const next = fresh.querySelector(`[data-live-part="${part.getAttribute("data-live-part")}"]`);
    if (!next || part.contains(document.activeElement) || part.innerHTML === next.innerHTML) continue;
    part.replaceChildren(...next.childNodes);
    bind(part);
  }
}
