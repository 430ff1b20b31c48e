/** The desk: the queue and the chosen report follow the log; the hands stay on the keyboard. */

import { askText } from "./asking.js";
import { bind } from "./ui.js";
import { keepChanges } from "./ui-changes.js";
import { say } from "./ui-dialogs.js";
import { connectLive } from "./live.js";
import { bindLiveStatus } from "./live-status.js";
import { bindActs, isActOpen, markStale } from "./desk-acts.js";
import { withPart } from "./desk-address.js";
import { bindDialog } from "./desk-dialog.js";
import { bindForms } from "./desk-forms.js";
import { bindKeys } from "./desk-keys.js";
import { startList } from "./desk-list.js";
import { bindLookers } from "./desk-lookers.js";
import { startMap } from "./desk-map.js";
import { bindPicks } from "./desk-picks.js";
import { bindPromises } from "./desk-promises.js";
import { bindReplies } from "./desk-replies.js";
import { keepCrews } from "./desk-crews.js";
import { together } from "./ui-together.js";

const desk = /** @type {HTMLElement | null} */ (document.querySelector("[data-desk]"));
const words = /** @type {Record<string, string>} */ (
  JSON.parse(document.getElementById("desk-words")?.textContent ?? "{}")
);

/** @param {HTMLElement} desk */
function start(desk) {
  const map = startMap(desk, { onChoose: (code) => void choose(code) });
  const choose = async (/** @type {string} */ code) => {
    desk.dataset.chosen = code;
    markChosen(desk, code);
    history.pushState({ code }, "", `${desk.dataset.url}r/${code}/${keptQuery()}`);
    await renewReport(desk);
    map.choose();
  };
  const list = startList(desk, { path: () => shownPath(desk), words });
  const renewQueueSoon = together(() => void list.renew().then(() => map.renew()), 80);
  const renewReportSoon = together(() => void renewReport(desk, { gently: true }), 80);
  const crews = keepCrews(map.showCrews);
  const lookers = bindLookers(desk, { words, send: (frame) => live.send(frame) });
  const showStatus = bindLiveStatus(document.querySelector("[data-live-status]"));
  const tellPromise = bindPromises(words, (code) => void choose(code));
  /** @type {ReturnType<typeof connectLive>} */
  const live = connectLive({
    streams: [desk.dataset.stream ?? ""],
    onState: (state, details) => {
      showStatus(state, details);
      if (state !== "catching") lookers.onState(state);
    },
    onSnapshot: (/** @type {any} */ event) => {
      crews.onSnapshot(event);
      renewQueueSoon();
      renewReportSoon();
    },
    onFrame: (/** @type {any} */ frame) => {
      crews.onFrame(frame);
      lookers.onFrame(frame);
      if (frame.type === "presence") renewReportSoon();
    },
    onEvent: (/** @type {any} */ event) => {
      crews.onEvent(event);
      tellPromise(event);
      renewQueueSoon();
      if (reportOf(event) !== desk.dataset.chosen) return;
      markStale(desk, event.kind);
      renewReportSoon();
    },
  });
  const onDone = async (/** @type {HTMLFormElement | null} */ done) => {
    await Promise.all([renewReport(desk, { done }), list.renew()]);
    map.renew();
    map.choose();
  };
  bindForms(desk, words, onDone);
  const onClose = async () => {
    await renewReport(desk, { drop: true });
    map.choose();
  };
  bindReplies(desk);
  bindActs(desk, { words, onDone, onClose, draw: (html) => drawReport(desk, html) });
  const dialog = bindDialog(words, () => {
    picks.clear();
    renewQueueSoon();
    renewReportSoon();
  });
  const picks = bindPicks(desk, { words, open: dialog.open });
  desk.addEventListener("desk:drawn", picks.show);
  bindKeys(desk, choose, { step: list.step, pick: picks.toggle });
  desk.addEventListener("click", (event) => {
    const link = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("a[data-choose]"));
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    void choose(link.dataset.choose ?? "");
  });
  const movePin = (/** @type {Element | null} */ button) => {
    if (!button) return;
    map.movePin(button.closest("form"));
    button.setAttribute("aria-pressed", "true");
  };
  desk.addEventListener("click", (event) => {
    const button = /** @type {Element} */ (event.target).closest("[data-move-pin]");
    if (!button) return;
    say(words.movePin ?? "", { tone: "moving" });
    movePin(button);
  });
  addEventListener("popstate", () => location.reload());
}

/** @param {any} event */
function reportOf(event) {
  const data = event.data ?? {};
  return typeof data.report === "string" ? data.report : data.job?.report?.code;
}

/** The tab, the district and the place in the queue stay in the address; the part asked for does not. */
function keptQuery() {
  const query = new URLSearchParams(location.search);
  query.delete("part");
  const text = query.toString();
  return text ? `?${text}` : "";
}

/**
 * @param {HTMLElement} desk
 * @param {string} code
 */
function markChosen(desk, code) {
  for (const link of desk.querySelectorAll("a[data-choose]")) {
    if (link.getAttribute("data-choose") === code) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
  desk.classList.add("desk--chosen");
}

/**
 * The address of what is shown, the chosen report and the view with it.
 * @param {HTMLElement} desk
 */
function shownPath(desk) {
  const query = new URLSearchParams(location.search);
  if (!query.has("district")) query.set("district", desk.dataset.district ?? "");
  const chosen = desk.dataset.chosen;
  return `${desk.dataset.url}${chosen ? `r/${chosen}/` : ""}?${query}`;
}

/** Renewals in the order they were asked for: an older answer never replaces a newer one. */
const renewals = { asked: 0, drawn: 0 };

/**
 * Gently: not while somebody is writing in the pane. What is written in forms other than the one done stays.
 * @param {HTMLElement} desk
 * @param {{gently?: boolean, done?: HTMLFormElement | null, drop?: boolean}} [options]  drop: nothing that was
 *   written is kept
 */
async function renewReport(desk, { gently = false, done = null, drop = false } = {}) {
  const code = desk.dataset.chosen;
  if (!code) return;
  const pane = /** @type {HTMLElement} */ (desk.querySelector("[data-report-pane]"));
  if (gently && isWriting(pane)) return;
  const number = ++renewals.asked;
  if (!gently) pane.setAttribute("aria-busy", "true");
  const html = await askText(withPart(shownPath(desk), "", "report"));
  if (desk.dataset.chosen !== code) return;
  if (!gently) pane.removeAttribute("aria-busy");
  if (html === null || number < renewals.drawn || (gently && isWriting(pane))) return;
  renewals.drawn = number;
  const scroll = pane.scrollTop;
  const restore = drop ? null : keepChanges(pane, done);
  pane.innerHTML = html;
  restore?.(pane);
  bind(pane);
  if (gently || done || drop) pane.scrollTop = scroll;
}

/**
 * The pane as the server has drawn it with an act's form; renewals that were asked for before come too late.
 * @param {HTMLElement} desk
 * @param {string} html
 */
function drawReport(desk, html) {
  const pane = /** @type {HTMLElement} */ (desk.querySelector("[data-report-pane]"));
  const scroll = pane.scrollTop;
  renewals.drawn = ++renewals.asked;
  pane.removeAttribute("aria-busy");
  pane.innerHTML = html;
  pane.scrollTop = scroll;
  bind(pane);
}

/** @param {HTMLElement} pane */
function isWriting(pane) {
  return isActOpen(document.body)
    || Boolean(pane.querySelector("details[open]:focus-within"))
    || Boolean(document.activeElement?.closest("[data-report-pane] :is(input, textarea, select)"));
}

// Last, so that all of the module is there.
if (desk) start(desk);
