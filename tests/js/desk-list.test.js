import assert from "node:assert/strict";
import { test } from "node:test";

import { withPart } from "../../static/js/desk-address.js";
import { keyOf, short } from "../../static/js/map-clusters.js";

test("a part of the list is asked for by the view, the part and the cursor", () => {
  assert.equal(withPart("/desk/?tab=all&q=hole", "abc=", "rows"), "/desk/?tab=all&q=hole&part=rows&after=abc%3D");
});

test("the first page is asked for without the cursor that the address may hold", () => {
  assert.equal(withPart("/desk/r/K7Q3MX/?after=old", "", "queue"), "/desk/r/K7Q3MX/?part=queue");
});

test("a cluster stays on the map until its number or its colours change", () => {
  const cluster = { id: "1/2", count: 12, tones: { late: 3 } };
  assert.equal(keyOf(cluster), keyOf({ ...cluster }));
  assert.notEqual(keyOf(cluster), keyOf({ ...cluster, tones: { late: 4 } }));
  assert.notEqual(keyOf(cluster), keyOf({ ...cluster, count: 13 }));
});

test("large numbers are short enough for a cluster", () => {
  assert.deepEqual([7, 999, 1234, 20480].map(short), ["7", "999", "1.2k", "20k"]);
});
