/** In which order what waits on the phone is sent, and how long to wait after a failure. Pure. */

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;

/**
 * @typedef {object} Step
 * @property {number} [seq]  its place in the queue, given when it is stored
 * @property {string} id  of the command: the same id is carried out once
 * @property {string} person
 * @property {string} job
 * @property {string} title
 * @property {string} where
 * @property {string} name  job.accept, …
 * @property {number} version  of the job that the person saw
 * @property {string} at  the device's clock, ISO
 * @property {Record<string, unknown>} fields  reason, outcome, note, of, lat, lon, accuracy
 * @property {string[]} photos  their ids
 * @property {"waiting" | "refused"} status
 * @property {Refusal} [refusal]
 * @property {boolean} [isLeft]  no step, but a photo whose job was gone before it was used
 *
 * @typedef {object} Refusal
 * @property {string} code
 * @property {string} detail  a sentence for the person
 *
 * @typedef {object} Photo
 * @property {string} id
 * @property {string} person
 * @property {string} job
 * @property {string} title
 * @property {string} where
 * @property {string} role  after, obstacle
 * @property {"taken" | "waiting" | "refused"} status  taken: not part of a step yet
 * @property {Blob | null} file
 * @property {string} filename
 * @property {string} sha256
 * @property {number} size  bytes
 * @property {number} offset  bytes that the server has, as far as this phone knows
 * @property {Record<string, string | number>} facts  taken_at, lat, lon, accuracy, source
 * @property {Refusal} [refusal]
 * @property {boolean} [isLeft]
 *
 * @typedef {{kind: "step", step: Step} | {kind: "photo", photo: Photo}} Work
 */

/**
 * What to send next: steps before photos, which they only promise; each job's steps in their order, the oldest first;
 * photos in the order of their steps. A refused step does not hold up those behind it: the server judges each. What was
 * promised is sent whatever became of its step.
 * @param {Step[]} steps
 * @param {Photo[]} photos
 * @param {Set<string>} [paused]  ids not to be tried just now
 * @returns {Work | null}
 */
export function nextWork(steps, photos, paused = new Set()) {
  const sorted = [...steps].sort((a, b) => (a.seq ?? 0) - (b.seq ?? 0));
  const open = new Map(photos.filter((photo) => photo.status === "waiting").map((photo) => [photo.id, photo]));
  const jobs = new Set();
  for (const step of sorted) {
    if (step.status !== "waiting" || jobs.has(step.job)) continue;
    jobs.add(step.job);
    if (!paused.has(step.id)) return { kind: "step", step };
  }
  const named = sorted.flatMap((step) => step.photos).filter((id) => open.has(id));
  const photo = [...named, ...open.keys()].map((id) => open.get(id)).find((each) => each && !paused.has(each.id));
  return photo ? { kind: "photo", photo } : null;
}

/**
 * Full jitter: at random between nothing and a bound that doubles with each failure, for ever.
 * @param {number} failures  in a row, from 1
 * @param {() => number} [random]
 */
export function pauseMs(failures, random = Math.random) {
  return random() * Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(failures, 10));
}

/**
 * @param {Step} step
 * @returns {Record<string, unknown>}  the command as docs/live-protocol.md has it
 */
export function commandOf({ id, name, job, version, at, fields, photos }) {
  return { type: "command", id, name, job, version, at, ...fields, ...(photos.length ? { photos } : {}) };
}
