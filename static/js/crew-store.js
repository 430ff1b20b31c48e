/** What a crew's phone keeps in IndexedDB: steps and photos that wait, and the last answers of the server. */

import { openDB } from "../vendor/idb/idb.js";

/**
 * @typedef {import("./crew-order.js").Step} Step
 * @typedef {import("./crew-order.js").Photo} Photo
 * @typedef {import("./crew-order.js").Refusal} Refusal
 * @typedef {{steps: Step[], photos: Photo[], jobs: any[], others: number}} Kept
 */

const NAME = "crew";
const VERSION = 1;
// A tap counts as done once it is on the disk, not only in the system's memory.
const SAFELY = /** @type {IDBTransactionOptions} */ ({ durability: "strict" });

/** Tells the other tabs and the service worker that the queue has changed. */
export const CHANNEL = "crew-queue";

/**
 * One person's part of what the phone keeps.
 * @param {string} person
 */
export async function openStore(person) {
  const db = await openDB(NAME, VERSION, { upgrade, blocking: () => db.close() });
  return new CrewStore(db, person);
}

/** @param {import("../vendor/idb/idb.js").IDBPDatabase} db */
function upgrade(db) {
  db.createObjectStore("steps", { keyPath: "seq", autoIncrement: true });
  db.createObjectStore("photos", { keyPath: "id" });
  db.createObjectStore("jobs", { keyPath: "id" });
  db.createObjectStore("facts");
}

export class CrewStore {
  /**
   * @param {import("../vendor/idb/idb.js").IDBPDatabase} db
   * @param {string} person
   */
  constructor(db, person) {
    this.db = db;
    this.person = person;
    this.channel = new BroadcastChannel(CHANNEL);
    /** @type {() => void} */
    this.onChange = () => {};
    this.channel.onmessage = () => this.onChange();
  }

  /** @returns {Promise<Kept>} */
  async list() {
    const transaction = this.db.transaction(["steps", "photos", "jobs"]);
    const [steps, photos, jobs] = await Promise.all([
      transaction.objectStore("steps").getAll(),
      transaction.objectStore("photos").getAll(),
      transaction.objectStore("jobs").getAll(),
    ]);
    const own = (/** @type {{person: string}} */ each) => each.person === this.person;
    return {
      steps: steps.filter(own),
      photos: photos.filter(own),
      jobs: jobs.filter(own),
      others: steps.filter((step) => !own(step)).length,
    };
  }

  /**
   * Stores a step; photos that were taken for it become part of it. Rejects when the phone has no room.
   * @param {Step} step
   */
  async add(step) {
    await this.write(["steps", "photos"], async ({ steps, photos }) => {
      await steps.add(step);
      await promise(photos, step);
    });
  }

  /**
   * Keeps a photo that was taken for a job; one taken before for the same is replaced.
   * @param {Photo} photo
   */
  async keepPhoto(photo) {
    await this.write(["photos"], async ({ photos }) => {
      for (const other of await photos.getAll()) if (isSamePlan(other, photo)) await photos.delete(other.id);
      await photos.put(photo);
    });
  }

  /**
   * @param {Step} step
   * @param {any} job  as it stands, in the server's words
   */
  async stepDone(step, job) {
    await this.write(["steps", "jobs"], async ({ steps, jobs }) => {
      await steps.delete(step.seq);
      if (job?.id) await jobs.put({ id: job.id, status: job.status, version: job.version, person: this.person });
    });
  }

  /**
   * @param {Step} step
   * @param {Refusal} refusal
   */
  async stepRefused(step, refusal) {
    await this.write(["steps"], async ({ steps }) => void (await steps.put({ ...step, status: "refused", refusal })));
  }

  /** @param {Photo} photo */
  async photoDone(photo) {
    await this.write(["photos"], async ({ photos }) => void (await photos.delete(photo.id)));
  }

  /**
   * A photo that the server can't take is told with the step that it belongs to.
   * @param {Photo} photo
   * @param {Refusal} refusal
   */
  async photoRefused(photo, refusal) {
    await this.write(["photos"], async ({ photos }) => {
      await photos.put({ ...photo, status: "refused", refusal });
    });
  }

  /**
   * How far a photo has come, so that a killed app goes on from there.
   * @param {Photo} photo
   * @param {number} offset  bytes
   */
  async photoSent(photo, offset) {
    await this.write(["photos"], async ({ photos }) => {
      const kept = await photos.get(photo.id);
      if (kept) await photos.put({ ...kept, offset });
    });
  }

  /**
   * Takes refused steps out of the queue, and puts another in their place, which then has their photos.
   * @param {Step[]} refused
   * @param {Step | null} instead  null: they are discarded, and their photos with them
   */
  async settle(refused, instead) {
    await this.write(["steps", "photos"], async ({ steps, photos }) => {
      for (const step of refused) if (step.seq !== undefined) await steps.delete(step.seq);
      if (instead) await steps.add(instead);
      if (instead) await promise(photos, instead);
      const dropped = refused.flatMap((step) => step.photos).filter((id) => !instead?.photos.includes(id));
      for (const id of dropped) await photos.delete(id);
    });
  }

  /**
   * The page was drawn afresh: what the server said of these jobs before is history.
   * @param {{id: string, version: number}[]} drawn
   */
  async forgetAnswers(drawn) {
    const versions = new Map(drawn.map(({ id, version }) => [id, version]));
    const transaction = this.db.transaction("jobs", "readwrite");
    for (const job of await transaction.store.getAll()) {
      if (job.version <= (versions.get(job.id) ?? Infinity)) await transaction.store.delete(job.id);
    }
    await transaction.done;
  }

  /** @param {string} name */
  getFact(name) {
    return this.db.get("facts", name);
  }

  /**
   * @param {string} name
   * @param {unknown} value
   */
  async setFact(name, value) {
    await this.db.put("facts", value, name);
  }

  /**
   * @param {("steps" | "photos" | "jobs")[]} names
   * @param {(stores: Record<string, any>) => Promise<void>} work
   */
  async write(names, work) {
    const transaction = this.db.transaction(names, "readwrite", SAFELY);
    const stores = Object.fromEntries(names.map((name) => [name, transaction.objectStore(name)]));
    await Promise.all([work(stores), transaction.done]);
    this.channel.postMessage("changed");
    this.onChange();
  }

  close() {
    this.channel.close();
    this.db.close();
  }
}

/**
 * Photos that were taken for a step become part of it.
 * @param {any} photos
 * @param {Step} step
 */
async function promise(photos, step) {
  for (const id of step.photos) {
    const photo = await photos.get(id);
    if (photo?.status === "taken") await photos.put({ ...photo, status: "waiting" });
  }
}

/**
 * @param {Photo} one
 * @param {Photo} other
 */
function isSamePlan(one, other) {
  return one.status === "taken" && one.job === other.job && one.role === other.role && one.person === other.person;
}
