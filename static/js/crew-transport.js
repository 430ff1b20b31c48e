/** Sends one step or one photo to the server, and says what came of it. The page and the service worker share it. */

import { commandOf } from "./crew-order.js";
import { upload } from "./crew-tus.js";

/**
 * @typedef {import("./crew-order.js").Step} Step
 * @typedef {import("./crew-order.js").Photo} Photo
 * @typedef {import("./crew-sender.js").Outcome} Outcome
 *
 * @typedef {object} Addresses
 * @property {string} commands
 * @property {string} photos
 */

const STEP_MS = 20_000;
const PIECE_MS = 60_000;
// The server is full or asleep, not against it.
const LATER = new Set([408, 425, 429]);

export class Transport {
  /**
   * @param {Addresses} addresses
   * @param {() => Promise<string>} csrf  the token that forms of this session carry
   * @param {(photo: Photo, offset: number) => Promise<void>} onProgress  bytes that the server has
   */
  constructor(addresses, csrf, onProgress) {
    this.addresses = addresses;
    this.csrf = csrf;
    this.onProgress = onProgress;
  }

  /**
   * @param {Step} step
   * @returns {Promise<Outcome>}
   */
  async sendStep(step) {
    const headers = { "Content-Type": "application/json" };
    const body = JSON.stringify(commandOf(step));
    const answer = await this.ask(this.addresses.commands, { method: "POST", body, headers }, STEP_MS);
    if ("kind" in answer) return answer;
    const result = await answer.json().catch(() => null);
    if (!result) return { kind: "again" }; // it broke off half-way
    if (result.ok) return { kind: "done", job: result.job };
    return result.error?.retry ? { kind: "again-this" } : { kind: "refused", refusal: refusalOf(result.error) };
  }

  /**
   * @param {Photo} photo
   * @returns {Promise<Outcome>}
   */
  async sendPhoto(photo) {
    const ask = (/** @type {string} */ url, /** @type {RequestInit} */ options) => this.fetch(url, options, PIECE_MS);
    const onOffset = (/** @type {number} */ offset) => this.onProgress(photo, offset);
    const end = await upload(photo, this.addresses.photos, { ask, onOffset });
    if (end === null) return { kind: "done" };
    return end.stopped ? failureOf(end.stopped) : { kind: "again" };
  }

  /**
   * The answer, or what its failure means.
   * @param {string} url
   * @param {RequestInit} options
   * @param {number} ms
   * @returns {Promise<Response | Outcome>}
   */
  async ask(url, options, ms) {
    const answer = await this.fetch(url, options, ms);
    if (!answer) return { kind: "again" };
    return answer.ok ? answer : failureOf(answer);
  }

  /**
   * @param {string} url
   * @param {RequestInit} options
   * @param {number} ms
   * @returns {Promise<Response | null>}
   */
  async fetch(url, options, ms) {
    const headers = { ...options.headers, Accept: "application/json", "X-CSRFToken": await this.csrf() };
    const signal = AbortSignal.timeout(ms);
    return fetch(url, { ...options, headers, signal, redirect: "error" }).catch(() => null);
  }
}

/**
 * @param {Response} answer
 * @returns {Promise<Outcome>}
 */
export async function failureOf(answer) {
  const facts = await answer.json().catch(() => ({}));
  if (answer.status === 401 || answer.status === 403) return { kind: "sign-in", detail: facts.detail ?? "" };
  if (answer.status >= 500 || LATER.has(answer.status)) {
    return { kind: "again", afterMs: 1000 * (Number(answer.headers.get("Retry-After")) || 0) };
  }
  return { kind: "refused", refusal: refusalOf({ code: String(answer.status), ...facts }) };
}

/** @param {any} error */
function refusalOf(error) {
  return { code: String(error?.code ?? ""), detail: String(error?.detail ?? "") };
}
