import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

import { CommandUnanswered, connectLive } from "../../static/js/live.js";

/** @type {FakeSocket[]} */
let sockets = [];

class FakeSocket {
  static OPEN = 1;
  constructor(url) {
    this.url = url;
    this.readyState = 0;
    this.sent = [];
    this.closed = false;
    sockets.push(this);
  }
  send(text) {
    this.sent.push(JSON.parse(text));
  }
  close() {
    this.closed = true;
    this.readyState = 3;
  }
  accept() {
    this.readyState = FakeSocket.OPEN;
    this.onopen?.();
  }
  give(frame) {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
  welcome(head = 0, recovered = false, epoch = "e1") {
    this.accept();
    this.give({ type: "welcome", ping: 25, streams: { "crew:a": { epoch, head, recovered } } });
    if (!recovered) this.give(event(head, "snapshot"));
  }
  end(code, reason = "") {
    this.readyState = 3;
    this.onclose?.({ code, reason });
  }
  of(type) {
    return this.sent.filter((frame) => frame.type === type);
  }
}

const event = (offset, kind = "job.assigned") => ({ type: "event", stream: "crew:a", offset, kind, data: { offset } });
const last = () => /** @type {FakeSocket} */ (sockets.at(-1));

function follow(options = {}) {
  const seen = { events: [], snapshots: [], states: [], frames: [] };
  const live = connectLive({
    url: "ws://here/ws/",
    device: "test",
    streams: ["crew:a"],
    onEvent: (frame) => seen.events.push(frame.offset),
    onSnapshot: (frame) => seen.snapshots.push(frame.offset),
    onFrame: (frame) => seen.frames.push(frame.type),
    onState: (state, details) => seen.states.push([state, details]),
    ...options,
  });
  return { live, seen, state: () => seen.states.at(-1)?.[0] };
}

beforeEach(() => {
  sockets = [];
  globalThis.WebSocket = FakeSocket;
  mock.timers.enable({ apis: ["setTimeout", "Date"] });
  mock.method(Math, "random", () => 1);
});

afterEach(() => {
  mock.timers.reset();
  mock.restoreAll();
});

test("a page says hello, gets the state as a whole and then every event, and acknowledges what it has", () => {
  const { seen, state } = follow();
  assert.equal(state(), "catching");
  last().accept();
  assert.deepEqual(last().sent[0], {
    type: "hello",
    token: null,
    device: "test",
    language: null,
    streams: { "crew:a": {} },
  });
  last().welcome(4);
  assert.equal(state(), "live");
  last().give(event(5));
  last().give(event(6));
  assert.deepEqual(seen.snapshots, [4]);
  assert.deepEqual(seen.events, [5, 6]);
  mock.timers.tick(200);
  assert.deepEqual(last().of("ack").at(-1), { type: "ack", stream: "crew:a", offset: 6 });
});

test("the token of a stream goes with it in every hello, and to no other stream", () => {
  follow({ streams: ["crew:a", "report:b"], tokens: { "report:b": "secret" } });
  last().accept();
  assert.deepEqual(last().sent[0].streams, { "crew:a": {}, "report:b": { token: "secret" } });
  last().give({ type: "welcome", ping: 25, streams: { "report:b": { epoch: "e1", head: 4, recovered: false } } });
  last().give({ type: "event", stream: "report:b", offset: 4, kind: "snapshot", data: {} });
  last().end(1006);
  mock.timers.tick(500);
  last().accept();
  assert.deepEqual(last().sent[0].streams["report:b"], { epoch: "e1", offset: 4, token: "secret" });
});

test("after a lost connection it says how far it is and is live only once it has caught up", () => {
  const { seen, state, live } = follow();
  last().welcome(4);
  last().give(event(5));
  last().end(1006);
  assert.equal(state(), "offline");
  mock.timers.tick(500);
  assert.equal(sockets.length, 2);
  last().welcome(7, true);
  assert.deepEqual(last().sent[0].streams, { "crew:a": { epoch: "e1", offset: 5 } });
  assert.equal(state(), "catching");
  last().give(event(6));
  last().give(event(7));
  assert.equal(state(), "live");
  assert.deepEqual(seen.events, [5, 6, 7]);
  assert.deepEqual(live.known, { "crew:a": { epoch: "e1", offset: 7 } });
});

test("what was acknowledged on a connection that broke is acknowledged again", () => {
  follow();
  last().welcome(4);
  last().end(1006);
  mock.timers.tick(500);
  last().welcome(4, true);
  mock.timers.tick(200);
  assert.deepEqual(last().of("ack"), [{ type: "ack", stream: "crew:a", offset: 4 }]);
});

test("a new epoch brings the state as a whole again", () => {
  const { seen, live } = follow({ known: { "crew:a": { epoch: "old", offset: 900 } } });
  last().welcome(3, false, "new");
  assert.deepEqual(seen.snapshots, [3]);
  assert.deepEqual(live.known["crew:a"], { epoch: "new", offset: 3 });
});

test("a connection lost before the snapshot came is asked for it again", () => {
  follow();
  last().accept();
  last().give({ type: "welcome", ping: 25, streams: { "crew:a": { epoch: "e1", head: 4, recovered: false } } });
  last().end(1006);
  mock.timers.tick(500);
  last().accept();
  assert.deepEqual(last().sent[0].streams, { "crew:a": {} });
});

test("a gap makes it recover instead of showing what is missing something", () => {
  const { seen } = follow();
  last().welcome(4);
  const first = last();
  first.give(event(6));
  assert.ok(first.closed);
  mock.timers.tick(500);
  last().welcome(6, true);
  last().give(event(5));
  last().give(event(6));
  assert.deepEqual(seen.events, [5, 6]);
});

test("what is not for this reader moves the offset and is not shown", () => {
  const { seen } = follow();
  last().welcome(4);
  last().give(event(5, "skip"));
  last().give(event(6));
  assert.deepEqual(seen.events, [6]);
});

test("a connection that stalls without a close event is given up when the pong is missing", () => {
  const { state } = follow();
  last().welcome(0);
  const stalled = last();
  mock.timers.tick(25_000);
  assert.equal(stalled.of("ping").length, 1);
  stalled.give({ type: "pong" });
  mock.timers.tick(25_000);
  assert.equal(stalled.of("ping").length, 2);
  assert.equal(state(), "live");
  mock.timers.tick(8_000);
  assert.ok(stalled.closed);
  assert.equal(state(), "offline");
  stalled.give(event(1)); // delivered on return, after we have left
  mock.timers.tick(500);
  assert.equal(sockets.length, 2);
});

test("a ping of the server is answered", () => {
  follow();
  last().welcome(0);
  last().give({ type: "ping" });
  assert.deepEqual(last().of("pong"), [{ type: "pong" }]);
});

test("it waits longer after each failure, at random up to half a minute", () => {
  follow();
  const waits = [];
  for (let failures = 0; failures < 9; failures++) {
    const count = sockets.length;
    last().end(1006);
    let waited = 0;
    while (sockets.length === count) {
      mock.timers.tick(100);
      waited += 100;
    }
    waits.push(waited);
  }
  assert.deepEqual(waits, [500, 1000, 2000, 4000, 8000, 16000, 30000, 30000, 30000]);
  Math.random.mock.mockImplementation(() => 0.01);
  const count = sockets.length;
  last().end(1006);
  mock.timers.tick(300);
  assert.equal(sockets.length, count + 1);
});

test("a server that does not answer is tried again after ten seconds", () => {
  const { state } = follow();
  mock.timers.tick(10_000);
  assert.ok(sockets[0].closed);
  assert.equal(state(), "offline");
});

test("a stop is final, says why, and ends what waits", async () => {
  const { live, seen } = follow();
  last().welcome(0);
  const command = live.command("job.accept");
  last().end(4401, "You are signed out.");
  await assert.rejects(command, CommandUnanswered);
  const [state, details] = seen.states.at(-1);
  assert.equal(state, "stopped");
  assert.deepEqual(details, { waiting: 0, code: 4401, reason: "You are signed out." });
  mock.timers.tick(60_000);
  assert.equal(sockets.length, 1);
  await assert.rejects(live.command("job.accept"), CommandUnanswered);
});

test("a close that asks for a reconnect is followed by one", () => {
  for (const code of [1001, 1006, 1012, 4000, 4002]) {
    sockets = [];
    follow();
    last().welcome(0);
    last().end(code);
    mock.timers.tick(500);
    assert.equal(sockets.length, 2, String(code));
  }
});

test("a command is answered by its id, whether it was carried out or refused", async () => {
  const { live } = follow();
  last().welcome(0);
  const accepted = live.command("job.accept", { job: "j1", version: 3, id: "given" });
  const declined = live.command("job.decline", { job: "j1" });
  const [first, second] = last().of("command");
  assert.equal(first.id, "given");
  assert.equal(first.name, "job.accept");
  assert.ok(first.at);
  last().give({ type: "result", id: second.id, ok: false, error: { code: "transition_refused" } });
  last().give({ type: "result", id: "given", ok: true, job: {} });
  assert.equal((await accepted).ok, true);
  assert.equal((await declined).error.code, "transition_refused");
});

test("commands without an answer are sent again after a reconnect, in order and with the same ids", async () => {
  const { live, seen } = follow();
  const early = live.command("job.accept", { id: "1" });
  last().welcome(0);
  const late = live.command("job.start", { id: "2" });
  assert.deepEqual(last().of("command").map((frame) => frame.id), ["1", "2"]);
  last().end(1006);
  const offline = live.command("job.arrive", { id: "3" });
  assert.equal(seen.states.at(-1)[1].waiting, 3);
  mock.timers.tick(500);
  last().welcome(0, true);
  assert.deepEqual(last().of("command").map((frame) => frame.id), ["1", "2", "3"]);
  for (const id of ["1", "2", "3"]) last().give({ type: "result", id, ok: true });
  await Promise.all([early, late, offline]);
  assert.equal(seen.states.at(-1)[1].waiting, 0);
});

test("a fault of the server is no refusal: the command is sent again", async () => {
  const { live } = follow();
  last().welcome(0);
  const command = live.command("job.accept", { id: "1" });
  last().give({ type: "result", id: "1", ok: false, error: { code: "unavailable", retry: true } });
  mock.timers.tick(3_000);
  assert.equal(last().of("command").length, 2);
  last().give({ type: "result", id: "1", ok: true });
  assert.equal((await command).ok, true);
});

test("a command without an answer in time is rejected, and its outcome called unknown", async () => {
  const { live } = follow();
  const command = live.command("job.accept", {}, { timeout: 1_000 });
  mock.timers.tick(1_000);
  await assert.rejects(command, CommandUnanswered);
  last().welcome(0);
  assert.equal(last().of("command").length, 0);
});

test("lossy frames are passed on", () => {
  const { seen } = follow();
  last().welcome(0);
  last().give({ type: "positions", crews: [] });
  assert.deepEqual(seen.frames, ["positions"]);
});

test("coming back online or to the front reconnects at once, or asks whether the connection lives", () => {
  const page = new EventTarget();
  const addEventListener = page.addEventListener.bind(page);
  globalThis.addEventListener = addEventListener;
  try {
    follow();
    last().welcome(0);
    const stalled = last();
    page.dispatchEvent(new Event("online"));
    assert.equal(stalled.of("ping").length, 1);
    mock.timers.tick(3_000);
    assert.ok(stalled.closed);
    assert.equal(sockets.length, 1);
    page.dispatchEvent(new Event("online"));
    assert.equal(sockets.length, 2, "no backoff");
    page.dispatchEvent(new Event("pagehide"));
    assert.ok(last().closed);
    page.dispatchEvent(Object.assign(new Event("pageshow"), { persisted: false }));
    assert.equal(sockets.length, 2, "a page that is only loaded has just connected");
    page.dispatchEvent(Object.assign(new Event("pageshow"), { persisted: true }));
    assert.equal(sockets.length, 3);
  } finally {
    delete globalThis.addEventListener;
  }
});

test("a page that closes it hears nothing more", () => {
  const { live, seen } = follow();
  last().welcome(0);
  live.close();
  const before = seen.states.length;
  last().give(event(1));
  mock.timers.tick(60_000);
  assert.ok(last().closed);
  assert.equal(seen.events.length, 0);
  assert.equal(seen.states.length, before);
  assert.equal(sockets.length, 1);
});
