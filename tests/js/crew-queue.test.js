import assert from "node:assert/strict";
import { test } from "node:test";

import { commandOf, nextWork, pauseMs } from "../../static/js/crew-order.js";
import { Sender } from "../../static/js/crew-sender.js";
import { failureOf } from "../../static/js/crew-transport.js";

/** @param {number} seq @param {string} job @param {object} [more] */
const step = (seq, job, more = {}) => ({
  seq, id: `s${seq}`, person: "p", job, title: "", where: "", name: "job.start", version: 1, at: "", fields: {}, photos: [],
  status: "waiting", ...more,
});
const photo = (id, more = {}) => ({ id, status: "waiting", job: "a", role: "after", size: 9, offset: 0, facts: {}, ...more });

/** What a phone keeps, in memory. */
class Memory {
  constructor(steps = [], photos = []) {
    Object.assign(this, { steps, photos });
  }
  async list() {
    return { steps: [...this.steps], photos: [...this.photos] };
  }
  async stepDone(done) {
    this.steps = this.steps.filter((each) => each.id !== done.id);
  }
  async stepRefused(refused, refusal) {
    this.steps = this.steps.map((each) => (each.id === refused.id ? { ...each, status: "refused", refusal } : each));
  }
  async photoDone(done) {
    this.photos = this.photos.filter((each) => each.id !== done.id);
  }
  async photoRefused(refused, refusal) {
    this.photos = this.photos.map((each) => (each.id === refused.id ? { ...each, status: "refused", refusal } : each));
  }
}

/** A server that answers as told, once each, then with "done"; it remembers what came. */
class Server {
  constructor(...answers) {
    Object.assign(this, { answers, got: [] });
  }
  async take(id) {
    this.got.push(id);
    await new Promise((resolve) => setTimeout(resolve, 1));
    return this.answers.shift() ?? { kind: "done" };
  }
  sendStep({ id }) {
    return this.take(id);
  }
  sendPhoto({ id }) {
    return this.take(id);
  }
}

const soon = { random: () => 0 };
const alone = (work) => work();

/** One lock for all, as navigator.locks gives it. */
function oneLock() {
  let last = Promise.resolve();
  return (work) => (last = last.then(work, work));
}

test("steps go out in the order of the taps, each job's in its own", async () => {
  const store = new Memory([step(3, "a"), step(1, "a"), step(2, "b")]);
  const server = new Server();
  assert.equal(await new Sender({ store, transport: server, alone, ...soon }).wake(), true);
  assert.deepEqual(server.got, ["s1", "s2", "s3"]);
  assert.deepEqual(store.steps, []);
});

test("steps go before photos, and photos in the order of their steps, whatever became of these", () => {
  const steps = [step(1, "a", { photos: ["y"], status: "refused" }), step(2, "b", { photos: ["x"] })];
  const photos = [photo("x"), photo("y")];
  assert.equal(nextWork(steps, photos).step.id, "s2");
  assert.equal(nextWork([steps[0]], photos).photo.id, "y");
  assert.equal(nextWork([], photos).photo.id, "x");
  assert.equal(nextWork(steps, photos, new Set(["s2", "y"])).photo.id, "x");
});

test("photos that were only taken are not sent", () => {
  assert.equal(nextWork([], [photo("x", { status: "taken" })]), null);
});

test("a refused step stays with its reason, and those behind it go on", async () => {
  const store = new Memory([step(1, "a"), step(2, "a")]);
  const server = new Server({ kind: "refused", refusal: { code: "conflict", detail: "changed" } });
  assert.equal(await new Sender({ store, transport: server, alone, ...soon }).wake(), true);
  assert.deepEqual(store.steps.map(({ id, status, refusal }) => [id, status, refusal.detail]), [["s1", "refused", "changed"]]);
  assert.deepEqual(server.got, ["s1", "s2"]);
});

