/** Where the browser keeps nothing, the page is a plain one: it says so, and what is new is a tap away. */

import { connectLive } from "./live.js";
import { bindLiveStatus } from "./live-status.js";
import { say } from "./ui-dialogs.js";

/**
 * @param {HTMLElement} root
 * @param {Record<string, any>} words
 */
export function startPlain(root, words) {
  const strip = document.querySelector("[data-live-status]");
  const queue = strip?.querySelector("[data-queue-text]");
  if (queue) queue.textContent = ` · ${words.keepsNothing}`;
  say(words.privateMode, { tone: "late", seconds: 0 });
  // What needs the app behind it.
  for (const part of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-sound], [data-map]"))) part.hidden = true;
  /** @type {HTMLElement | null} */
  let offered = null;
  let isFollowing = false;
  const offer = () => {
    if (offered?.isConnected) return;
    offered = say(words.somethingNew, { seconds: 0, action: words.load, onAction: () => location.reload() });
  };
  connectLive({
    streams: [root.dataset.stream ?? ""],
    onState: bindLiveStatus(strip),
    onSnapshot: () => (isFollowing ? offer() : (isFollowing = true)), // the first one is this page
    onEvent: offer,
  });
}
