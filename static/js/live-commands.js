/** Commands that wait for their result: sent in order, and again with the same id after every reconnect. */

const TIMEOUT_MS = 60_000;
const RETRY_MS = 2_000;

/** The answer to a command is not known: it was not sent in time, or no result came. The same id may be sent again. */
export class CommandUnanswered extends Error {}

/**
 * @typedef {Record<string, any>} Frame
 * @typedef {object} Waiting
 * @property {Frame} frame
 * @property {(result: Frame) => void} resolve
 * @property {(error: Error) => void} reject
 * @property {Frame | null} refused  the last result that asked for a repetition
 * @property {ReturnType<typeof setTimeout> | undefined} deadline
 */

export class Commands {
  /**
   * @param {(frame: Frame) => void} send  called only while there is a connection
   * @param {() => void} onChange  called when the number of waiting commands has changed
   */
  constructor(send, onChange) {
    this.send = send;
    this.onChange = onChange;
    this.connected = false;
    /** @type {Map<string, Waiting>} */
    this.waiting = new Map();
  }

  get count() {
    return this.waiting.size;
  }

  /**
   * Resolves with the result frame, whether it says ok or not; rejects with CommandUnanswered.
   * @param {string} name
   * @param {Record<string, unknown>} fields  `id` is kept if given; `at` is the device's clock
   * @param {{timeout?: number}} [options]  milliseconds; 0 waits for ever
   * @returns {Promise<Frame>}
   */
  carryOut(name, fields, { timeout = TIMEOUT_MS } = {}) {
    const at = new Date().toISOString();
    const frame = { type: "command", at, ...fields, name, id: fields.id ?? crypto.randomUUID() };
    return new Promise((resolve, reject) => {
      const waiting = { frame, resolve, reject, refused: null, deadline: undefined };
      this.waiting.get(String(frame.id))?.reject(new CommandUnanswered("sent again"));
      this.forget(String(frame.id));
      this.waiting.set(String(frame.id), waiting);
      if (timeout) this.setDeadline(String(frame.id), timeout);
      if (this.connected) this.send(frame);
      this.onChange();
    });
  }

  /** The connection is welcomed: everything that waits is sent, in the order in which it was asked for. */
  start() {
    this.connected = true;
    for (const { frame } of this.waiting.values()) this.send(frame);
  }

  pause() {
    this.connected = false;
  }

  /** @param {Frame} result */
  take(result) {
    const waiting = this.waiting.get(result.id);
    if (!waiting) return;
    if (result.error?.retry) {
      waiting.refused = result;
      setTimeout(() => this.repeat(result.id), RETRY_MS * (0.5 + Math.random()));
      return;
    }
    this.forget(result.id);
    waiting.resolve(result);
    this.onChange();
  }

  /**
   * No connection will come any more.
   * @param {Error} error
   */
  end(error) {
    for (const [id, waiting] of [...this.waiting]) {
      this.forget(id);
      waiting.reject(error);
    }
    this.onChange();
  }

  /** @param {string} id */
  repeat(id) {
    const waiting = this.waiting.get(id);
    if (waiting && this.connected) this.send(waiting.frame);
  }

  /** @param {string} id */
  forget(id) {
    clearTimeout(this.waiting.get(id)?.deadline);
    this.waiting.delete(id);
  }

  /**
   * @param {string} id
   * @param {number} timeout
   */
  setDeadline(id, timeout) {
    const waiting = this.waiting.get(id);
    if (!waiting) return;
    waiting.deadline = setTimeout(() => {
      this.forget(id);
      if (waiting.refused) waiting.resolve(waiting.refused);
      else waiting.reject(new CommandUnanswered("no answer in time"));
      this.onChange();
    }, timeout);
  }
}
