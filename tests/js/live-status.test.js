import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

import { bindLiveStatus } from "../../static/js/live-status.js";

function element() {
  const classes = new Set(["strip"]);
  return {
    dataset: { textLive: "Live", textOffline: "No connection", textCatching: "Catching up", textWaiting: "Sending" },
    textContent: "",
    classList: {
      contains: (name) => classes.has(name),
      add: (name) => classes.add(name),
      remove: (...names) => names.forEach((name) => classes.delete(name)),
    },
    classes,
    querySelector: () => null,
  };
}

beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));
afterEach(() => mock.timers.reset());

test("the words and the tone follow the state", () => {
  const strip = element();
  const show = bindLiveStatus(strip);
  show("catching", { waiting: 0 });
  assert.equal(strip.textContent, "Catching up");
  assert.ok(strip.classes.has("strip--waiting"));
  show("live", { waiting: 0 });
  assert.equal(strip.textContent, "Live");
  assert.deepEqual([...strip.classes], ["strip", "strip--live"]);
  assert.equal(strip.dataset.state, "live");
});

test("a short break is not shown, a longer one is, whatever it went through", () => {
  const strip = element();
  const show = bindLiveStatus(strip);
  show("live", { waiting: 0 });
  show("offline", { waiting: 0 });
  mock.timers.tick(1_000);
  show("live", { waiting: 0 });
  mock.timers.tick(5_000);
  assert.equal(strip.textContent, "Live");
  show("offline", { waiting: 0 });
  mock.timers.tick(800);
  show("catching", { waiting: 0 });
  mock.timers.tick(400);
  show("offline", { waiting: 0 });
  mock.timers.tick(300);
  assert.equal(strip.textContent, "No connection");
});

test("commands that wait long are told where there are words for it", () => {
  const strip = element();
  const show = bindLiveStatus(strip);
  show("live", { waiting: 0 });
  show("live", { waiting: 1 });
  mock.timers.tick(1_500);
  assert.equal(strip.textContent, "Sending");
  show("live", { waiting: 0 });
  assert.equal(strip.textContent, "Live");
});

test("a stop shows the reason of the server at once", () => {
  const strip = element();
  const show = bindLiveStatus(strip);
  show("live", { waiting: 0 });
  show("stopped", { waiting: 0, code: 4401, reason: "You are signed out." });
  assert.equal(strip.textContent, "You are signed out.");
  assert.ok(strip.classes.has("strip--offline"));
});

test("a page without such an element is fine", () => {
  bindLiveStatus(null)("live", { waiting: 0 });
});
