import assert from "node:assert/strict";
import { test } from "node:test";

import { ring } from "../../static/js/map-pins.js";
import { findPoint } from "../../static/js/map-points.js";
import { panFor, rounded } from "../../static/js/map-pick.js";
import { carryOver, readFacts } from "../../static/js/map.js";

test("a cluster of one state is a ring of one colour", () => {
  assert.equal(ring({ late: 4 }), "conic-gradient(var(--late) 0.0% 100.0%)");
});

test("the shares of a cluster follow each other and fill the ring", () => {
  const gradient = ring({ late: 1, new: 2, fixed: 1, point_count: 4 });
  assert.equal(
    gradient,
    "conic-gradient(var(--late) 0.0% 25.0%, var(--new) 25.0% 75.0%, var(--fixed) 75.0% 100.0%)",
  );
});

test("a cluster without known states is quiet", () => {
  assert.equal(ring({ point_count: 3 }), "var(--quiet)");
});

test("arrow keys move the map in small steps, and leap with Shift", () => {
  assert.deepEqual(panFor("ArrowLeft", false), [-24, 0]);
  assert.deepEqual(panFor("ArrowDown", true), [0, 120]);
  assert.equal(panFor("Enter", false), null);
});

test("a place is told to about ten centimetres", () => {
  assert.equal(rounded(23.32194999999), 23.32195);
});

test("a change of theme keeps what pages added and takes the rest from the new style", () => {
  const before = {
    sources: { districts: { data: "old" }, "own-points-1": { data: [] } },
    layers: [{ id: "outside", paint: "old" }, { id: "own-points-1" }],
  };
  const next = { sources: { districts: { data: "new" } }, layers: [{ id: "outside", paint: "new" }] };
  const merged = carryOver(before, next);
  assert.deepEqual(Object.keys(merged.sources), ["districts", "own-points-1"]);
  assert.deepEqual(merged.sources.districts, { data: "new" });
  assert.deepEqual(merged.layers, [{ id: "outside", paint: "new" }, { id: "own-points-1" }]);
  assert.equal(carryOver(undefined, next), next);
});

test("an element without the server's facts has no map", () => {
  assert.equal(readFacts({ querySelector: () => null }), null);
  assert.deepEqual(readFacts({ querySelector: () => ({ textContent: '{"base":"nothing"}' }) }), { base: "nothing" });
});

test("a chosen report is found by its id where the data is at hand", () => {
  const feature = { properties: { id: "a" } };
  assert.equal(findPoint({ features: [feature] }, "a"), feature);
  assert.equal(findPoint({ features: [feature] }, "b"), null);
  assert.equal(findPoint("/map/reports.geojson", "a"), null);
  assert.equal(findPoint({ features: [feature] }, null), null);
});
