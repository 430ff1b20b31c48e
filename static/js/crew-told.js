/** The place last told to the desk, kept on the phone: a page that is opened again where it stood tells nothing. */

/** @typedef {import("./crew-where.js").Fix} Fix */

const KEY = "crew-told";

/** It belongs to one time on duty, of one crew; whoever of the crew holds the phone. */
export class ToldPlace {
  /** @param {Pick<Storage, "getItem" | "setItem" | "removeItem">} storage */
  constructor(storage) {
    this.storage = storage;
  }

  /**
   * @param {string} duty
   * @returns {Fix | null}
   */
  read(duty) {
    const kept = parse(this.storage.getItem(KEY));
    return duty && kept?.duty === duty ? kept.fix : null;
  }

  /**
   * @param {string} duty
   * @param {Fix} fix
   */
  keep(duty, fix) {
    try {
      this.storage.setItem(KEY, JSON.stringify({ duty, fix }));
    } catch {
      this.forget(); // no room: then a reload tells one place more
    }
  }

  forget() {
    this.storage.removeItem(KEY);
  }
}

/** @param {string | null} text */
function parse(text) {
  try {
    return JSON.parse(text ?? "null");
  } catch {
    return null;
  }
}
