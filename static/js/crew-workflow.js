/** The crew's part of the workflow as the server tells it: what a tap leads to, before the server has heard of it. */

/**
 * @typedef {object} Workflow
 * @property {Record<string, Record<string, string>>} edges  by step, from each state to the next
 * @property {string[]} open  states in which there is something left to do
 * @property {string[]} first  the states whose job fills the screen, in that order
 *
 * @typedef {object} Job
 * @property {string} id
 * @property {string} status
 * @property {number} version
 */

/**
 * The state after steps that wait to be sent. A step that leads nowhere from there changes nothing.
 * @param {string} status
 * @param {{name: string}[]} steps  in their order
 * @param {Workflow} workflow
 */
export function stateAfter(status, steps, workflow) {
  return steps.reduce((now, { name }) => workflow.edges[name.replace("job.", "")]?.[now] ?? now, status);
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
 * The job that fills the screen: the wished one while it is open, else the one nearest to its end.
 * @param {Job[]} jobs  in the order of the route
 * @param {string | null} wished
 * @param {Workflow} workflow
 * @returns {Job | undefined}
 */
export function chooseJob(jobs, wished, workflow) {
  const open = jobs.filter((job) => workflow.open.includes(job.status));
  const rank = (/** @type {Job} */ job) => workflow.first.indexOf(job.status);
  return open.find((job) => job.id === wished) ?? [...open].sort((a, b) => rank(a) - rank(b))[0];
}
