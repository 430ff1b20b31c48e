/** The service worker of /crew/: the app's files, the page as last seen, its photos, and sending in the background. */

import { findKept, forgetOthers, keepPage } from "./crew-kept.js";
import { openCrew, showNotice } from "./crew-notice.js";
import { Sender } from "./crew-sender.js";
import { openStore } from "./crew-store.js";
import { Transport } from "./crew-transport.js";

const SHELL = "crew-shell-";
const SLOW_MS = 5_000;
export const SYNC = "crew-queue";

/**
 * @typedef {object} Facts
 * @property {string} build
 * @property {string} page  where the crew's page is
 * @property {string} away  shown when nothing is kept
 * @property {string[]} shell  addresses of files that the page needs
 * @property {string[]} map  addresses of files that the map needs
 * @property {string} name  the app's
 * @property {string} icon  of its notices
 */

const worker = /** @type {any} */ (self);

/** @param {Facts} facts */
export function serve(facts) {
  worker.addEventListener("install", (/** @type {any} */ event) => event.waitUntil(install(facts)));
  worker.addEventListener("activate", (/** @type {any} */ event) => event.waitUntil(activate(facts)));
  worker.addEventListener("sync", (/** @type {any} */ event) => event.tag === SYNC && event.waitUntil(sendAll()));
  worker.addEventListener("message", (/** @type {any} */ event) => event.waitUntil(keepMapFiles(facts)));
  worker.addEventListener("push", (/** @type {any} */ event) => event.waitUntil(showNotice(worker, event.data, facts)));
  worker.addEventListener("notificationclick", (/** @type {any} */ event) => {
    event.waitUntil(openCrew(worker, event.notification, facts));
  });
  worker.addEventListener("fetch", (/** @type {any} */ event) => {
    const answer = answerTo(event, facts);
    if (answer) event.respondWith(answer);
  });
}

/** @param {Facts} facts */
async function install({ build, shell, away }) {
  const cache = await caches.open(SHELL + build);
  await cache.addAll([...shell, away]);
  await worker.skipWaiting();
}

/**
 * The page says that its line bears it.
 * @param {Facts} facts
 */
async function keepMapFiles({ build, map }) {
  const cache = await caches.open(SHELL + build);
  for (const address of map) if (!(await cache.match(address))) await cache.add(address).catch(() => {});
}

/**
 * Two builds are kept: a page of the one before may still be open.
 * @param {Facts} facts
 */
async function activate({ build }) {
  const older = (await caches.keys()).filter((name) => name.startsWith(SHELL) && name !== SHELL + build);
  await Promise.all(older.slice(0, -1).map((name) => caches.delete(name)));
  await worker.clients.claim();
}

/**
 * @param {any} event
 * @param {Facts} facts
 * @returns {Promise<Response> | null}  null: the browser asks the network as ever
 */
function answerTo(event, facts) {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== worker.location.origin) return null;
  if (request.mode === "navigate") return url.pathname === facts.page ? pageFor(event, facts) : null;
  const address = url.pathname + url.search;
  if (facts.shell.includes(address) || facts.map.includes(address)) return fileFor(request, facts);
  if (url.pathname.startsWith("/map/")) return mapFor(request);
  return url.pathname.startsWith("/photos/") ? photoFor(request) : null;
}

/**
 * From the network; from what is kept when there is none, when the server is away, or when it takes too long.
 * @param {any} event
 * @param {Facts} facts
 */
async function pageFor({ request }, facts) {
  const asked = fetch(request).then(
    (answer) => remember(answer, facts),
    () => null,
  );
  const inTime = await Promise.race([asked, new Promise((resolve) => setTimeout(resolve, SLOW_MS, null))]);
  if (inTime && inTime.status < 500) return inTime;
  const kept = await findKept(facts.page);
  if (kept) return kept;
  return inTime ?? (await asked) ?? (await caches.match(facts.away)) ?? Response.error();
}

/**
 * Only a page of this worker's build is kept: its files are here. Who is led to the sign-in has no page to keep, and
 * nothing to be woken for.
 * @param {Response} answer
 * @param {Facts} facts
 */
async function remember(answer, { build, page }) {
  if (answer.type === "opaqueredirect") await Promise.all([forgetOthers(), unsubscribe()]);
  else if (answer.headers.get("X-Mahala-Build") === build) await keepPage(page, answer.clone()).catch(() => {});
  return answer;
}

async function unsubscribe() {
  const subscription = await worker.registration.pushManager?.getSubscription().catch(() => null);
  await subscription?.unsubscribe().catch(() => {});
}

/**
 * @param {Request} request
 * @param {Facts} facts
 */
async function fileFor(request, { build }) {
  const kept = await caches.match(request.url);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) await (await caches.open(SHELL + build)).put(request.url, answer.clone()).catch(() => {});
  return answer;
}

/**
 * Addresses of the map's documents change with what is in them. Byte ranges are the page's own affair.
 * @param {Request} request
 */
async function mapFor(request) {
  const kept = request.headers.has("Range") ? undefined : await findKept(request.url);
  return kept ?? fetch(request);
}

/**
 * A photo that is kept never changes; without a network another size of it does.
 * @param {Request} request
 */
async function photoFor(request) {
  const kept = await findKept(request.url);
  if (kept) return kept;
  const answer = await fetch(request).catch(() => null);
  return answer ?? (await otherSize(request.url)) ?? Response.error();
}

/** @param {string} address */
async function otherSize(address) {
  for (const size of ["large", "small", "thumb"]) {
    const found = await findKept(address.replace(/[a-z]+\.jpg$/, `${size}.jpg`));
    if (found) return found;
  }
  return null;
}

/** The browser says that there is a connection, perhaps long after the page was closed. Throwing asks for another time. */
async function sendAll() {
  const store = await openStore("");
  const session = await store.getFact("session");
  store.person = session?.person ?? "";
  const sender = new Sender({
    store,
    transport: new Transport(session?.addresses, async () => session?.csrf ?? "", (photo, sent) => store.photoSent(photo, sent)),
    alone: (work) => navigator.locks.request(SYNC, work),
  });
  const isAllSent = await sender.run().finally(() => (sender.stop(), store.close()));
  if (!isAllSent) throw new Error("something still waits");
}
