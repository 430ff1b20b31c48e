/** The pad of keys for a PIN. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { press } from "../../static/js/pin-pad.js";

test("keys add digits up to six and take the last away", () => {
  const keys = ["1", "2", undefined, "3", "4", "5", "6", "7", "8"];
  assert.equal(keys.reduce(press, ""), "134567");
  assert.equal(press("", undefined), "");
});
