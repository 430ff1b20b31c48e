/** What only a server can do says so without a connection, and the app stays: no page of errors takes its place. */

import { say } from "./ui-dialogs.js";

const PATIENCE_MS = 5_000;

/** @param {import("./crew-app.js").CrewApp} app */
export function bindLeaving(app) {
  /** @type {HTMLElement | null} */
  let said = null;
  let isPassing = false;
  const isSure = () => navigator.onLine && app.live?.state !== "offline";
  const pass = (/** @type {() => void} */ go) => {
    isPassing = true;
    go();
    isPassing = false;
  };
  const guard = async (/** @type {Event} */ event, /** @type {() => void} */ go) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    said?.remove();
    if (await serverAnswers()) pass(go);
    else said = say(app.words.needsLine, { tone: "late" });
  };
  const watch = (/** @type {string} */ kind, /** @type {(event: Event) => (() => void) | null} */ wayOf) =>
    addEventListener(kind, (event) => {
      const go = isPassing || isSure() ? null : wayOf(event);
      if (go) void guard(event, go);
    }, { capture: true });
  watch("submit", wayOfForm);
  watch("click", wayOfLink);
}

/** The live connection may be down alone: some networks let no websocket through. */
async function serverAnswers() {
  if (!navigator.onLine) return false;
  const asked = fetch("/healthz", { cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS) });
  return asked.then((answer) => answer.ok, () => false);
}

/**
 * A step of a job waits on the phone; other forms don't.
 * @param {Event} event
 */
function wayOfForm(event) {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || form.method !== "post" || form.dataset.command) return null;
  return () => form.requestSubmit(/** @type {SubmitEvent} */ (event).submitter);
}

/**
 * A link to another page of this site; the phone's maps app is none.
 * @param {Event} event
 */
function wayOfLink(event) {
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  return link?.origin === location.origin && link.pathname !== location.pathname ? () => link.click() : null;
}
