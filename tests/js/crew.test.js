import assert from "node:assert/strict";
import { test } from "node:test";

import { capture } from "../../static/js/crew-capture.js";
import { qualityFor, sizeFor } from "../../static/js/crew-reduce.js";
import { queueText, sentShare } from "../../static/js/crew-strip.js";
import { metresBetween } from "../../static/js/crew-way.js";
import { isWorthTelling } from "../../static/js/crew-where.js";
import { tileAt, tilesAround, tilesOf } from "../../static/js/crew-tiles.js";
import { chooseJob, newer, stateAfter } from "../../static/js/crew-workflow.js";
import { nextIndex } from "../../static/js/desk-keys.js";

const workflow = {
  edges: {
    accept: { assigned: "accepted" },
    start: { assigned: "on_the_way", accepted: "on_the_way" },
    finish: { on_the_way: "done", on_site: "done" },
    promise: { on_the_way: "proof_pending", on_site: "proof_pending" },
  },
  todo: ["assigned", "accepted", "on_the_way", "on_site"],
  first: ["proof_pending", "on_site", "on_the_way", "accepted", "assigned"],
};

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

test("taps lead where the server's workflow says, and one that leads nowhere changes nothing", () => {
  const after = (...names) => stateAfter("assigned", names.map((name) => ({ name: `job.${name}` })), workflow);
  assert.equal(after(), "assigned");
  assert.equal(after("accept", "start", "finish"), "done");
  assert.equal(after("start", "accept"), "on_the_way");
  assert.equal(after("note"), "assigned");
  const finish = { name: "job.finish", photos: ["x"] };
  assert.equal(stateAfter("on_site", [finish], workflow), "proof_pending");
  assert.equal(stateAfter("on_site", [finish], { ...workflow, edges: { finish: workflow.edges.finish } }), "done");
});

test("the newer of page and answer counts", () => {
  const drawn = { id: "a", status: "assigned", version: 3 };
  assert.equal(newer(drawn, { id: "a", status: "accepted", version: 4 }).status, "accepted");
  assert.equal(newer(drawn, { id: "a", status: "draft", version: 2 }).status, "assigned");
  assert.equal(newer(drawn, undefined), drawn);
});

test("the job nearest to its end leads unless another is wished that is still open", () => {
  const jobs = ["assigned", "on_the_way", "assigned", "done"].map((status, id) => ({ id: String(id), status, version: 1 }));
  assert.equal(chooseJob(jobs, null, workflow).id, "1");
  assert.equal(chooseJob(jobs, "2", workflow).id, "2");
  assert.equal(chooseJob(jobs, "3", workflow).id, "1");
  assert.equal(chooseJob([], null, workflow), undefined);
  const promised = { id: "p", status: "proof_pending", version: 1 };
  assert.equal(chooseJob([promised], null, workflow), undefined);
  assert.equal(chooseJob([promised, ...jobs], "p", workflow).id, "p");
  assert.equal(chooseJob([...jobs, { ...promised, needsPhoto: true }], null, workflow).id, "p");
});

test("a place is told after 25 metres, or 15 seconds on the way; not while standing, never off duty", () => {
  const fix = (north, seconds, speed = null, accuracy = 5) => ({ lat: 42.7 + north / 111_195, lon: 23.3, accuracy, speed, at: seconds * 1000 });
  const told = fix(0, 0);
  const asked = (place, more = {}) => isWorthTelling({ told, fix: place, onDuty: true, onTheWay: true, ...more });
  assert.equal(isWorthTelling({ told: null, fix: told, onDuty: true, onTheWay: false }), true);
  assert.equal(asked(fix(26, 2)), true);
  assert.equal(asked(fix(26, 2), { onTheWay: false }), true);
  assert.equal(asked(fix(12, 16)), true);
  assert.equal(asked(fix(12, 14)), false);
  assert.equal(asked(fix(12, 16), { onTheWay: false }), false);
  assert.equal(asked(fix(4, 60)), false);
  assert.equal(asked(fix(12, 60, 0.1)), false);
  assert.equal(asked(fix(4, 60, 5)), true);
  assert.equal(asked(fix(500, 60), { onDuty: false }), false);
  assert.equal(asked(fix(30, 60, null, 90)), false);
});

