/** What only a server can do says so without a connection, and the app stays: no page of errors takes its place. */

import { say } from "./ui-dialogs.js";

/** @param {import("./crew-app.js").CrewApp} app */
export function bindLeaving(app) {
  /** @type {HTMLElement | null} */
  let said = null;
  const stay = (/** @type {Event} */ event) => {
    if (navigator.onLine && app.live?.state !== "offline") return;
    event.preventDefault();
    event.stopImmediatePropagation();
    said?.remove();
    said = say(app.words.needsLine, { tone: "late" });
  };
  addEventListener("submit", (event) => isForServer(event.target) && stay(event), { capture: true });
  addEventListener("click", (event) => isElsewhere(event.target) && stay(event), { capture: true });
}

/**
 * A step of a job waits on the phone; other forms don't.
 * @param {EventTarget | null} target
 */
function isForServer(target) {
  return target instanceof HTMLFormElement && target.method === "post" && !target.dataset.command;
}

/**
 * A link to another page of this site; the phone's maps app is none.
 * @param {EventTarget | null} target
 */
function isElsewhere(target) {
  const link = target instanceof Element ? target.closest("a") : null;
  return link?.origin === location.origin && link.pathname !== location.pathname;
}
