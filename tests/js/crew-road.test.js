import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { announce } from "../../static/js/crew-announce.js";
import { ScreenLock } from "../../static/js/crew-awake.js";
import { askForRoom } from "../../static/js/crew-room.js";
import { isThere } from "../../static/js/crew-there.js";
import { ToldPlace } from "../../static/js/crew-told.js";
import { Whereabouts } from "../../static/js/crew-where.js";

/** What a phone's browser has, as far as the road needs it. */
const phone = { held: 0, asked: 0, spoken: /** @type {string[]} */ ([]), buzzed: 0, muted: "", persists: 0 };

function lock() {
  phone.held += 1;
  return { addEventListener() {}, release: async () => void (phone.held -= 1) };
}

function set(name, value) {
  Object.defineProperty(globalThis, name, { value, configurable: true });
}

const page = { hidden: false, documentElement: { lang: "bg" }, listeners: [], addEventListener: (_name, listener) => page.listeners.push(listener) };

beforeEach(() => {
  Object.assign(phone, { held: 0, asked: 0, spoken: [], buzzed: 0, muted: "0", persists: 0 });
  Object.assign(page, { hidden: false, listeners: [] });
  set("document", page);
  set("localStorage", { getItem: () => phone.muted });
  set("SpeechSynthesisUtterance", class { constructor(text) { this.text = text; } });
  set("speechSynthesis", { speak: ({ text, lang }) => phone.spoken.push(`${lang}: ${text}`) });
  set("navigator", {
    vibrate: () => (phone.buzzed += 1),
    wakeLock: { request: async () => (phone.asked += 1, await null, lock()) },
    storage: { persist: async () => Boolean((phone.persists += 1)) },
  });
});

test("within 60 metres the crew seems to be there, unless the phone hardly knows where it is", () => {
  const job = { lat: 42.7, lon: 23.3 };
  const at = (north, accuracy = 8) => ({ lat: 42.7 + north / 111_195, lon: 23.3, accuracy });
  assert.equal(isThere(at(59), job), true);
  assert.equal(isThere(at(61), job), false);
  assert.equal(isThere(at(5, 300), job), false);
  assert.equal(isThere(null, job), false);
});

test("the screen is held by one lock while wanted, and by none afterwards, however fast that changes", async () => {
  const screen = new ScreenLock();
  await Promise.all([screen.keep(true), screen.keep(true), screen.keep(true)]);
  assert.deepEqual([phone.held, phone.asked], [1, 1]);
  await screen.keep(false);
  assert.equal(phone.held, 0);
  await Promise.all([screen.keep(true), screen.keep(false)]);
  assert.equal(phone.held, 0);
});

test("a page that comes to the front again holds the screen again", async () => {
  const screen = new ScreenLock();
  await screen.keep(true);
  const turnTo = async (hidden) => {
    page.hidden = hidden;
    for (const listener of page.listeners) listener();
    await screen.turn;
  };
  await turnTo(true);
  assert.equal(phone.held, 0);
  await turnTo(false);
  assert.equal(phone.held, 1);
});

test("a new job is read aloud while driving only, and off duty or on a break nothing is heard", () => {
  announce("hole", { onDuty: false, isDriving: true });
  assert.deepEqual([phone.buzzed, phone.spoken], [0, []]);
  announce("hole", { onDuty: true, isDriving: false });
  assert.deepEqual([phone.buzzed, phone.spoken], [1, []]);
  announce("hole", { onDuty: true, isDriving: true });
  assert.deepEqual(phone.spoken, ["bg: hole"]);
  phone.muted = "1";
  announce("hole", { onDuty: true, isDriving: true });
  assert.deepEqual(phone.spoken, ["bg: hole"]);
});

/** A page of a phone, opened: where it is, and what it tells. */
function opened(storage, told) {
  const watches = new Set();
  const geolocation = {
    watchPosition: (take) => (watches.add(take), take),
    clearWatch: (take) => watches.delete(take),
  };
  set("navigator", { geolocation, permissions: { query: async () => ({ state: "granted" }) } });
  const where = new Whereabouts({ tell: (fix) => Boolean(told.push(fix)), onFix: () => {}, kept: new ToldPlace(storage) });
  const stand = (north = 0, timestamp = Date.now()) => {
    const coords = { latitude: 42.7 + north / 111_195, longitude: 23.3, accuracy: 5, speed: null };
    for (const take of watches) take({ coords, timestamp });
  };
  return { where, watches, stand };
}

function newStorage() {
  const kept = new Map();
  return {
    kept,
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  };
}

test("off duty and on a break the phone is not asked where it is, and knows no place", async () => {
  const { where, watches, stand } = opened(newStorage(), []);
  await where.follow({ duty: "", onTheWay: false });
  assert.equal(watches.size, 0);
  await where.follow({ duty: "a 08:00", onTheWay: true });
  stand(0, Date.now() - 3_600_000);
  assert.ok(where.place && where.told, "whatever the phone's clock says beside that of the satellites");
  await where.follow({ duty: "", onTheWay: true });
  assert.deepEqual([watches.size, where.fix, where.told], [0, null, null]);
});

test("coming on duty tells one place, and a page opened again where it stood tells none", async () => {
  const storage = newStorage();
  const told = [];
  const open = async (duty) => {
    const page = opened(storage, told);
    await page.where.follow({ duty, onTheWay: false });
    return page;
  };
  (await open("a 08:00")).stand();
  assert.equal(told.length, 1);
  const again = await open("a 08:00");
  again.stand(3);
  assert.equal(told.length, 1);
  assert.ok(again.where.told, "the strip says when the desk got it");
  again.stand(40);
  assert.equal(told.length, 2);
  (await open("a 13:00")).stand(40);
  (await open("b 13:00")).stand(40);
  assert.equal(told.length, 4);
});

test("after a break one place is told again, and off duty none is kept on the phone", async () => {
  const storage = newStorage();
  const told = [];
  const { where, stand } = opened(storage, told);
  for (const duty of ["a 08:00", "", "a 08:00"]) {
    await where.follow({ duty, onTheWay: false });
    stand();
    stand();
  }
  assert.equal(told.length, 2);
  await where.follow({ duty: "", onTheWay: false });
  assert.equal(storage.kept.size, 0);
});

test("a place told on a connection that is lost just then is told again, an earlier one is not", async (context) => {
  const told = [];
  const { where, stand } = opened(newStorage(), told);
  await where.follow({ duty: "a 08:00", onTheWay: false });
  stand();
  where.doubt();
  where.tellIfNeeded();
  assert.equal(told.length, 2);
  context.mock.timers.enable({ apis: ["Date"], now: Date.now() + 36_000 });
  where.doubt();
  stand();
  assert.equal(told.length, 2);
});

test("a phone without room, or with something else in that place, tells one place more", () => {
  const full = { ...newStorage(), setItem: () => { throw new Error("full"); } };
  const place = new ToldPlace(full);
  place.keep("a", { lat: 1, lon: 2, accuracy: 3, speed: null, at: 4 });
  assert.equal(place.read("a"), null);
  assert.equal(new ToldPlace({ ...full, getItem: () => "{" }).read("a"), null);
});

test("the browser is asked once not to clear what waits", async () => {
  const facts = new Map();
  const store = { getFact: async (name) => facts.get(name), setFact: async (name, value) => facts.set(name, value) };
  await askForRoom(store, {});
  await askForRoom(store, {});
  assert.equal(phone.persists, 1);
});
