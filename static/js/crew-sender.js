/** Sends what waits on the phone, one thing after the other, until nothing waits. Never gives up, never drops. */

import { nextWork, pauseMs } from "./crew-order.js";

/**
 * @typedef {import("./crew-order.js").Step} Step
 * @typedef {import("./crew-order.js").Photo} Photo
 * @typedef {import("./crew-order.js").Refusal} Refusal
 *
 * What came of sending: carried out; refused for good; to be tried again, all (the network, the server) or this alone;
 * or the person must sign in first.
 * @typedef {{kind: "done", job?: any} | {kind: "refused", refusal: Refusal} | {kind: "again", afterMs?: number}
 *   | {kind: "again-this"} | {kind: "sign-in", detail: string}} Outcome
 *
 * @typedef {object} Store
 * @property {() => Promise<{steps: Step[], photos: Photo[]}>} list  of this person
 * @property {(step: Step, job: any) => Promise<void>} stepDone
 * @property {(step: Step, refusal: Refusal) => Promise<void>} stepRefused
 * @property {(photo: Photo) => Promise<void>} photoDone
 * @property {(photo: Photo, refusal: Refusal) => Promise<void>} photoRefused
 *
 * @typedef {object} Transport
 * @property {(step: Step) => Promise<Outcome>} sendStep
 * @property {(photo: Photo) => Promise<Outcome>} sendPhoto
 *
 * @typedef {object} Options
 * @property {Store} store
 * @property {Transport} transport
 * @property {(work: () => Promise<void>) => Promise<void>} alone  runs the work while no other tab or worker does
 * @property {(state: {signIn: string}) => void} [onState]
 * @property {() => number} [random]
 */

export class Sender {
  /** @param {Options} options */
  constructor(options) {
    this.options = options;
    /** @type {Promise<void> | null} */
    this.running = null;
    this.again = false;
    this.failures = 0;
    /** @type {Map<string, {failures: number, until: number}>} */
    this.paused = new Map();
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
  }

  /** Something new waits, or there may be a connection again: no backoff keeps it waiting. */
  wake() {
    this.failures = 0;
    this.paused.clear();
    return this.run();
  }

  /** Sends until nothing can be sent. Resolves with whether all is sent. */
  async run() {
    clearTimeout(this.timer);
    this.again = true;
    this.running ??= this.options.alone(() => this.drain()).finally(() => (this.running = null));
    await this.running;
    const { steps, photos } = await this.options.store.list();
    return !nextWork(steps, photos);
  }

  async drain() {
    while (this.again) {
      this.again = false;
      for (let work = await this.next(); work; work = await this.next()) {
        if (!(await this.send(work))) return;
      }
    }
    this.wait();
  }

  async next() {
    const { steps, photos } = await this.options.store.list();
    const now = Date.now();
    const paused = new Set([...this.paused].filter(([, { until }]) => until > now).map(([id]) => id));
    return nextWork(steps, photos, paused);
  }

  /**
   * Whether to go on with the next.
   * @param {import("./crew-order.js").Work} work
   */
  async send(work) {
    const { store, transport } = this.options;
    const outcome = work.kind === "step" ? await transport.sendStep(work.step) : await transport.sendPhoto(work.photo);
    if (outcome.kind === "again" || outcome.kind === "sign-in") return this.pause(outcome);
    this.failures = 0;
    this.options.onState?.({ signIn: "" });
    if (outcome.kind === "again-this") return this.pauseOne(work);
    if (work.kind === "step") {
      await (outcome.kind === "done" ? store.stepDone(work.step, outcome.job) : store.stepRefused(work.step, outcome.refusal));
    } else {
      await (outcome.kind === "done" ? store.photoDone(work.photo) : store.photoRefused(work.photo, outcome.refusal));
    }
    return true;
  }

  /** @param {{kind: "again", afterMs?: number} | {kind: "sign-in", detail: string}} outcome */
  pause(outcome) {
    this.failures += 1;
    const least = outcome.kind === "again" ? (outcome.afterMs ?? 0) : 0;
    this.later(least + pauseMs(this.failures, this.options.random));
    if (outcome.kind === "sign-in") this.options.onState?.({ signIn: outcome.detail });
    return false;
  }

  /**
   * The server can't do this one now; the others go on.
   * @param {import("./crew-order.js").Work} work
   */
  pauseOne(work) {
    const id = work.kind === "step" ? work.step.id : work.photo.id;
    const failures = (this.paused.get(id)?.failures ?? 0) + 1;
    this.paused.set(id, { failures, until: Date.now() + pauseMs(failures, this.options.random) });
    return true;
  }

  /** All that is left is paused by itself. */
  wait() {
    const ends = [...this.paused.values()].map(({ until }) => until).filter((until) => until > Date.now());
    if (ends.length) this.later(Math.min(...ends) - Date.now());
  }

  /** @param {number} ms */
  later(ms) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.run().catch(() => this.later(ms)), ms);
  }

  stop() {
    clearTimeout(this.timer);
  }
}
