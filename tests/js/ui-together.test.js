import assert from "node:assert/strict";
import { test } from "node:test";

import { together } from "../../static/js/ui-together.js";

test("a steady stream of calls is worked off and never put off", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  let done = 0;
  const ask = together(() => done++, 80);
  for (let call = 0; call < 20; call++) {
    ask();
    context.mock.timers.tick(40);
  }
  assert.ok(done >= 9 && done <= 10, String(done));
});

test("what was asked for is done even when nobody asks again", (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  let done = 0;
  together(() => done++, 80)();
  context.mock.timers.tick(79);
  assert.equal(done, 0);
  context.mock.timers.tick(1);
  assert.equal(done, 1);
});
