import assert from "node:assert/strict";
import { test } from "node:test";

import { keepCrews } from "../../static/js/desk-crews.js";

const NOW = Date.parse("2026-11-03T08:00:00Z");
const place = (id, minutesAgo = 0, lat = 42.7) => ({
  id, name: `Crew ${id}`, lat, lon: 23.3, speed: 4, at: new Date(NOW - minutesAgo * 60_000).toISOString(),
});

function kept() {
  const shows = [];
  const crews = keepCrews((all) => shows.push(all), () => NOW);
  return { crews, shows, last: () => shows[shows.length - 1] };
}

test("a snapshot replaces what was known; crews without a place are not shown", () => {
  const { crews, last } = kept();
  crews.onFrame({ type: "positions", crews: [place("old")] });
  crews.onSnapshot({ data: { crews: [{ id: "a", name: "Crew a", position: place("a") }, { id: "b", position: null }] } });
  assert.deepEqual(last().map((crew) => crew.id), ["a"]);
});

test("the latest place of a crew counts and others stay", () => {
  const { crews, last } = kept();
  crews.onFrame({ type: "positions", crews: [place("a"), place("b")] });
  crews.onFrame({ type: "positions", crews: [place("a", 0, 42.9)] });
  assert.deepEqual(last().map((crew) => [crew.id, crew.lat]), [["a", 42.9], ["b", 42.7]]);
});

test("a place of half an hour ago is stale", () => {
  const { crews, last } = kept();
  crews.onFrame({ type: "positions", crews: [place("a", 31), place("b", 29)] });
  assert.deepEqual(last().map((crew) => crew.stale), [true, false]);
});

test("a crew that goes off duty is taken from the map; other frames and events change nothing", () => {
  const { crews, shows, last } = kept();
  crews.onFrame({ type: "positions", crews: [place("a")] });
  crews.onFrame({ type: "presence", items: [] });
  crews.onEvent({ kind: "crew.off_duty", data: { crew: "other" } });
  assert.equal(shows.length, 1);
  crews.onEvent({ kind: "crew.off_duty", data: { crew: "a" } });
  assert.deepEqual(last(), []);
});
