import assert from "node:assert/strict";
import { test } from "node:test";

import { shareAt } from "../../static/js/ui-compare.js";
import { placeFrom, takenAt } from "../../static/js/ui-exif.js";

test("the line between before and after follows the finger and stays on the photo", () => {
  assert.equal(shareAt(30, 120), 25);
  assert.equal(shareAt(-8, 120), 0);
  assert.equal(shareAt(500, 120), 100);
  assert.equal(shareAt(10, 0), 50);
});

test("a photo's place and time are read, with the camera's offset when it has one", () => {
  const tags = {
    gps: { Latitude: 42.67, Longitude: 23.32 },
    exif: {
      DateTimeOriginal: { description: "2026:11:22 10:31:00" },
      OffsetTimeOriginal: { description: "+02:00" },
    },
  };
  const place = placeFrom(tags);
  assert.equal(place.lon, 23.32);
  assert.equal(place.lat, 42.67);
  assert.equal(place.takenAt.toISOString(), "2026-11-22T08:31:00.000Z");
});

test("a place that can't be is none", () => {
  assert.equal(placeFrom({}), null);
  assert.equal(placeFrom({ gps: { Latitude: 0, Longitude: 0 } }), null);
  assert.equal(placeFrom({ gps: { Latitude: NaN, Longitude: 23 } }), null);
  assert.equal(placeFrom({ gps: { Latitude: 142, Longitude: 23 } }), null);
});

test("a time that is no time is none, and a place without time is still a place", () => {
  assert.equal(takenAt("0000:00:00 00:00:00", undefined), null);
  assert.equal(takenAt("yesterday", undefined), null);
  assert.equal(takenAt(undefined, undefined), null);
  assert.equal(placeFrom({ gps: { Latitude: 42, Longitude: 23 } }).takenAt, null);
});
