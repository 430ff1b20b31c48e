/** The map of a job, opened by a tap, with the job and where the phone is; its surroundings are kept beforehand. */

import { KeptMap } from "./crew-map-kept.js";
import { createMap, readFacts } from "./map.js";

/**
 * @typedef {import("./crew-app.js").CrewApp} CrewApp
 * @typedef {import("./map.js").CityMap} CityMap
 */

const ZOOM = 16;
const SLOW = new Set(["slow-2g", "2g"]);

/** @param {CrewApp} app */
export function bindMap(app) {
  const element = /** @type {HTMLElement | null} */ (document.querySelector("[data-crew-map]"));
  const facts = element && readFacts(element);
  if (!element || !facts) return;
  const view = new MapView(app, element, facts);
  app.root.addEventListener("toggle", (event) => void view.toggle(/** @type {HTMLElement} */ (event.target)), { capture: true });
  app.root.addEventListener("crew:renewed", () => void view.renewed());
  app.root.addEventListener("crew:moved", () => view.showHere());
}

class MapView {
  /**
   * @param {CrewApp} app
   * @param {HTMLElement} element
   * @param {import("./map.js").MapFacts} facts
   */
  constructor(app, element, facts) {
    this.app = app;
    this.element = element;
    this.facts = facts;
    this.kept = new KeptMap(app.store.person);
    /** @type {Promise<CityMap | null> | null} */
    this.map = null;
    /** @type {string | null} */
    this.job = null;
    /** @type {Record<string, any>} */
    this.markers = {};
    this.keptFor = "";
    this.isKept = false;
  }

  /** @param {HTMLElement} details */
  async toggle(details) {
    const job = details.matches("[data-map]") ? /** @type {HTMLElement} */ (details.closest("[data-job]")).dataset.job : null;
    if (!job) return;
    if (/** @type {HTMLDetailsElement} */ (details).open) await this.open(details, job);
    else if (this.job === job) this.job = null;
  }

  /**
   * @param {HTMLElement} details
   * @param {string} job
   */
  async open(details, job) {
    this.job = job;
    details.append(this.element);
    this.element.hidden = false;
    const map = await (this.map ??= this.create());
    if (!map) return;
    const { lat, lon } = /** @type {HTMLElement} */ (details.closest("[data-job]")).dataset;
    const center = /** @type {[number, number]} */ ([Number(lon), Number(lat)]);
    map.libre.resize();
    this.element.setAttribute("aria-busy", "true");
    map.libre.once("idle", () => this.element.removeAttribute("aria-busy"));
    map.libre.jumpTo({ center, zoom: ZOOM });
    this.mark(map, "job", center, "pin pin--chosen pin--moving");
    this.showHere();
  }

  /** @returns {Promise<CityMap | null>} */
  async create() {
    try {
      const [light, dark] = await Promise.all([this.kept.style(this.facts.light), this.kept.style(this.facts.dark)]);
      const facts = { ...this.facts, light, dark, base: "kept" };
      const teach = (/** @type {import("./map.js").Library} */ library) => {
        library.addProtocol("kept", (params, abort) => this.kept.load(params, abort));
        library.setWorkerUrl(this.element.dataset.worker ?? "");
      };
      return await createMap(this.element, { facts, teach, center: [0, 0], cooperative: true });
    } catch (error) {
      console.warn("no map:", error);
      this.map = null; // with a network it may come
      return null;
    }
  }

  /** The page was drawn afresh: an open map moves along, and the surroundings of new jobs are kept. */
  async renewed() {
    const details = /** @type {HTMLDetailsElement | null} */ (
      this.job && this.app.body.querySelector(`article[data-job="${this.job}"] [data-map]`)
    );
    if (details) details.open = true;
    this.showKept();
    await this.keep();
  }

  async showHere() {
    const { fix } = this.app.where;
    const map = this.job && (await this.map);
    if (map && fix) this.mark(map, "here", [fix.lon, fix.lat], "crew-here");
  }

  /**
   * @param {CityMap} map
   * @param {string} name
   * @param {[number, number]} place
   * @param {string} className
   */
  mark(map, name, place, className) {
    const element = Object.assign(document.createElement("div"), { className });
    this.markers[name] ??= new map.library.Marker({ element, anchor: name === "job" ? "bottom" : "center" });
    this.markers[name].setLngLat(place).addTo(map.libre);
  }

  /** Not on a slow or dear line: there the map comes when it is opened. */
  async keep() {
    const connection = /** @type {any} */ (navigator).connection;
    if (!("caches" in globalThis) || connection?.saveData || SLOW.has(connection?.effectiveType) || this.app.asOf) return;
    const articles = /** @type {HTMLElement[]} */ ([...this.app.body.querySelectorAll("article[data-job]")]);
    const places = articles.map(({ dataset }) => ({ lat: Number(dataset.lat), lon: Number(dataset.lon) }));
    const wanted = JSON.stringify([this.facts.light, places]);
    if (wanted === this.keptFor) return;
    this.keptFor = wanted;
    void navigator.serviceWorker?.ready.then(({ active }) => active?.postMessage("keep the map's files"));
    this.isKept = await this.kept.keep(this.facts, places).then(() => true, () => false);
    if (!this.isKept) this.keptFor = "";
    this.showKept();
  }

  showKept() {
    const signs = /** @type {NodeListOf<HTMLElement>} */ (this.app.body.querySelectorAll("[data-map-kept]"));
    for (const sign of signs) sign.hidden = !this.isKept;
  }
}
