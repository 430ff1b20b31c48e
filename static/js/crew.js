/** The crew's page: every tap is kept on the phone first, sent when it can be, and the strip says how it stands. */

import { bindSoundButton, unlockSound } from "./crew-announce.js";
import { CrewApp } from "./crew-app.js";
import { focusNext, scrollToNext } from "./crew-focus.js";
import { forgetOthers } from "./crew-kept.js";
import { bindLeaving } from "./crew-leaving.js";
import { bindMap } from "./crew-map.js";
import { bindWaysOut, isConfirmed } from "./crew-outbox.js";
import { bindPhotoInputs, heldCount } from "./crew-photo.js";
import { startPlain } from "./crew-plain.js";
import { bindPush } from "./crew-push-page.js";
import { askForRoom, sayNotStored } from "./crew-room.js";
import { Sender } from "./crew-sender.js";
import { CHANNEL, openStore } from "./crew-store.js";
import { PhotoMissing, placeFields, storeTap } from "./crew-taps.js";
import { Transport } from "./crew-transport.js";
import { connectLive } from "./live.js";
import { bindLiveStatus } from "./live-status.js";
import { say } from "./ui-dialogs.js";

const root = /** @type {HTMLElement | null} */ (document.querySelector("[data-crew]"));

/** @param {string} id */
function read(id) {
  return JSON.parse(document.getElementById(id)?.textContent ?? "{}");
}

/** @param {HTMLElement} root */
async function start(root) {
  const words = read("crew-words");
  const store = await openStore(root.dataset.person ?? "").catch(() => null);
  if (!store) return startPlain(root, words);
  const app = new CrewApp(root, store, { words, workflow: read("crew-workflow") });
  app.sender = makeSender(app);
  app.live = makeLive(app);
  bindTaps(app);
  bindChoice(app);
  bindLeaving(app);
  bindSigningOut(app);
  askBeforeLosing();
  bindMap(app);
  const place = () => app.where.place;
  const photoMeans = {
    store,
    place,
    onTrouble: (/** @type {unknown} */ error) => (sayNotStored(error, words.photoTrouble), void app.showAll()),
  };
  app.bindPhotos = (body) => bindPhotoInputs(body, photoMeans);
  app.onDrawn(app.body);
  const discard = /** @type {HTMLDialogElement} */ (root.querySelector("[data-discard]"));
  bindWaysOut(root, discard, { store, words, list: () => app.list(), onSettled: () => wake(app) });
  bindSoundButton(document.querySelector("[data-sound]"), words);
  unlockSound();
  await app.clock.recall();
  await app.showAll();
  await app.rememberSession();
  void install(root);
  app.push = bindPush(app, document.querySelector("[data-push]"));
  wakeWhenItMayHelp(app);
  await app.renew();
}

/** @param {CrewApp} app */
function makeSender(app) {
  const { commands = "", photos = "" } = app.root.dataset;
  const store = app.store;
  return new Sender({
    store: {
      list: () => store.list(),
      stepDone: (step, job) => store.stepDone(step, job).then(app.renewSoon),
      stepRefused: (step, refusal) => store.stepRefused(step, refusal).then(app.renewSoon),
      photoDone: (photo) => store.photoDone(photo),
      photoRefused: (photo, refusal) => store.photoRefused(photo, refusal),
    },
    transport: new Transport({ commands, photos }, async () => app.csrf(), (photo, sent) => store.photoSent(photo, sent)),
    // Tabs and the service worker take turns; without locks there is one tab and no background.
    alone: (work) => (navigator.locks ? navigator.locks.request(CHANNEL, work) : work()),
    onState: ({ signIn }) => {
      if (signIn && !app.signIn) void app.renew(); // a new token helps, or the sign-in page comes
      app.signIn = signIn;
      void app.showAll();
    },
  });
}

/** @param {CrewApp} app */
function makeLive(app) {
  const show = bindLiveStatus(app.strip);
  return connectLive({
    streams: [app.root.dataset.stream ?? ""],
    onState: (state, details) => {
      show(state, details);
      if (state === "stopped") void app.renew(); // signed out, or cut off by the desk: the page that says so comes
      if (state === "offline") app.where.doubt();
      if (state !== "live") return;
      app.where.tellIfNeeded();
      wake(app);
      void app.showAll();
    },
    onSnapshot: () => app.renewSoon(),
    onEvent: (event) => app.hear(event),
  });
}

