/** The crew's part of the workflow as the server tells it: what a tap leads to, before the server has heard of it. */

/**
 * @typedef {object} Workflow
 * @property {Record<string, Record<string, string>>} edges  by step, from each state to the next
 * @property {string[]} todo  states in which the crew has a step to take
 * @property {string[]} first  the states whose job fills the screen, in that order
 *
 * @typedef {object} Job
 * @property {string} id
 * @property {string} status
 * @property {number} version
 * @property {boolean} [needsPhoto]  one that was sent is no picture
 */

/**
 * The state after steps that wait to be sent. A step that leads nowhere from there changes nothing; one whose photos
 * are still here is a promise, where the workflow knows such.
 * @param {string} status
 * @param {{name: string, photos?: string[]}[]} steps  in their order
 * @param {Workflow} workflow
 */
export function stateAfter(status, steps, workflow) {
  return steps.reduce((now, { name, photos = [] }) => {
    const step = name.replace("job.", "");
    const promised = step === "finish" && photos.length ? workflow.edges.promise?.[now] : undefined;
    return promised ?? workflow.edges[step]?.[now] ?? now;
  }, status);
}

/**
 * Whether the crew has something left to do.
 * @param {Job} job
 * @param {Workflow} workflow
 */
export function isTodo({ status, needsPhoto }, workflow) {
  return workflow.todo.includes(status) || (status === "proof_pending" && Boolean(needsPhoto));
}

/**
 * What the server said last of a job: as drawn on the page, or in the newer answer to a step.
 * @param {Job} drawn
 * @param {Job | undefined} answered
 * @returns {Job}
 */
export function newer(drawn, answered) {
  return answered && answered.version > drawn.version ? answered : drawn;
}

/**
 * The job that fills the screen: the wished one while it is not over, else the one nearest to its end.
 * @param {Job[]} jobs  in the order of the route
 * @param {string | null} wished
 * @param {Workflow} workflow
 * @returns {Job | undefined}
 */
export function chooseJob(jobs, wished, workflow) {
  const todo = jobs.filter((job) => isTodo(job, workflow));
  const rank = (/** @type {Job} */ job) => workflow.first.indexOf(job.status);
  const wishable = jobs.filter((job) => workflow.first.includes(job.status));
  return wishable.find((job) => job.id === wished) ?? [...todo].sort((a, b) => rank(a) - rank(b))[0];
}
