import assert from "node:assert/strict";
import { test } from "node:test";

import { isChanged } from "../../static/js/ui-changes.js";

const list = (/** @type {boolean[][]} */ ...options) => ({
  type: "select-one",
  options: options.map(([defaultSelected, selected]) => ({ defaultSelected, selected })),
});

test("a field is changed when it differs from how it was drawn", () => {
  const cases = /** @type {[any, boolean][]} */ ([
    [{ type: "text", value: "a", defaultValue: "" }, true],
    [{ type: "textarea", value: "a", defaultValue: "a" }, false],
    [{ type: "radio", checked: true, defaultChecked: true }, false],
    [{ type: "radio", checked: true, defaultChecked: false }, true],
    [{ type: "file", value: "C:\\fakepath\\a.jpg" }, true],
    [{ type: "hidden", value: "1", defaultValue: "2" }, false],
    [list([false, true], [true, false]), true],
    [list([false, false], [true, true]), false],
    [list([false, true], [false, false]), false],
  ]);
  for (const [field, changed] of cases) assert.equal(isChanged(field), changed, JSON.stringify(field));
});