/** @param {CrewApp} app */
function bindTaps(app) {
  const { root, store, words } = app;
  root.addEventListener("submit", async (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (!form.dataset.command) return;
    event.preventDefault();
    const { command } = form.dataset;
    if (command === "job.start") void app.where.follow({ duty: app.duty, onTheWay: true }, { mayAsk: true });
    try {
      if (!(await storeTap(form, event.submitter, { store, place: () => app.where.place }))) return;
    } catch (error) {
      if (error instanceof PhotoMissing) return void say(words.photoMissing, { tone: "late" });
      return sayNotStored(error, words.tapTrouble);
    }
    /** @type {HTMLElement | null} */ (form.closest("[popover]"))?.hidePopover?.();
    if (command === "job.finish") app.wished = null; // the next one comes to the front
    await app.showAll();
    focusNext(app.body);
    if (command === "job.arrive" || command === "job.finish") scrollToNext(app.body);
    wake(app);
    void askForRoom(store, words);
  });
}

/** @param {CrewApp} app */
function bindChoice(app) {
  app.root.addEventListener("click", (event) => {
    const link = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("[data-choose]"));
    if (!link) return;
    event.preventDefault();
    void app.choose(link.dataset.choose);
  });
  const seen = new Set();
  app.root.addEventListener("crew:renewed", () => markSeen(app, seen));
  document.addEventListener("visibilitychange", () => markSeen(app, seen));
}

/**
 * "Seen" is a fact of its own on the desk: a person has looked at the job. It waits for nothing and is not counted.
 * @param {CrewApp} app
 * @param {Set<string>} seen
 */
function markSeen(app, seen) {
  const { current } = app;
  if (current?.status !== "assigned" || seen.has(current.id) || document.hidden) return;
  seen.add(current.id);
  const fields = { job: current.id, ...placeFields(app.where.place) };
  app.live.command("job.seen", fields).catch(() => seen.delete(current.id));
}

/**
 * Whoever signs out while something waits is told what becomes of it.
 * @param {CrewApp} app
 */
function bindSigningOut(app) {
  const dialog = /** @type {HTMLDialogElement} */ (app.root.querySelector("[data-leaving]"));
  addEventListener("submit", async (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (form.dataset.signOut === undefined || form.dataset.asked !== undefined) return;
    event.preventDefault();
    event.stopPropagation();
    if (heldCount()) return void say(app.words.photoTrouble.noRoom, { tone: "late" });
    const { steps } = await app.store.list();
    if (steps.length && !(await isConfirmed(dialog))) return;
    form.dataset.asked = "";
    await app.push?.leave();
    form.requestSubmit();
  }, { capture: true });
}

/** The browser asks before the page goes that alone has a photo. */
function askBeforeLosing() {
  addEventListener("beforeunload", (event) => heldCount() && event.preventDefault());
}

/** @param {CrewApp} app */
function wakeWhenItMayHelp(app) {
  addEventListener("online", () => wake(app));
  addEventListener("pageshow", () => wake(app));
  document.addEventListener("visibilitychange", () => document.hidden || wake(app));
  wake(app);
}

/** @param {CrewApp} app */
function wake(app) {
  void app.sender?.wake().catch((error) => console.error("not sent", error));
  void navigator.serviceWorker?.ready.then((worker) => /** @type {any} */ (worker).sync?.register(CHANNEL)).catch(() => {});
}

/** @param {HTMLElement} root */
async function install(root) {
  if (!("serviceWorker" in navigator)) return;
  await forgetOthers(root.dataset.person);
  try {
    await navigator.serviceWorker.register(root.dataset.worker ?? "", { type: "module", scope: root.dataset.page });
  } catch (error) {
    console.warn("not there without a network", error); // the page works on; the next start tries again
  }
}

// Last, so that all of the module is there.
if (root) void start(root);
