/** The server's time on a phone whose own clock may be an hour wrong: breaks begin and end by it. */

const FACT = "clock ahead";
const LONGEST_MS = 2 ** 31 - 1;

/** @typedef {{getFact: (name: string) => Promise<any>, setFact: (name: string, value: unknown) => Promise<void>}} Facts */

export class ServerClock {
  /** @param {Facts} store  remembers it for starts without a network */
  constructor(store) {
    this.store = store;
    /** How far the phone's clock is ahead of the server's, in milliseconds. */
    this.aheadMs = 0;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
  }

  async recall() {
    this.aheadMs = Number(await this.store.getFact(FACT)) || 0;
  }

  /** @param {Date} told  when the server says that it answered just now */
  async learn(told) {
    this.aheadMs = Date.now() - told.getTime();
    await this.store.setFact(FACT, this.aheadMs).catch(() => {}); // no room: it counts while the page is open
  }

  now() {
    return Date.now() - this.aheadMs;
  }

  /**
   * Does the work once this time is over; only the last one that was asked for.
   * @param {number} time  milliseconds since 1970, of the server
   * @param {() => void} work
   */
  at(time, work) {
    clearTimeout(this.timer);
    const left = time - this.now();
    if (left > 0 && left < LONGEST_MS) this.timer = setTimeout(work, left);
  }
}
