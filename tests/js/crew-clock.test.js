import assert from "node:assert/strict";
import { test } from "node:test";

import { ServerClock } from "../../static/js/crew-clock.js";

const HOUR_MS = 3_600_000;

/** What the phone remembers between starts. */
class Facts extends Map {
  async getFact(name) {
    return this.get(name);
  }
  async setFact(name, value) {
    this.set(name, value);
  }
}

test("a phone whose clock is an hour wrong knows the server's time, also at its next start without a network", async () => {
  for (const ahead of [HOUR_MS, -HOUR_MS]) {
    const store = new Facts();
    const clock = new ServerClock(store);
    await clock.learn(new Date(Date.now() - ahead));
    assert.ok(Math.abs(clock.now() - (Date.now() - ahead)) < 1000);
    const restarted = new ServerClock(store);
    await restarted.recall();
    assert.equal(restarted.aheadMs, clock.aheadMs);
  }
});

test("a phone that has no room to remember goes on with what it knows", async () => {
  const full = { getFact: async () => undefined, setFact: async () => Promise.reject(new Error("full")) };
  const clock = new ServerClock(full);
  await clock.learn(new Date(Date.now() - HOUR_MS));
  assert.ok(clock.aheadMs >= HOUR_MS);
});

test("what is to happen at a time happens then, and only what was asked for last", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"], now: 10 * HOUR_MS });
  const clock = new ServerClock(new Facts());
  await clock.learn(new Date(9 * HOUR_MS));
  const done = [];
  clock.at(9.5 * HOUR_MS, () => done.push("first"));
  clock.at(9.25 * HOUR_MS, () => done.push("second"));
  t.mock.timers.tick(HOUR_MS / 5);
  assert.deepEqual(done, []);
  t.mock.timers.tick(HOUR_MS);
  assert.deepEqual(done, ["second"]);
  clock.at(NaN, () => done.push("never"));
  t.mock.timers.tick(HOUR_MS);
  assert.deepEqual(done, ["second"]);
});
