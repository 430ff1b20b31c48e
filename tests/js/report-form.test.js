import assert from "node:assert/strict";
import { test } from "node:test";

import { matchScore } from "../../static/js/report-category.js";
import { isFresh } from "../../static/js/report-photos.js";
import { noteOf, parsePlace } from "../../static/js/report-place.js";

const POTHOLE = "дупка на платното pothole дупка яма асфалт pothole hole road";

test("a whole word counts more than a beginning, and a beginning more than a stem", () => {
  const [whole, beginning, stem] = ["hole", "poth", "дупките"].map((typed) => matchScore(POTHOLE, typed));
  assert.ok(whole > beginning && beginning > stem && stem > 0);
});

test("words that mean nothing here score nothing", () => {
  assert.equal(matchScore(POTHOLE, "lamp"), 0);
  assert.equal(matchScore(POTHOLE, " "), 0);
});

test("a photo's place counts within a day, and not from the future", () => {
  const now = new Date("2026-11-03T09:00:00Z");
  assert.equal(isFresh(new Date("2026-11-02T10:00:00Z"), now), true);
  assert.equal(isFresh(new Date("2026-11-02T08:59:00Z"), now), false);
  assert.equal(isFresh(new Date("2026-11-03T11:00:00Z"), now), false);
  assert.equal(isFresh(null, now), false);
});

test("typed coordinates are read with a point or a comma, and nothing else is a place", () => {
  assert.deepEqual(parsePlace("42,6977", "23.3219", "8"), { lat: 42.6977, lon: 23.3219, accuracy: 8 });
  assert.deepEqual(parsePlace("42.6977", "23.3219", ""), { lat: 42.6977, lon: 23.3219 });
  assert.equal(parsePlace("", "23.3", ""), null);
  assert.equal(parsePlace("here", "there", ""), null);
});

test("doubt about the district names the others, and an unreachable server says so", () => {
  const words = { uncertain: "near {others}", outside: "outside", unreachable: "later", approximate: "about" };
  const alternatives = [{ district: "east", name: "East" }];
  assert.equal(noteOf(words, { certainty: "uncertain", alternatives, approximate: true }), "near East · about");
  assert.equal(noteOf(words, { certainty: "certain", alternatives: [] }), "");
  assert.equal(noteOf(words, { certainty: "outside" }), "outside");
  assert.equal(noteOf(words, null), "later");
});
