/** When, where and by what a photo was taken, as far as it can be known: read before it is made small. */

import { readCapture } from "./ui-exif.js";

/** @typedef {{lat: number, lon: number, accuracy: number, at: number}} Place  degrees, metres, milliseconds */

const JUST_NOW_MS = 5 * 60_000;

/**
 * The photo's own place and time count; else, for one that was taken just now, the phone's. Nothing is guessed.
 * @param {File} file
 * @param {Place | null} here  where the phone is now
 * @param {Date} now
 * @returns {Promise<Record<string, string | number>>}
 */
export async function captureFacts(file, here, now) {
  const told = await readCapture(file);
  return capture(told, { here, now, changedAt: file.lastModified });
}

/**
 * @param {{place: {lat: number, lon: number} | null, takenAt: Date | null}} told
 * @param {{here: Place | null, now: Date, changedAt: number}} phone
 */
export function capture({ place, takenAt }, { here, now, changedAt }) {
  const age = now.getTime() - (takenAt?.getTime() ?? changedAt);
  const isNew = Math.abs(age) < JUST_NOW_MS;
  const moment = takenAt ?? (isNew ? now : null);
  const spot = place ?? (isNew ? here : null);
  /** @type {Record<string, string | number>} */
  const facts = {};
  if (moment) facts.taken_at = moment.toISOString();
  if (spot) Object.assign(facts, { lat: spot.lat, lon: spot.lon });
  if (spot && spot === here) facts.accuracy = here.accuracy;
  if (takenAt) facts.source = isNew ? "camera" : "gallery";
  return facts;
}
