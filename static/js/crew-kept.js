/** Pages and photos that the phone keeps for when there is no network: one person's, of one build. */

const PREFIX = "crew-kept-";
const BODY = "?part=body";
const BODY_MS = 20_000;
const NOT_OURS = new Set([401, 403, 404]);

/** @param {string} person */
const nameOf = (person) => `${PREFIX}${person}`;

/**
 * Where the surroundings of a person's jobs are kept: the map tells where they ride.
 * @param {string} person
 */
export const mapCache = (person) => caches.open(`${PREFIX}map-${person}`);

/**
 * Gives the map's room back; it comes again with the network. False when there was none.
 * @param {string} person
 */
export async function forgetMap(person) {
  return Boolean(globalThis.caches && (await caches.delete(`${PREFIX}map-${person}`)));
}

/**
 * Keeps nobody's data but this person's; without a person, nobody's at all.
 * @param {string} [person]
 */
export async function forgetOthers(person) {
  const isOther = (/** @type {string} */ name) => name.startsWith(PREFIX) && !(person && name.endsWith(person));
  const names = (await caches.keys()).filter(isOther);
  await Promise.all(names.map((name) => caches.delete(name)));
}

/**
 * Keeps the whole page or its body, as the person named in its headers got it.
 * @param {string} address  the page's own, or with the body's query
 * @param {Response} answer  not read yet
 */
export async function keepPage(address, answer) {
  const person = answer.headers.get("X-Mahala-Person");
  if (!person || !answer.ok) return;
  await forgetOthers(person);
  const cache = await caches.open(nameOf(person));
  await cache.put(address, answer);
}

/**
 * What is kept of an address, whoever's it is: there is only one person's.
 * @param {RequestInfo} address
 */
export async function findKept(address) {
  for (const name of await caches.keys()) {
    const found = name.startsWith(PREFIX) && (await (await caches.open(name)).match(address));
    if (found) return found;
  }
  return undefined;
}

/**
 * The page's body from the server, else the kept one. `at` is when the server drew it. What belongs to another person
 * or another build is not given out: `other` names it. Null when nothing is there.
 * @param {{page: string, build: string, person: string}} own
 * @returns {Promise<{html: string, at: Date, fresh: boolean} | {other: "build" | "person"} | null>}
 */
export async function fetchBody({ page, build, person }) {
  const address = page + BODY;
  const answer = await fetch(address, { signal: AbortSignal.timeout(BODY_MS) }).catch(() => null);
  if (answer && NOT_OURS.has(answer.status)) return { other: "person" };
  const isFresh = Boolean(answer?.ok);
  const shown = isFresh ? answer : await findKept(address);
  if (!shown) return null;
  // Another person's page, or the sign-in page: this session is over.
  if (shown.headers.get("X-Mahala-Person") !== person) return isFresh ? { other: "person" } : null;
  if (shown.headers.get("X-Mahala-Build") !== build) return isFresh ? { other: "build" } : null;
  if (isFresh) await keepPage(address, shown.clone()).catch(() => {}); // no room: it is shown all the same
  const html = await shown.text().catch(() => null);
  const at = new Date(shown.headers.get("Date") ?? Date.now());
  return html === null ? null : { html, at, fresh: isFresh };
}

/**
 * Keeps the photos that the jobs show, and no others. Small ones do on a slow line.
 * @param {string} person
 * @param {string[]} addresses
 */
export async function keepPhotos(person, addresses) {
  const cache = await caches.open(nameOf(person));
  const wanted = new Set(addresses.map((address) => new URL(address, location.href).href));
  for (const request of await cache.keys()) {
    const isPhoto = new URL(request.url).pathname.startsWith("/photos/");
    if (isPhoto && !wanted.delete(request.url)) await cache.delete(request);
  }
  for (const address of wanted) await cache.add(address).catch(() => {}); // the next renewal tries again
}

/** Whether the page has been kept at all. */
export async function isPageKept(/** @type {string} */ page) {
  return Boolean(await findKept(page));
}

/**
 * A first visit ran without a service worker: the whole page is fetched once more, to be kept.
 * @param {string} page
 */
export async function keepFirstPage(page) {
  if (await isPageKept(page)) return;
  const answer = await fetch(page).catch(() => null);
  if (answer) await keepPage(page, answer).catch(() => {});
}
