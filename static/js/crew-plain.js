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
  /** @type {HTMLElement | null} */
  let offered = null;
  connectLive({
    streams: [root.dataset.stream ?? ""],
    onState: bindLiveStatus(strip),
    onEvent: () => {
      if (offered?.isConnected) return;
      offered = say(words.somethingNew, { seconds: 0, action: words.load, onAction: () => location.reload() });
    },
  });
}
