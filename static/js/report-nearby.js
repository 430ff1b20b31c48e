/** Before sending: what is already reported close to the pin. */

import { askJson } from "./asking.js";

const RADIUS_M = 120;
const MOST = 4;

/**
 * @param {HTMLFormElement} form
 * @param {Record<string, string>} words
 * @returns {(place: {lon: number, lat: number}) => void}
 */
export function bindNearby(form, words) {
  const part = /** @type {HTMLElement | null} */ (form.querySelector("[data-nearby]"));
  const list = form.querySelector("[data-nearby-list]");
  let asked = 0;
  return async ({ lon, lat }) => {
    if (!part || !list) return;
    const turn = ++asked;
    const query = new URLSearchParams({ lat: String(lat), lon: String(lon), radius: String(RADIUS_M) });
    const found = (await askJson(`${form.dataset.nearby}?${query}`))?.features ?? [];
    if (turn !== asked) return;
    list.replaceChildren(...found.slice(0, MOST).map((/** @type {any} */ feature) => entry(feature, words)));
    part.hidden = !found.length;
  };
}

/**
 * @param {{properties: Record<string, any>}} feature
 * @param {Record<string, string>} words
 */
function entry({ properties }, words) {
  const item = document.createElement("li");
  const link = document.createElement("a");
  Object.assign(link, { className: "entry", href: properties.url, target: "_blank", rel: "noopener" });
  const thumb = properties.photos?.[0]?.thumb;
  const photo = document.createElement(thumb ? "img" : "span");
  photo.className = "entry__photo";
  if (photo instanceof HTMLImageElement) Object.assign(photo, { src: thumb, alt: "" });
  const body = document.createElement("span");
  body.className = "entry__body";
  body.append(line("entry__title", properties.category.name), line("entry__more", moreOf(properties, words)));
  link.append(photo, body);
  item.append(link);
  return item;
}

/**
 * @param {Record<string, any>} properties
 * @param {Record<string, string>} words
 */
function moreOf(properties, words) {
  const away = (words.metresAway ?? "").replace("{metres}", String(Math.round(properties.distance_m)));
  return [properties.status_name, away].filter(Boolean).join(" · ");
}

/**
 * @param {string} className
 * @param {string} text
 */
function line(className, text) {
  const element = document.createElement("span");
  element.className = className;
  element.textContent = text;
  return element;
}
