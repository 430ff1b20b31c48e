import assert from "node:assert/strict";
import { test } from "node:test";

import { metresBetween } from "../../static/js/crew-way.js";
import { nextIndex } from "../../static/js/desk-keys.js";

test("the distance agrees with the length of a minute of latitude", () => {
  const metres = metresBetween({ lat: 42.7, lon: 23.3 }, { lat: 42.7 + 1 / 60, lon: 23.3 });
  assert.ok(Math.abs(metres - 1853) < 3);
  assert.equal(metresBetween({ lat: 42.7, lon: 23.3 }, { lat: 42.7, lon: 23.3 }), 0);
});

test("going through the queue stays within it", () => {
  assert.equal(nextIndex(-1, 1, 5), 0);
  assert.equal(nextIndex(-1, -1, 5), 4);
  assert.equal(nextIndex(4, 1, 5), 4);
  assert.equal(nextIndex(0, -1, 5), 0);
  assert.equal(nextIndex(2, 1, 5), 3);
});