test("a dead network stops everything, and it is tried for ever until it is through", async () => {
  const store = new Memory([step(1, "a"), step(2, "b")]);
  const server = new Server(...Array(30).fill({ kind: "again" }));
  const sender = new Sender({ store, transport: server, alone, ...soon });
  assert.equal(await sender.wake(), false);
  assert.deepEqual(server.got, ["s1"]);
  while (store.steps.length) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.deepEqual(server.got, [...Array(31).fill("s1"), "s2"]);
  assert.equal(sender.failures, 0);
});

test("a step that the server can't do now does not hold up the other jobs", async () => {
  const store = new Memory([step(1, "a"), step(2, "b")]);
  const server = new Server({ kind: "again-this" });
  const sender = new Sender({ store, transport: server, alone, random: () => 0.01 });
  await sender.wake();
  assert.deepEqual(server.got.slice(0, 2), ["s1", "s2"]);
  while (store.steps.length) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.deepEqual(server.got, ["s1", "s2", "s1"]);
});

test("two tabs on one queue send each step once", async () => {
  const store = new Memory([1, 2, 3, 4, 5].map((seq) => step(seq, "a")));
  const server = new Server();
  const lock = oneLock();
  const tabs = [1, 2].map(() => new Sender({ store, transport: server, alone: lock, ...soon }));
  await Promise.all(tabs.map((tab) => tab.wake()));
  assert.deepEqual(server.got, ["s1", "s2", "s3", "s4", "s5"]);
});

test("what is tapped while another is being sent goes out in the same run", async () => {
  const store = new Memory([step(1, "a")]);
  const server = new Server();
  const sender = new Sender({ store, transport: server, alone, ...soon });
  const first = sender.wake();
  store.steps.push(step(2, "a"));
  await Promise.all([first, sender.wake()]);
  assert.deepEqual(server.got, ["s1", "s2"]);
});

test("who is signed out is told, and nothing is lost", async () => {
  const store = new Memory([step(1, "a")]);
  const told = [];
  const server = new Server({ kind: "sign-in", detail: "Please sign in." });
  const sender = new Sender({ store, transport: server, alone, random: () => 1, onState: ({ signIn }) => told.push(signIn) });
  assert.equal(await sender.wake(), false);
  assert.deepEqual([told, store.steps.length], [["Please sign in."], 1]);
  assert.equal(await sender.wake(), true);
  assert.equal(told.at(-1), "");
});

test("pauses are drawn between nothing and a bound that doubles up to a minute", () => {
  const longest = [1, 2, 3, 6, 20, 500].map((failures) => pauseMs(failures, () => 1));
  assert.deepEqual(longest, [2_000, 4_000, 8_000, 60_000, 60_000, 60_000]);
  assert.equal(pauseMs(9, () => 0), 0);
});

test("a command carries what the person saw and said", () => {
  const said = { fields: { reason: "too_far", lat: 42.7 }, version: 7, at: "2026-11-22T10:00:00.000Z", photos: ["x"] };
  assert.deepEqual(commandOf(step(1, "a", said)), {
    type: "command", id: "s1", name: "job.start", job: "a", version: 7, at: said.at, reason: "too_far", lat: 42.7, photos: ["x"],
  });
});

test("answers are told apart: later, sign in, refused", async () => {
  const answer = (status, body = {}, headers = {}) => failureOf(new Response(JSON.stringify(body), { status, headers }));
  assert.deepEqual(await answer(429, {}, { "Retry-After": "7" }), { kind: "again", afterMs: 7000 });
  assert.equal((await answer(502)).kind, "again");
  assert.deepEqual(await answer(401, { detail: "Sign in." }), { kind: "sign-in", detail: "Sign in." });
  const refused = { kind: "refused", refusal: { code: "no_photo", detail: "No picture." } };
  assert.deepEqual(await answer(422, { code: "no_photo", detail: "No picture." }), refused);
});
