/** What only a server can do says so without a connection, and the app stays: no page of errors takes its place. */

import { say } from "./ui-dialogs.js";

const PATIENCE_MS = 5_000;

/**
 * The server is asked first, always: a line that went dead reads "live" until its pong is missing, and where no
 * websocket gets through it reads "offline" though the server answers.
 * @param {import("./crew-app.js").CrewApp} app
 */
export function bindLeaving(app) {
  /** @type {HTMLElement | null} */
  let said = null;
  let isPassing = false;
  const pass = (/** @type {Way} */ go) => {
    isPassing = true;
    try {
      return go();
    } finally {
      isPassing = false;
    }
  };
  const guard = async (/** @type {Event} */ event, /** @type {Way} */ go) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    said?.remove();
    const isThere = await serverAnswers();
    if (!isThere) said = say(app.words.needsLine, { tone: "late" });
    else if (!pass(go)) said = say(app.words.somethingNew, { tone: "late" });
  };
  const watch = (/** @type {string} */ kind, /** @type {(event: any) => Way | null} */ wayOf) =>
    addEventListener(kind, (event) => {
      const go = isPassing ? null : wayOf(event);
      if (go) void guard(event, go);
    }, { capture: true });
  watch("submit", wayOfForm);
  watch("click", wayOfLink);
}

/** @typedef {() => boolean} Way  goes on; false where there is nothing any more to go on with */

async function serverAnswers() {
  if (!navigator.onLine) return false;
  const asked = fetch("/healthz", { cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS) });
  return asked.then((answer) => answer.ok, () => false);
}

/**
 * A step of a job waits on the phone; other forms don't.
 * @param {SubmitEvent} event
 * @returns {Way | null}
 */
function wayOfForm({ target: form, submitter }) {
  if (!(form instanceof HTMLFormElement) || form.method !== "post" || form.dataset.command) return null;
  return () => {
    const button = form.isConnected ? submitter : twinOf(form, submitter);
    if (!form.isConnected && !button) return false;
    (/** @type {HTMLButtonElement | null} */ (button)?.form ?? form).requestSubmit(button);
    return true;
  };
}

/**
 * The same button of the page that was drawn anew meanwhile.
 * @param {HTMLFormElement} form
 * @param {HTMLElement | null} submitter
 */
function twinOf(form, submitter) {
  const { name = "", value = "" } = /** @type {HTMLButtonElement} */ (submitter ?? {});
  const twin = [...document.forms].find((each) => each.getAttribute("action") === form.getAttribute("action"));
  const buttons = /** @type {HTMLButtonElement[]} */ ([...(twin?.querySelectorAll("button") ?? [])]);
  return buttons.find((each) => each.name === name && each.value === value) ?? null;
}

/**
 * A link to another page of this site that takes the place of this one; the phone's maps app is none.
 * @param {MouseEvent} event
 * @returns {Way | null}
 */
function wayOfLink(event) {
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  const isPlain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
  if (!link || !isPlain || link.target || link.origin !== location.origin || link.pathname === location.pathname) return null;
  return () => (link.click(), true);
}
