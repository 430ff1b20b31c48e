import assert from "node:assert/strict";
import { mock, test } from "node:test";

import { bindPromises } from "../../static/js/desk-promises.js";

const WORDS = { dueSoon: "{code} near", overdue: "{code} over", promises: "{count} near or over", show: "" };

/** What the page's corner would say of these events. */
function told(...events) {
  const said = [];
  const append = (toast) => said.push(toast.text);
  globalThis.document = /** @type {any} */ ({
    createElement: () => ({ append(text) { this.text = text; }, remove() {} }),
    querySelector: () => ({ append }),
  });
  mock.timers.enable({ apis: ["setTimeout"] });
  const tell = bindPromises(WORDS, () => {});
  for (const [kind, report] of events) tell({ kind, data: { report } });
  mock.timers.tick(400);
  mock.timers.reset();
  return said;
}

test("one promised time is said with its code, several with their number, others not at all", () => {
  assert.deepEqual(told(["report.due_soon", "K7Q3MX"]), ["K7Q-3MX near"]);
  assert.deepEqual(told(["report.overdue", "K7Q3MX"]), ["K7Q-3MX over"]);
  assert.deepEqual(told(["report.due_soon", "K7Q3MX"], ["report.overdue", "25D3JW"]), ["2 near or over"]);
  assert.deepEqual(told(["report.changed", "K7Q3MX"]), []);
});
