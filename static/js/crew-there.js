/** Says that the crew seems to be where it was going: arriving stays a tap of its own. */

import { metresBetween } from "./crew-way.js";

const NEAR_M = 60;

/** @typedef {{lat: number, lon: number, accuracy: number}} Place  metres */

/**
 * Whether somebody here is within 60 metres of a place, as far as the phone can tell at all.
 * @param {Place | null} here
 * @param {{lat: number, lon: number}} there
 */
export function isThere(here, there) {
  return here !== null && here.accuracy <= NEAR_M && metresBetween(here, there) <= NEAR_M;
}

/**
 * Shows it at each job to which the crew is on its way.
 * @param {Element} body
 * @param {{jobs: {id: string, status: string}[], here: Place | null, words: Record<string, any>}} facts
 * @returns {string[]}  the ids of those jobs
 */
export function showThere(body, { jobs, here, words }) {
  const moving = new Set(jobs.filter((job) => job.status === "on_the_way").map((job) => job.id));
  const articles = /** @type {HTMLElement[]} */ ([...body.querySelectorAll("article[data-job]")]);
  const reached = articles.filter(({ dataset: { job = "", lat, lon } }) => {
    return moving.has(job) && isThere(here, { lat: Number(lat), lon: Number(lon) });
  });
  for (const article of articles) {
    const place = article.querySelector("[data-there]");
    const text = reached.includes(article) ? words.there : "";
    if (place && place.textContent !== text) place.textContent = text; // a screen reader says it once
  }
  return reached.map((article) => article.dataset.job ?? "");
}