test("a photo is made 2,048 pixels long, never larger, and coarser on a slow line", () => {
  assert.deepEqual(sizeFor(4000, 3000), { width: 2048, height: 1536 });
  assert.deepEqual(sizeFor(3000, 4000), { width: 1536, height: 2048 });
  assert.deepEqual(sizeFor(800, 600), { width: 800, height: 600 });
  assert.ok(qualityFor({ effectiveType: "2g" }) < qualityFor({ effectiveType: "3g" }));
  assert.ok(qualityFor({ effectiveType: "4g", saveData: true }) < qualityFor({ effectiveType: "4g" }));
  assert.equal(qualityFor(undefined), qualityFor({ effectiveType: "4g" }));
});

test("what is not known of a photo is not guessed", () => {
  const now = new Date("2026-11-22T10:00:00Z");
  const here = { lat: 42.7, lon: 23.3, accuracy: 8, at: now.getTime() };
  const old = new Date("2026-11-01T10:00:00Z");
  const place = { lat: 1, lon: 2 };
  const nothing = { place: null, takenAt: null };
  assert.deepEqual(capture(nothing, { here, now, changedAt: old.getTime() }), {});
  const fresh = capture(nothing, { here, now, changedAt: now.getTime() - 1000 });
  assert.deepEqual(fresh, { taken_at: now.toISOString(), lat: 42.7, lon: 23.3, accuracy: 8 });
  const gallery = capture({ place, takenAt: old }, { here, now, changedAt: now.getTime() });
  assert.deepEqual(gallery, { taken_at: old.toISOString(), lat: 1, lon: 2, source: "gallery" });
  assert.equal(capture({ place: null, takenAt: now }, { here: null, now, changedAt: 0 }).source, "camera");
});

test("the strip counts what waits, and says so when nothing does", () => {
  const forms = (what) => ({ one: `{n} ${what} waits`, other: `{n} ${what}s wait` });
  const words = { allSent: "all sent", steps: forms("step"), photos: forms("photo"), refusedSteps: { other: "{n} not taken" }, signIn: "sign in", asOf: "as of {time}" };
  const standing = { steps: 0, photos: 0, refused: 0, signIn: "", asOf: null, onDuty: true, placeSentAt: null };
  assert.equal(queueText(standing, words), "all sent");
  assert.equal(queueText({ ...standing, signIn: "x" }, words), "all sent");
  assert.equal(queueText({ ...standing, steps: 2, photos: 1 }, words), "2 steps wait, 1 photo waits");
  assert.equal(queueText({ ...standing, steps: 1, signIn: "x" }, words), "1 step waits, sign in");
  assert.equal(queueText({ ...standing, refused: 3 }, words), "3 not taken");
});

test("the tiles of a kilometre around a place are few, and those of several places come once", () => {
  const sofia = { lat: 42.6977, lon: 23.3219 };
  assert.deepEqual(tileAt(42.6977, 23.3219, 14), { z: 14, x: 9253, y: 6039 });
  const tiles = tilesAround(sofia, 1000, [12, 13, 14, 15]);
  assert.ok(tiles.some(({ z, x, y }) => z === 14 && x === 9253 && y === 6039));
  assert.ok(tiles.length >= 4 && tiles.length <= 30, String(tiles.length));
  const near = { lat: 42.6978, lon: 23.322 };
  const options = { metres: 1000, zooms: [14], most: 400 };
  assert.deepEqual(tilesOf([sofia, near], options), tilesAround(sofia, 1000, [14]));
  assert.equal(tilesOf([sofia], { ...options, most: 2 }).length, 2);
});

test("the strip tells how much of the waiting photos is sent, and counts no others", () => {
  const photo = (status, offset) => ({ status, offset, size: 100 });
  assert.equal(sentShare([]), 0);
  assert.equal(sentShare([photo("waiting", 0), photo("taken", 0)]), 0);
  assert.equal(sentShare([photo("waiting", 50), photo("waiting", 0), photo("refused", 100)]), 0.25);
});
