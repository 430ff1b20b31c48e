/** The desk: the queue and the chosen report follow the log; the hands stay on the keyboard. */

import { bind } from "./ui.js";
import { say } from "./ui-dialogs.js";
import { connectLive } from "./live.js";
import { bindLiveStatus } from "./live-status.js";
import { bindForms } from "./desk-forms.js";
import { bindKeys } from "./desk-keys.js";
import { startMap } from "./desk-map.js";

const desk = /** @type {HTMLElement | null} */ (document.querySelector("[data-desk]"));
const words = /** @type {Record<string, string>} */ (
  JSON.parse(document.getElementById("desk-words")?.textContent ?? "{}")
);

if (desk) start(desk);

/** @param {HTMLElement} desk */
function start(desk) {
  const map = startMap(desk, { onChoose: (code) => void choose(code) });
  const choose = async (/** @type {string} */ code) => {
    desk.dataset.chosen = code;
    markChosen(desk, code);
    history.pushState({ code }, "", `${desk.dataset.url}r/${code}/${keptQuery()}`);
    await renewReport(desk);
    map.choose(code);
  };
  const renewQueueSoon = together(() => void renewQueue(desk).then(() => map.renew()));
  const renewReportSoon = together(() => void renewReport(desk, { gently: true }));
  connectLive({
    streams: [desk.dataset.stream ?? ""],
    onState: bindLiveStatus(document.querySelector("[data-live-status]")),
    onSnapshot: () => (renewQueueSoon(), renewReportSoon()),
    onEvent: (/** @type {any} */ event) => {
      renewQueueSoon();
      if (reportOf(event) === desk.dataset.chosen) renewReportSoon();
    },
  });
  bindForms(desk, words, async () => {
    await Promise.all([renewReport(desk), renewQueue(desk)]);
    map.renew();
  });
  bindKeys(desk, choose);
  desk.addEventListener("click", (event) => {
    const link = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("a[data-choose]"));
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    void choose(link.dataset.choose ?? "");
  });
  desk.addEventListener("click", (event) => {
    const button = /** @type {Element} */ (event.target).closest("[data-move-pin]");
    if (!(button instanceof HTMLElement)) return;
    say(words.movePin ?? "", { tone: "moving" });
    map.movePin(button.closest("form"));
    button.setAttribute("aria-pressed", "true");
  });
  addEventListener("popstate", () => location.reload());
  document.querySelector("[data-submit-on-change]")?.addEventListener("change", (event) => {
    /** @type {HTMLSelectElement} */ (event.target).form?.submit();
  });
}

/** @param {any} event */
function reportOf(event) {
  const data = event.data ?? {};
  return typeof data.report === "string" ? data.report : data.job?.report?.code;
}

/** The tab and the district stay in the address; the part asked for does not. */
function keptQuery() {
  const query = new URLSearchParams(location.search);
  query.delete("part");
  query.delete("after");
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
 * @param {HTMLElement} desk
 * @param {"queue" | "report"} part
 */
async function fetchPart(desk, part) {
  const query = new URLSearchParams(location.search);
  query.set("part", part);
  if (!query.has("district")) query.set("district", desk.dataset.district ?? "");
  const chosen = desk.dataset.chosen;
  const path = chosen ? `${desk.dataset.url}r/${chosen}/` : desk.dataset.url;
  const answer = await fetch(`${path}?${query}`).catch(() => null);
  return answer?.ok ? answer.text() : null;
}

/**
 * What is under the cursor stays there: the list keeps its scroll, corrected by what came in above.
 * @param {HTMLElement} desk
 */
async function renewQueue(desk) {
  const pane = /** @type {HTMLElement} */ (desk.querySelector("[data-queue-pane]"));
  const html = await fetchPart(desk, "queue");
  if (html === null) return;
  const known = new Set([...pane.querySelectorAll("[data-row]")].map((row) => row.getAttribute("data-row")));
  const anchor = visibleRow(pane);
  const top = anchor?.getBoundingClientRect().top ?? 0;
  const focused = document.activeElement?.closest("[data-row]")?.getAttribute("data-row");
  pane.innerHTML = html;
  bind(pane);
  for (const row of pane.querySelectorAll("[data-row]")) {
    if (!known.has(row.getAttribute("data-row"))) row.querySelector(".entry")?.classList.add("entry--arrived");
  }
  const same = anchor && pane.querySelector(`[data-row="${anchor.getAttribute("data-row")}"]`);
  if (same && pane.scrollTop > 0) pane.scrollTop += same.getBoundingClientRect().top - top;
  if (focused) /** @type {HTMLElement | null} */ (pane.querySelector(`[data-row="${focused}"] a`))?.focus();
}

/** @param {HTMLElement} pane */
function visibleRow(pane) {
  const edge = pane.getBoundingClientRect().top;
  return [...pane.querySelectorAll("[data-row]")].find((row) => row.getBoundingClientRect().bottom > edge + 60);
}

/**
 * Gently: not while somebody is writing in the pane.
 * @param {HTMLElement} desk
 * @param {{gently?: boolean}} [options]
 */
async function renewReport(desk, { gently = false } = {}) {
  if (!desk.dataset.chosen) return;
  const pane = /** @type {HTMLElement} */ (desk.querySelector("[data-report-pane]"));
  if (gently && isWriting(pane)) return;
  const html = await fetchPart(desk, "report");
  if (html === null || (gently && isWriting(pane))) return;
  const scroll = pane.scrollTop;
  pane.innerHTML = html;
  bind(pane);
  if (gently) pane.scrollTop = scroll;
}

/** @param {HTMLElement} pane */
function isWriting(pane) {
  return Boolean(pane.querySelector("details[open]:is([data-correct], :focus-within)"))
    || Boolean(document.activeElement?.closest("[data-report-pane] :is(input, textarea, select)"));
}

/** @param {() => void} work */
function together(work) {
  let timer = 0;
  return () => {
    clearTimeout(timer);
    timer = window.setTimeout(work, 80);
  };
}
