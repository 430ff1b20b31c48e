/** The switch for pushes in the crew's menu. Without it in the page there is nothing to switch. */

import { loadFirebase } from "./crew-firebase.js";
import { SYNC_NOW, TAG } from "./crew-notice.js";
import { PushSwitch } from "./crew-push.js";
import { deviceOfThisBrowser } from "./live.js";

const WORKER_MS = 20_000;

/**
 * @param {import("./crew-app.js").CrewApp} app
 * @param {HTMLElement | null} button
 * @returns {PushSwitch | null}
 */
export function bindPush(app, button) {
  if (!button) return null;
  const web = JSON.parse(document.getElementById("crew-push")?.textContent ?? "{}");
  const push = new PushSwitch(app.store.person, meansOf(web, () => app.csrf()));
  push.onState = (state) => showState(button, state, app.words.push);
  button.addEventListener("click", () => void (push.state === "on" ? push.turnOff() : push.turnOn()));
  document.addEventListener("visibilitychange", () => document.hidden || (push.show(), void clearNotices()));
  addEventListener("online", () => void (push.state === "trouble" && push.renew()));
  navigator.serviceWorker?.addEventListener("message", ({ data }) => {
    if (data !== SYNC_NOW) return;
    app.live?.wake();
    app.renewSoon();
  });
  push.show();
  void push.renew();
  void clearNotices();
  return push;
}

/**
 * @param {HTMLElement} button
 * @param {import("./crew-push.js").State} state
 * @param {Record<string, string>} words
 */
function showState(button, state, words) {
  button.hidden = false;
  button.setAttribute("aria-checked", String(state === "on"));
  button.toggleAttribute("aria-busy", state === "working");
  /** @type {HTMLElement} */ (button.querySelector("[data-push-state]")).textContent = words[state] ?? "";
  const note = /** @type {HTMLElement} */ (document.querySelector("[data-push-note]"));
  note.textContent = words[`${state}Note`] ?? "";
  note.hidden = !note.textContent;
}

/** Whoever looks at the page has seen it. */
async function clearNotices() {
  if (document.hidden) return;
  const worker = await navigator.serviceWorker?.getRegistration();
  for (const notice of (await worker?.getNotifications?.({ tag: TAG })) ?? []) notice.close();
}

/**
 * @param {import("./crew-firebase.js").Web & {devices: string}} web
 * @param {() => string} csrf
 * @returns {import("./crew-push.js").Means}
 */
function meansOf(web, csrf) {
  const device = deviceOfThisBrowser();
  const ask = async (/** @type {string} */ address, /** @type {RequestInit} */ options) => {
    const headers = { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": csrf() };
    const answer = await fetch(address, { ...options, headers, keepalive: true });
    if (!answer.ok) throw new Error(`${address} answered ${answer.status}`);
  };
  return {
    permission: () => (canBePushed() ? Notification.permission : "unsupported"),
    ask: () => Notification.requestPermission(),
    worker,
    storage: localStorage,
    load: (onIdentifier) => loadFirebase(web, onIdentifier),
    tellServer: (value) => ask(web.devices, { method: "POST", body: JSON.stringify({ device, platform: "web", kind: "fid", value }) }),
    leaveServer: () => ask(`${web.devices}?device=${encodeURIComponent(device)}`, { method: "DELETE" }),
  };
}

/** One that can't be installed never gets ready. */
async function worker() {
  const tooLate = new Promise((_resolve, reject) => setTimeout(reject, WORKER_MS, new Error("no service worker")));
  return Promise.race([navigator.serviceWorker.ready, tooLate]);
}

function canBePushed() {
  return "serviceWorker" in navigator && "PushManager" in globalThis && "Notification" in globalThis;
}
