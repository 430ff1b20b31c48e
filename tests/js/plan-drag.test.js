import assert from "node:assert/strict";
import { test } from "node:test";

import { placeAt } from "../../static/js/plan-drag.js";

test("what is dropped stands before the first stop whose middle lies below the pointer", () => {
  const boxes = [
    { top: 0, bottom: 100 },
    { top: 100, bottom: 140 },
  ];
  assert.equal(placeAt(10, boxes), 1);
  assert.equal(placeAt(60, boxes), 2);
  assert.equal(placeAt(119, boxes), 2);
  assert.equal(placeAt(121, boxes), 3);
  assert.equal(placeAt(50, []), 1);
});
