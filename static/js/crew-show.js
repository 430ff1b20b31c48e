/** Shows the job that leads, each in the state that the taps on this phone have brought it to. */

import { chooseJob, isTodo, newer, stateAfter } from "./crew-workflow.js";

/**
 * @typedef {import("./crew-workflow.js").Workflow} Workflow
 * @typedef {import("./crew-workflow.js").Job} Job
 * @typedef {import("./crew-order.js").Step} Step
 */

/**
 * @param {Element} body
 * @param {{workflow: Workflow, steps: Step[], answers: Job[], wished: string | null}} facts
 * @returns {Job[]}  the drawn jobs in their present states, the chosen one with `chosen`
 */
export function showJobs(body, { workflow, steps, answers, wished }) {
  const articles = /** @type {HTMLElement[]} */ ([...body.querySelectorAll("article[data-job]")]);
  const jobs = articles.map((article) => presentState(article, steps, answers, workflow));
  const chosen = chooseJob(jobs, wished, workflow);
  articles.forEach((article, index) => {
    const job = /** @type {Job} */ (jobs[index]);
    article.dataset.acts = String(job.version);
    article.toggleAttribute("data-current", job === chosen);
    article.hidden = job !== chosen;
    showState(body, article, job.status);
    placeRow(body, job, { isOpen: isTodo(job, workflow), isChosen: job === chosen });
  });
  showSections(body, Boolean(chosen));
  return jobs.map((job) => ({ ...job, chosen: job === chosen }));
}

/**
 * @param {HTMLElement} article
 * @param {Step[]} steps
 * @param {Job[]} answers
 * @param {Workflow} workflow
 * @returns {Job}
 */
function presentState(article, steps, answers, workflow) {
  const { job: id = "", status = "", version } = article.dataset;
  const known = newer({ id, status, version: Number(version) }, answers.find((answer) => answer.id === id));
  const waiting = steps.filter((step) => step.job === id && step.status === "waiting");
  // A further finish brings the photo that was missing.
  const needsPhoto = article.dataset.needsPhoto !== undefined && !waiting.length;
  return { id, version: known.version, status: stateAfter(known.status, waiting, workflow), needsPhoto };
}

/**
 * @param {Element} body
 * @param {HTMLElement} root
 * @param {string} status
 */
function showState(body, root, status) {
  for (const part of root.querySelectorAll("[data-in]")) {
    const states = /** @type {HTMLElement} */ (part).dataset.in?.split(" ") ?? [];
    /** @type {HTMLElement} */ (part).hidden = !states.includes(status);
  }
  for (const place of root.querySelectorAll("[data-chip]")) {
    showChip(body, /** @type {HTMLElement} */ (place), status);
  }
}

/**
 * @param {Element} body
 * @param {HTMLElement} place
 * @param {string} status
 */
function showChip(body, place, status) {
  if (place.dataset.chipState === status) return;
  const template = /** @type {HTMLTemplateElement | null} */ (body.querySelector(`template[data-state="${status}"]`));
  const chip = template?.content.firstElementChild?.cloneNode(true);
  if (!(chip instanceof HTMLElement)) return;
  chip.classList.add(`chip--${place.dataset.chip}`);
  place.dataset.chipState = status;
  place.replaceChildren(chip);
}

/**
 * @param {Element} body
 * @param {Job} job
 * @param {{isOpen: boolean, isChosen: boolean}} standing
 */
function placeRow(body, job, { isOpen, isChosen }) {
  const row = /** @type {HTMLElement | null} */ (body.querySelector(`[data-row="${job.id}"]`));
  const list = body.querySelector(isOpen ? "[data-others] ul" : "[data-ended] ul");
  if (!row || !list) return;
  if (row.parentElement !== list) list.append(row);
  row.hidden = isChosen;
  showState(body, row, job.status);
}

/**
 * @param {Element} body
 * @param {boolean} hasJob
 */
function showSections(body, hasJob) {
  for (const section of /** @type {NodeListOf<HTMLElement>} */ (body.querySelectorAll("[data-others], [data-ended]"))) {
    section.hidden = !section.querySelector("li:not([hidden])");
  }
  const nothing = /** @type {HTMLElement | null} */ (body.querySelector("[data-nothing]"));
  if (nothing) nothing.hidden = hasJob;
}
