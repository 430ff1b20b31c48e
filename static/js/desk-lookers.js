/** Who else has the chosen report open at this desk, and who writes: told over the socket while it lasts. */

import { isActOpen } from "./desk-acts.js";

/** @typedef {{id: string, person: string, name: string, report: string | null, writing: boolean}} Looker */

/**
 * What is said of the others at a report: those who write first, each person once. "" for nobody.
 * @param {Iterable<Looker>} lookers
 * @param {string | undefined} code  of the report
 * @param {string} you  the person of this page
 * @param {Record<string, string>} words
 */
export function sayLookers(lookers, code, you, words) {
  /** @type {Map<string, Looker>} */
  const others = new Map();
  for (const each of lookers) {
    if (!code || each.report !== code || each.person === you) continue;
    if (!others.get(each.person)?.writing) others.set(each.person, each);
  }
  const all = [...others.values()];
  const said = (/** @type {Looker[]} */ some, /** @type {string} */ one, /** @type {string} */ many) =>
    some.length ? (words[some.length > 1 ? many : one] ?? "").replace("{names}", listed(some)) : "";
  return [
    said(all.filter((each) => each.writing), "writes", "write"),
    said(all.filter((each) => !each.writing), "looks", "look"),
  ].filter(Boolean).join(" ");
}

/**
 * @param {HTMLElement} desk
 * @param {object} options
 * @param {Record<string, string>} options.words
 * @param {(frame: Record<string, unknown>) => void} options.send
 */
export function bindLookers(desk, { words, send }) {
  const pane = /** @type {HTMLElement} */ (desk.querySelector("[data-report-pane]"));
  const stream = desk.dataset.stream ?? "";
  /** @type {Map<string, Looker>} */
  const lookers = new Map();
  let you = "";
  let told = "";

  const show = () => {
    const text = sayLookers(lookers.values(), desk.dataset.chosen, you, words);
    const line = /** @type {HTMLElement | null} */ (pane.querySelector("[data-lookers]"));
    if (line) {
      line.hidden = text === "";
      line.lastElementChild?.replaceChildren(text);
    }
    // Apart from the pane, which is drawn anew: only what is always there is read out when it changes.
    const status = document.querySelector("[data-lookers-said]");
    if (status && status.textContent !== text) status.textContent = text;
  };
  const tell = (again = false) => {
    const frame = { type: "looking", stream, report: desk.dataset.chosen || null, writing: isActOpen(desk) };
    const said = JSON.stringify(frame);
    if (said === told && !again) return;
    told = said;
    send(frame);
  };
  new MutationObserver(() => {
    tell();
    show();
  }).observe(pane, { childList: true });

  return {
    /** @param {string} state  of the connection: without one nobody knows who is here */
    onState(state) {
      if (state === "live") tell(true);
      else lookers.clear();
      show();
    },
    /** @param {any} frame */
    onFrame(frame) {
      if (frame.type !== "looking" || frame.stream !== stream) return;
      if (frame.you) {
        you = frame.you; // an answer holds all who are here
        lookers.clear();
      }
      for (const each of frame.people) {
        if (each.report === null) lookers.delete(each.id);
        else lookers.set(each.id, each);
      }
      show();
    },
  };
}

/** @param {Looker[]} people */
function listed(people) {
  const names = people.map((each) => each.name);
  return new Intl.ListFormat(globalThis.document?.documentElement.lang || []).format(names);
}
