/** Room on the phone: asked for after the first tap, and trouble with it is said, once and kindly. */

import { forgetMap } from "./crew-kept.js";
import { say } from "./ui-dialogs.js";

const ASKED = "asked for room";

/**
 * Asks the browser not to clear what waits here; says so once when it won't promise.
 * @param {import("./crew-store.js").CrewStore} store
 * @param {Record<string, any>} words
 */
export async function askForRoom(store, words) {
  if (!navigator.storage?.persist || (await store.getFact(ASKED))) return;
  await store.setFact(ASKED, true);
  if (!(await navigator.storage.persist())) say(words.mayBeCleared ?? "", { seconds: 12 });
}

/**
 * Does the work; where there is no room for it, the map makes way, and it is done once more.
 * @param {string} person
 * @param {() => Promise<void>} work
 */
export async function withRoom(person, work) {
  try {
    await work();
  } catch (error) {
    if (!isFull(error) || !(await forgetMap(person))) throw error;
    await work();
  }
}

/** @param {unknown} error */
function isFull(error) {
  return error instanceof DOMException && error.name === "QuotaExceededError";
}

/**
 * @param {unknown} error
 * @param {{noRoom: string, notStored: string}} words  for what could not be kept
 */
export function sayNotStored(error, { noRoom, notStored }) {
  console.error("not stored", error);
  say(isFull(error) ? noRoom : notStored, { tone: "late", seconds: 12 });
}
