/** The page's end of /ws/: connects, recovers by offset, and says how it stands. docs/live-protocol.md describes it. */

import { CommandUnanswered, Commands } from "./live-commands.js";

export { CommandUnanswered };

const ANSWER_MS = 8_000;
const PROBE_MS = 3_000;
const OPEN_MS = 10_000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
const ACK_MS = 100;
const MESSAGE_TOO_BIG = 1009;

/**
 * @typedef {Record<string, any>} Frame
 * @typedef {{epoch: string, offset: number}} Known
 * @typedef {"catching" | "live" | "offline" | "stopped"} State
 * @typedef {object} Details
 * @property {number} waiting  commands without a result
 * @property {number} [code]  of the close, when stopped
 * @property {string} [reason]  for the person, when stopped
 *
 * @typedef {object} Options
 * @property {string[]} streams
 * @property {(event: Frame) => void} [onEvent]  every event once and in order; its `kind` and `data` say what happened
 * @property {(event: Frame) => void} [onSnapshot]  the state as a whole: replace what is known of its stream
 * @property {(frame: Frame) => void} [onFrame]  lossy frames such as positions
 * @property {(state: State, details: Details) => void} [onState]
 * @property {string} [url]
 * @property {string} [device]
 * @property {Record<string, string>} [tokens]  by stream: what opens it to who bears it, such as a private link's token
 * @property {Record<string, Known>} [known]  what an earlier visit has kept of `live.known`
 * @property {boolean} [acknowledge]  tell the server what arrived; true unless the page does it by `ack` itself
 */

/** @param {Options} options */
export function connectLive(options) {
  const live = new Live(options);
  live.open();
  return live;
}

class Live {
  /** @param {Options} options */
  constructor(options) {
    this.options = options;
    /** @type {Record<string, Known>} */
    this.known = structuredClone(options.known ?? {});
    /** @type {State} */
    this.state = "catching";
    this.told = "";
    /** @type {{code?: number, reason?: string}} */
    this.why = {};
    this.failures = 0;
    this.pingMs = 25_000;
    /** @type {Map<string, {epoch: string, head: number, recovered: boolean}>} */
    this.behind = new Map();
    /** @type {Map<string, number>} */
    this.unacked = new Map();
    /** @type {Record<"open" | "pause" | "ping" | "answer" | "ack", ReturnType<typeof setTimeout> | undefined>} */
    this.timers = { open: undefined, pause: undefined, ping: undefined, answer: undefined, ack: undefined };
    this.commands = new Commands((frame) => this.send(frame), () => this.tell());
    this.listeners = new AbortController();
    this.listen();
  }

  /**
   * Resolves with the result frame, ok or not. Rejects with CommandUnanswered when the outcome is not known.
   * @param {string} name
   * @param {Record<string, unknown>} [fields]
   * @param {{timeout?: number}} [options]
   * @returns {Promise<Frame>}
   */
  command(name, fields = {}, options = {}) {
    if (this.state === "stopped") return Promise.reject(new CommandUnanswered("stopped"));
    return this.commands.carryOut(name, fields, options);
  }

  get acknowledges() {
    return this.options.acknowledge ?? true;
  }

  /**
   * Cumulative: all events up to the offset are safely here.
   * @param {string} stream
   * @param {number} offset
   */
  ack(stream, offset) {
    this.unacked.set(stream, offset);
    this.timers.ack ??= setTimeout(() => this.sendAcks(), ACK_MS);
  }

