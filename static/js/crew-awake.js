/** The screen stays on while the crew is on the way, where the browser can. */

export class ScreenLock {
  constructor() {
    this.wanted = false;
    /** @type {any} */
    this.lock = null;
    /** One after the other: a lock that is still being asked for would be held by nobody. */
    this.turn = Promise.resolve();
    document.addEventListener("visibilitychange", () => void this.apply());
  }

  /** @param {boolean} wanted */
  keep(wanted) {
    this.wanted = wanted;
    return this.apply();
  }

  apply() {
    this.turn = this.turn.then(() => this.settle());
    return this.turn;
  }

  async settle() {
    const shouldHold = this.wanted && !document.hidden;
    if (!shouldHold && this.lock) await this.release();
    if (!shouldHold || this.lock || !("wakeLock" in navigator)) return;
    // Refused on a low battery: then the phone's own time-out counts.
    this.lock = await /** @type {any} */ (navigator).wakeLock.request("screen").catch(() => null);
    this.lock?.addEventListener("release", () => (this.lock = null));
  }

  async release() {
    const lock = this.lock;
    this.lock = null;
    await lock?.release().catch(() => {});
  }
}
