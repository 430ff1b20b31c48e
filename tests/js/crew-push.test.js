import assert from "node:assert/strict";
import { test } from "node:test";

import { noticeOf, openCrew, showNotice } from "../../static/js/crew-notice.js";
import { PushSwitch } from "../../static/js/crew-push.js";

/** A phone: what its browser keeps and allows, what Firebase does there, and which identifier the server has. */
class Phone {
  permission = "default";
  answer = "granted";
  asked = 0;
  kept = new Map();
  endpoint = null;
  fid = "f1";
  server = null;
  isReachable = true;

  switch(person) {
    const push = new PushSwitch(person, {
      permission: () => this.permission,
      ask: async () => (this.asked++, (this.permission = this.answer)),
      worker: async () => ({ pushManager: { getSubscription: async () => this.subscription() } }),
      storage: { getItem: (key) => this.kept.get(key) ?? null, setItem: (key, value) => this.kept.set(key, value) },
      load: async (tell) => (this.isReachable ? this.firebase(tell) : Promise.reject(new Error("no network"))),
      tellServer: async (fid) => {
        if (!this.isReachable) throw new Error("no network");
        this.server = `${person} ${fid}`;
      },
      leaveServer: async () => void (this.server = null),
    });
    push.states = [];
    push.onState = (state) => push.states.push(state);
    return push;
  }

  subscription() {
    return this.endpoint && { endpoint: this.endpoint, unsubscribe: async () => void (this.endpoint = null) };
  }

  firebase(tell) {
    return {
      register: async () => (this.endpoint ??= `of ${this.fid}`, tell(this.fid)),
      forget: async () => void (this.fid = `f${Number(this.fid.slice(1)) + 1}`),
    };
  }
}

/** Errors are told to the console: here they are expected. */
const quietly = (t) => t.mock.method(console, "error", () => {});

test("nobody is asked before the tap; then the browser is registered, and taken off again", async () => {
  const phone = new Phone();
  const push = phone.switch("ann");
  await push.renew();
  assert.deepEqual([push.state, phone.asked, phone.server], ["off", 0, null]);
  await push.turnOn();
  assert.deepEqual([push.state, phone.asked, phone.server], ["on", 1, `ann ${phone.fid}`]);
  assert.deepEqual([push.states.includes("working"), push.states.at(-1)], [true, "on"]);
  await push.turnOff();
  assert.deepEqual([push.state, phone.server, phone.endpoint], ["off", null, null]);
});

test("a browser that says no is blocked, and nothing is registered", async () => {
  const phone = Object.assign(new Phone(), { answer: "denied" });
  const push = phone.switch("ann");
  await push.turnOn();
  assert.deepEqual([push.state, phone.server, push.isWished], ["blocked", null, false]);
});

test("a start renews, with another identifier and after the subscription was lost", async () => {
  const phone = new Phone();
  await phone.switch("ann").turnOn();
  phone.fid = "f7"; // Firebase gave another one
  const again = phone.switch("ann");
  await again.renew();
  assert.deepEqual([again.state, phone.server], ["on", "ann f7"]);
  phone.endpoint = null; // the worker, or the browser, let it go
  await phone.switch("ann").renew();
  assert.equal(phone.server, "ann f8"); // begun anew: Firebase's own note would have held for a week
  assert.equal(phone.endpoint, "of f8");
});

test("a registration that did not get through is not called one, and is made up for", async (t) => {
  quietly(t);
  const phone = Object.assign(new Phone(), { isReachable: false });
  const push = phone.switch("ann");
  await push.turnOn();
  assert.deepEqual([push.state, phone.server], ["trouble", null]);
  phone.isReachable = true;
  await push.renew();
  assert.deepEqual([push.state, phone.server], ["on", `ann ${phone.fid}`]);
  phone.isReachable = false;
  await phone.switch("ann").renew(); // a start in a dead zone: the server still has it
  assert.equal(push.state, "on");
});

test("who signs out is pushed nothing; the wish is theirs, and the next person's browser is their own", async () => {
  const phone = new Phone();
  const ann = phone.switch("ann");
  await ann.turnOn();
  await ann.leave();
  assert.deepEqual([phone.server, phone.endpoint], [null, null]);
  const bob = phone.switch("bob");
  await bob.renew();
  assert.deepEqual([bob.state, phone.server], ["off", null]);
  await phone.switch("ann").renew();
  assert.equal(phone.server, `ann ${phone.fid}`);
  await bob.renew(); // ann's session was over before she could sign out
  assert.deepEqual([bob.state, phone.endpoint], ["off", null]);
});

const facts = { page: "/crew/", name: "Mahala", icon: "/icon.png" };

/** A service worker's global scope with these pages open. */
function scope(...urls) {
  const done = { shown: [], told: [], focused: [], opened: [] };
  const pages = urls.map((url) => ({
    url, postMessage: (said) => done.told.push([url, said]), focus: async () => void done.focused.push(url),
  }));
  const clients = { matchAll: async () => pages, openWindow: async (url) => void done.opened.push(url) };
  return { done, clients, registration: { showNotification: async (...shown) => void done.shown.push(shown) } };
}

test("every push shows one notice, whatever it says, and nothing but its title", async () => {
  const said = { notification: { title: "New job", body: "Vitosha 3", tag: "x" }, data: { type: "sync" }, from: "1" };
  const worker = scope("https://city/crew/", "https://city/desk/");
  await showNotice(worker, { json: () => said }, facts);
  assert.deepEqual(worker.done.shown, [["New job", { tag: "sync", renotify: true, icon: "/icon.png" }]]);
  assert.deepEqual(worker.done.told, [["https://city/crew/", "sync now"]]);
  const unreadable = { json: () => JSON.parse("sync") };
  for (const data of [null, unreadable]) await showNotice(worker, data, facts);
  assert.deepEqual(worker.done.shown.slice(1).map(([title]) => title), ["Mahala", "Mahala"]);
  assert.equal(noticeOf({ notification: { title: 3 } }, facts).title, "Mahala");
});

test("a tap leads to the crew's page that is open, or opens it, and nowhere else", async () => {
  let closed = 0;
  const notice = { close: () => closed++, data: { link: "https://elsewhere/" } };
  const open = scope("https://city/desk/", "https://city/crew/?job=1");
  await openCrew(open, notice, facts);
  const none = scope("https://city/desk/");
  await openCrew(none, notice, facts);
  assert.deepEqual([open.done.focused, open.done.opened], [["https://city/crew/?job=1"], []]);
  assert.deepEqual([none.done.focused, none.done.opened, closed], [[], ["/crew/"], 2]);
});
