/** Room on the phone: asked for after the first tap, and trouble with it is said, once and kindly. */

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
 * @param {unknown} error
 * @param {Record<string, any>} words
 */
export function sayNotStored(error, words) {
  console.error("not stored", error);
  const isFull = error instanceof DOMException && error.name === "QuotaExceededError";
  say((isFull ? words.noRoom : words.notStored) ?? "", { tone: "late", seconds: 12 });
}
