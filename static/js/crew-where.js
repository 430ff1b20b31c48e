/** Where the phone is: shown beside a job, kept with a tap, and told to the desk while the crew moves on duty. */

import { metresBetween } from "./crew-way.js";

/** @typedef {import("./crew-told.js").ToldPlace} ToldPlace */

/** @typedef {import("./crew-capture.js").Place & {speed: number | null}} Fix  speed in metres a second, if known */

const MOVED_M = 25;
const EVERY_MS = 15_000;
// Standing: less than a slow walk, or, where the phone tells no speed, within the play of GPS.
const STANDING_MPS = 0.7;
const PLAY_M = 10;
const DRIVING_MPS = 2.5;
const STALE_MS = 2 * 60_000;
// As long as a connection may be dead before that is noticed.
const UNSURE_MS = 35_000;

/**
 * Whether the desk needs this place: the first of a time on duty, one 25 metres from the last one told, or one after
 * 15 seconds on the way; not while standing, and never off duty or on a break.
 * @param {{told: Fix | null, fix: Fix, onDuty: boolean, onTheWay: boolean}} standing
 */
export function isWorthTelling({ told, fix, onDuty, onTheWay }) {
  if (!onDuty) return false;
  if (!told) return true;
  const moved = metresBetween(told, fix);
  if (moved >= Math.max(MOVED_M, Math.min(fix.accuracy, 100))) return true;
  const play = Math.max(PLAY_M, Math.min(fix.accuracy, 100) / 2);
  const isStanding = fix.speed === null ? moved < play : fix.speed < STANDING_MPS;
  return onTheWay && !isStanding && fix.at - told.at >= EVERY_MS;
}

export class Whereabouts {
  /**
   * @param {{tell: (fix: Fix) => boolean, onFix: () => void, kept: ToldPlace}} options  tell says whether it could be
   * sent, kept is what this phone remembers of it
   */
  constructor({ tell, onFix, kept }) {
    this.tell = tell;
    this.onFix = onFix;
    this.kept = kept;
    /** @type {Fix | null} */
    this.fix = null;
    /** By the phone's clock; a fix carries the satellites' own, which may be an hour from it. */
    this.fixedAt = 0;
    /** @type {Fix | null} */
    this.told = null;
    this.toldAt = 0;
    /** Names the time on duty, without its breaks; empty outside it. */
    this.duty = "";
    this.onTheWay = false;
    /** @type {number | null} */
    this.watch = null;
    this.isExact = false;
  }

  get onDuty() {
    return this.duty !== "";
  }

  /** The place for a tap or a photo: null when it is not known, is old, or is nobody's business. */
  get place() {
    return this.onDuty && this.fix && Date.now() - this.fixedAt < STALE_MS ? this.fix : null;
  }

  get isDriving() {
    return (this.place?.accuracy ?? Infinity) < 200 && (this.fix?.speed ?? 0) >= DRIVING_MPS;
  }

  /**
   * @param {{duty: string, onTheWay: boolean}} standing
   * @param {{mayAsk?: boolean}} [options]  a tap may ask the person for the place; else it is used if it was granted
   */
  async follow({ duty, onTheWay }, { mayAsk = false } = {}) {
    if (duty !== this.duty) this.told = this.kept.read(duty);
    Object.assign(this, { duty, onTheWay });
    if (!duty) return this.rest();
    if (!navigator.geolocation || !(mayAsk || (await isGranted())) || !this.onDuty) return;
    if (this.watch !== null && this.isExact === onTheWay) return;
    this.stop();
    this.isExact = onTheWay;
    // Exact places cost battery: only on the way.
    const options = { enableHighAccuracy: onTheWay, maximumAge: onTheWay ? 0 : 30_000 };
    this.watch = navigator.geolocation.watchPosition((position) => this.take(position), () => {}, options);
  }

  /** Off duty and on a break the phone is not even asked where it is. */
  rest() {
    this.stop();
    this.fix = this.told = null;
    this.kept.forget();
  }

  stop() {
    if (this.watch !== null) navigator.geolocation.clearWatch(this.watch);
    this.watch = null;
  }

  /** @param {GeolocationPosition} position */
  take({ coords, timestamp }) {
    const { latitude: lat, longitude: lon, accuracy, speed } = coords;
    this.fix = { lat, lon, accuracy, speed, at: timestamp };
    this.fixedAt = Date.now();
    this.tellIfNeeded();
    this.onFix();
  }

  /** Call it when the connection is lost: what was told just before may not have arrived, and is told again. */
  doubt() {
    if (Date.now() - this.toldAt > UNSURE_MS) return;
    this.told = null;
    this.kept.forget();
  }

  /** Call it too when there is a connection again: what could not be told then is told by the next place or by this. */
  tellIfNeeded() {
    const { told, fix, duty, onDuty, onTheWay } = this;
    if (!fix || !isWorthTelling({ told, fix, onDuty, onTheWay }) || !this.tell(fix)) return;
    this.told = fix;
    this.toldAt = Date.now();
    this.kept.keep(duty, fix);
  }
}

async function isGranted() {
  const status = await navigator.permissions?.query({ name: "geolocation" }).catch(() => null);
  return status?.state === "granted";
}
