/** The crew's page: jobs arrive over the socket, steps go back over it, and the page says truthfully how it stands. */

import { askText } from "./asking.js";
import { bind } from "./ui.js";
import { changedFields } from "./ui-changes.js";
import { say } from "./ui-dialogs.js";
import { connectLive } from "./live.js";
import { bindLiveStatus } from "./live-status.js";
import { bindAfterPhoto } from "./crew-photo.js";
import { bindNavigate, keepWay } from "./crew-way.js";
import { sendStep } from "./crew-steps.js";
import { together } from "./ui-together.js";

const root = /** @type {HTMLElement | null} */ (document.querySelector("[data-crew]"));
const words = /** @type {Record<string, string>} */ (
  JSON.parse(document.getElementById("crew-words")?.textContent ?? "{}")
);

/** @param {HTMLElement} root */
function start(root) {
  const status = bindLiveStatus(document.querySelector("[data-live-status]"));
  const renewSoon = together(() => void renew(root), 60);
  const live = connectLive({
    streams: [root.dataset.stream ?? ""],
    onState: status,
    onSnapshot: renewSoon,
    onEvent: (/** @type {any} */ event) => {
      announce(event);
      renewSoon();
    },
  });
  root.addEventListener("submit", (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (!form.dataset.command) return;
    event.preventDefault();
    void sendStep(form, event.submitter, { live, photos: root.dataset.photos ?? "", words }).then(async (done) => {
      if (done) /** @type {HTMLElement | null} */ (form.closest("[popover]"))?.hidePopover?.();
      await renew(root, done);
    });
  });
  root.addEventListener("click", (event) => {
    const link = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("[data-choose]"));
    if (!link) return;
    event.preventDefault();
    history.replaceState(null, "", `?job=${link.dataset.choose}`);
    void renew(root, true).then(() => scrollTo({ top: 0 }));
  });
  const bindBody = () => {
    bindAfterPhoto(root, words);
    bindNavigate(root);
    markSeen(root, live);
  };
  root.addEventListener("crew:renewed", bindBody);
  bindBody();
  keepWay(root, words);
}

/** @type {Set<string>} */
const seen = new Set();

/**
 * "Seen" is a fact of its own on the desk: a person has looked at the job.
 * @param {HTMLElement} root
 * @param {{command: (name: string, fields: Record<string, unknown>) => Promise<any>}} live
 */
function markSeen(root, live) {
  const current = /** @type {HTMLElement | null} */ (root.querySelector("[data-current]"));
  const job = current?.dataset.job;
  if (!job || current?.dataset.status !== "assigned" || seen.has(job) || document.hidden) return;
  seen.add(job);
  live.command("job.seen", { job }).catch(() => seen.delete(job));
}

/** @param {any} event */
function announce(event) {
  const what = event.data?.job?.report?.category_name ?? "";
  if (event.kind === "job.assigned") {
    navigator.vibrate?.([120, 60, 120]);
    say((words.newJob ?? "").replace("{what}", what), { tone: "moving" });
  }
  if (event.kind === "job.cancelled" || event.kind === "job.handed_over") {
    say((words.taken ?? "").replace("{what}", what), { tone: "late" });
  }
}

/** Renewals in the order they were asked for: an older answer never replaces a newer one. */
const renewals = { asked: 0, drawn: 0 };

/**
 * The server draws the page's body. While a photo, an outcome or a note is given for the job that is still the same,
 * its form stays.
 * @param {HTMLElement} root
 * @param {boolean} [force]
 */
async function renew(root, force = false) {
  const number = ++renewals.asked;
  const query = new URLSearchParams(location.search);
  query.set("part", "body");
  const html = await askText(`${root.dataset.page}?${query}`);
  if (html === null) return;
  const fresh = new DOMParser().parseFromString(html, "text/html").querySelector("[data-crew-body]");
  const body = root.querySelector("[data-crew-body]");
  if (!fresh || !body || number < renewals.drawn || (!force && isBusy(body, fresh))) return;
  renewals.drawn = number;
  body.replaceWith(fresh);
  bind(fresh);
  root.dispatchEvent(new Event("crew:renewed"));
}

/** A browser that knows no popovers shows the panel all the time. */
const OPENED = CSS.supports("selector(:popover-open)") ? ":popover-open" : "dialog[open]";

/**
 * @param {Element} body
 * @param {Element} fresh
 */
function isBusy(body, fresh) {
  const key = (/** @type {Element} */ part) => {
    const { job, version } = /** @type {HTMLElement | null} */ (part.querySelector("[data-current]"))?.dataset ?? {};
    return `${job} ${version}`;
  };
  const busy = changedFields(body).length || body.querySelector(OPENED) || body.querySelector("[data-sending]");
  return Boolean(busy) && key(body) === key(fresh);
}

// Last, so that all of the module is there.
if (root) start(root);
