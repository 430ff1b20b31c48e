/** The service worker's side of a push: the notice it shows, and where a tap on it leads. Nothing of the job is in it. */

/** All pushes say the same: the newest takes the place of the one before. */
export const TAG = "sync";
export const SYNC_NOW = "sync now";

/**
 * @typedef {object} Facts
 * @property {string} page  where the crew's page is
 * @property {string} name  the title, should the push have none
 * @property {string} icon
 */

/**
 * Tells open pages to look for what is new, and shows a notice, always: browsers take the permission away from pages
 * whose pushes show nothing.
 * @param {any} worker  the global scope
 * @param {any} data  of the push
 * @param {Facts} facts
 */
export async function showNotice(worker, data, facts) {
  const { title, options } = noticeOf(readJson(data), facts);
  await worker.registration.showNotification(title, options);
  for (const page of await crewPages(worker, facts)) page.postMessage(SYNC_NOW);
}

/**
 * Back to the crew's page; it is opened where none is. Nowhere else, whatever the push says.
 * @param {any} worker
 * @param {{close: () => void}} notice
 * @param {Facts} facts
 */
export async function openCrew(worker, notice, facts) {
  notice.close();
  const [page] = await crewPages(worker, facts);
  await (page ? page.focus() : worker.clients.openWindow(facts.page));
}

/**
 * @param {any} said  what FCM sends to a browser
 * @param {Facts} facts
 */
export function noticeOf(said, { name, icon }) {
  const { title } = said?.notification ?? {};
  const options = { tag: TAG, renotify: true, icon };
  return { title: typeof title === "string" && title ? title : name, options };
}

/** @param {any} data */
function readJson(data) {
  try {
    return data?.json() ?? null;
  } catch {
    return null; // it says something else; that it came is enough
  }
}

/**
 * @param {any} worker
 * @param {Facts} facts
 * @returns {Promise<any[]>}
 */
async function crewPages(worker, { page }) {
  const windows = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
  return windows.filter((/** @type {{url: string}} */ { url }) => new URL(url).pathname === page);
}