  /**
   * Sends a frame if there is a connection; otherwise it is lost.
   * @param {Frame} frame
   */
  send(frame) {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(frame));
  }

  close() {
    this.listeners.abort();
    this.hangUp();
    this.commands.end(new CommandUnanswered("closed"));
  }

  // --- the connection

  open() {
    clearTimeout(this.timers.pause);
    if (this.socket || this.state === "stopped") return;
    this.tell("catching");
    const socket = new WebSocket(this.options.url ?? addressOfThisServer());
    this.socket = socket;
    this.timers.open = setTimeout(() => this.lose(), OPEN_MS);
    socket.onopen = () => this.send(this.hello());
    socket.onmessage = (message) => this.take(JSON.parse(message.data));
    socket.onclose = (event) => (isFinal(event.code) ? this.stop(event) : this.lose());
  }

  hello() {
    const streams = Object.fromEntries(this.options.streams.map((name) => [name, this.streamInHello(name)]));
    const language = globalThis.document?.documentElement.lang || null;
    return { type: "hello", token: null, device: this.options.device ?? deviceOfThisBrowser(), language, streams };
  }

  /** @param {string} name */
  streamInHello(name) {
    const token = this.options.tokens?.[name];
    return { ...this.known[name], ...(token ? { token } : {}) };
  }

  /** Without waiting for a close event: a connection that stalls sends none. */
  hangUp() {
    this.commands.pause();
    for (const timer of Object.values(this.timers)) clearTimeout(timer);
    this.timers.answer = this.timers.ack = undefined;
    const socket = this.socket;
    this.socket = undefined;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  lose() {
    this.hangUp();
    this.tell("offline");
    const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.failures++);
    this.timers.pause = setTimeout(() => this.open(), Math.random() * longest);
  }

  /** @param {{code: number, reason: string}} event */
  stop({ code, reason }) {
    this.hangUp();
    this.listeners.abort();
    this.why = { code, reason };
    this.tell("stopped");
    this.commands.end(new CommandUnanswered(reason || String(code)));
  }

  /** Whoever comes back from a tunnel, a sleep or another app is not kept waiting by a backoff. */
  wake() {
    if (this.socket?.readyState === WebSocket.OPEN) {
      this.probe(PROBE_MS);
      return;
    }
    this.hangUp();
    this.failures = 0;
    this.open();
  }

  listen() {
    const { signal } = this.listeners;
    globalThis.addEventListener?.("online", () => this.wake(), { signal });
    globalThis.addEventListener?.("offline", () => this.probe(PROBE_MS), { signal });
    globalThis.addEventListener?.("pageshow", (event) => event.persisted && this.wake(), { signal });
    globalThis.addEventListener?.("pagehide", () => this.hangUp(), { signal });
    globalThis.document?.addEventListener("visibilitychange", () => document.hidden || this.wake(), { signal });
  }

  /** @param {number} answerMs */
  probe(answerMs = ANSWER_MS) {
    clearTimeout(this.timers.ping);
    this.timers.ping = setTimeout(() => this.probe(), this.pingMs);
    if (!this.socket) return;
    this.send({ type: "ping" });
    this.timers.answer ??= setTimeout(() => this.lose(), answerMs);
  }

  // --- frames

  /** @param {Frame} frame */
  take(frame) {
    clearTimeout(this.timers.answer);
    this.timers.answer = undefined;
    if (frame.type === "event") this.takeEvent(frame);
    else if (frame.type === "welcome") this.takeWelcome(frame);
    else if (frame.type === "result") this.commands.take(frame);
    else if (frame.type === "ping") this.send({ type: "pong" });
    else if (frame.type === "error") console.error("live", frame);
    else if (frame.type !== "pong") this.options.onFrame?.(frame);
  }

  /** @param {Frame} frame */
  takeWelcome(frame) {
    clearTimeout(this.timers.open);
    this.failures = 0;
    this.pingMs = frame.ping * 1000;
    this.timers.ping = setTimeout(() => this.probe(), this.pingMs);
    this.behind = new Map(Object.entries(frame.streams));
    for (const [name, { recovered }] of this.behind) this.startStream(name, recovered);
    this.commands.start();
    this.settle();
  }

  /**
   * @param {string} name
   * @param {boolean} recovered
   */
  startStream(name, recovered) {
    const known = this.known[name];
    if (!recovered) delete this.known[name];
    else if (known && this.acknowledges) this.ack(name, known.offset); // the last one may be lost
  }

  /** @param {Frame} frame */
  takeEvent(frame) {
    const { stream, offset, kind } = frame;
    const known = this.known[stream];
    if (kind === "snapshot") {
      this.known[stream] = { epoch: this.behind.get(stream)?.epoch ?? "", offset };
      this.options.onSnapshot?.(frame);
    } else if (known && offset === known.offset + 1) {
      known.offset = offset;
      if (kind !== "skip") this.options.onEvent?.(frame);
    } else {
      this.lose(); // the server left a gap; it answers for it at the next hello
      return;
    }
    if (this.acknowledges) this.ack(stream, offset);
    this.settle();
  }

  settle() {
    const settled = [...this.behind].every(([name, { head }]) => (this.known[name]?.offset ?? -1) >= head);
    this.tell(settled ? "live" : "catching");
  }

  sendAcks() {
    this.timers.ack = undefined;
    for (const [stream, offset] of this.unacked) this.send({ type: "ack", stream, offset });
    this.unacked.clear();
  }

  /** @param {State} [state] */
  tell(state = this.state) {
    const details = { waiting: this.commands.count, ...this.why };
    const key = JSON.stringify([state, details]);
    if (key === this.told) return;
    this.told = key;
    this.state = state;
    this.options.onState?.(state, details);
  }
}

/** @param {number} code */
function isFinal(code) {
  return (code >= 4400 && code < 4500) || code === MESSAGE_TOO_BIG;
}

function addressOfThisServer() {
  return `${location.protocol === "https:" ? "wss:" : "ws:"}//${location.host}/ws/`;
}

/** A name that tells this browser from the person's other devices. */
export function deviceOfThisBrowser() {
  try {
    const kept = localStorage.getItem("live-device") ?? crypto.randomUUID();
    localStorage.setItem("live-device", kept);
    return kept;
  } catch {
    return "browser"; // storage is refused
  }
}
