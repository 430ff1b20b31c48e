/** The desk's map: the view of the queue as clusters and pins, crews, the chosen report brought out, a pin to move. */

import { createMap } from "./map.js";
import { addClusters } from "./map-clusters.js";
import { addCrews } from "./map-crews.js";
import { pickPoint } from "./map-pick.js";

/** @typedef {import("./map-clusters.js").Place} Place */

/**
 * Works without a map too: then every call does nothing.
 * @param {HTMLElement} desk
 * @param {{onChoose: (code: string) => void}} options
 */
export function startMap(desk, { onChoose }) {
  const element = /** @type {HTMLElement} */ (desk.querySelector("[data-desk-map]"));
  /** @type {import("./map.js").CityMap | null} */
  let map = null;
  /** @type {ReturnType<typeof addClusters> | null} */
  let points = null;
  /** @type {ReturnType<typeof pickPoint> | null} */
  let picker = null;
  /** @type {import("./map-crews.js").CrewPlace[]} */
  let places = [];
  /** @type {ReturnType<typeof addCrews> | null} */
  let crews = null;
  const showChosen = () => {
    const place = chosenPlace(desk);
    points?.choose(desk.dataset.chosen ?? "", place);
    if (map && place) map.show({ center: [place.lon, place.lat], zoom: within(map.libre.getZoom(), 13, 15) });
  };
  void createMap(element, { district: desk.dataset.district, dimOthers: true }).then((made) => {
    map = made;
    if (!map) return;
    fit(map, desk);
    points = addClusters(map, {
      address: () => `${desk.dataset.points}?${viewQuery(desk)}`,
      onChoose,
      onPoint: (code) => pointRow(desk, code),
    });
    crews = addCrews(map);
    crews.update(places);
    if (desk.dataset.chosen) showChosen();
  });
  followRows(desk, (place) => points?.point(place));
  return {
    showCrews: (/** @type {import("./map-crews.js").CrewPlace[]} */ known) => {
      places = known;
      crews?.update(known);
    },
    renew: () => void points?.renew(),
    choose: () => {
      picker?.remove();
      picker = null;
      showChosen();
    },
    movePin: (/** @type {HTMLFormElement | null} */ form) => {
      if (!map || !form) return;
      const field = (/** @type {string} */ name) => /** @type {HTMLInputElement} */ (form.elements.namedItem(name));
      picker?.remove();
      picker = pickPoint(map, {
        onPick: ({ lon, lat }) => {
          field("lat").value = lat.toFixed(6);
          field("lon").value = lon.toFixed(6);
        },
      });
      picker.moveTo({ lat: Number(field("lat").value), lon: Number(field("lon").value) }, 16);
    },
  };
}

/**
 * The view that the address names, as the map asks for it.
 * @param {HTMLElement} desk
 */
function viewQuery(desk) {
  const query = new URLSearchParams(location.search);
  for (const name of ["after", "part"]) query.delete(name);
  query.set("district", desk.dataset.district ?? "");
  return query.toString();
}

/**
 * Where the chosen report lies, once its pane is drawn.
 * @param {HTMLElement} desk
 * @returns {Place | null}
 */
function chosenPlace(desk) {
  const report = /** @type {HTMLElement | null} */ (desk.querySelector("[data-report-pane] [data-report]"));
  if (!report || report.dataset.report !== desk.dataset.chosen) return null;
  const { lon, lat, tone, label } = report.dataset;
  return { lon: Number(lon), lat: Number(lat), tone: tone ?? "new", label: label ?? "" };
}

/**
 * The list and the map are one: a row that is pointed at is marked on the map.
 * @param {HTMLElement} desk
 * @param {(place: Place | null) => void} point
 */
function followRows(desk, point) {
  const pane = desk.querySelector("[data-queue-pane]");
  const onEnter = (/** @type {Event} */ event) => {
    const row = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("[data-row]"));
    point(row ? { lon: Number(row.dataset.lon), lat: Number(row.dataset.lat), tone: "", label: "" } : null);
  };
  pane?.addEventListener("pointerover", onEnter);
  pane?.addEventListener("pointerleave", () => point(null));
  pane?.addEventListener("focusin", onEnter);
}

/**
 * @param {HTMLElement} desk
 * @param {string | null} code
 */
function pointRow(desk, code) {
  for (const row of desk.querySelectorAll(".entry--pointed")) row.classList.remove("entry--pointed");
  if (code) desk.querySelector(`[data-row="${code}"] .entry`)?.classList.add("entry--pointed");
}

/**
 * Shows where the first rows of the list lie.
 * @param {import("./map.js").CityMap} map
 * @param {HTMLElement} desk
 */
function fit(map, desk) {
  const rows = /** @type {HTMLElement[]} */ ([...desk.querySelectorAll("[data-row]")]);
  if (!rows.length) return;
  const lons = rows.map((row) => Number(row.dataset.lon));
  const lats = rows.map((row) => Number(row.dataset.lat));
  map.show({ bounds: [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)] });
}

/**
 * @param {number} value
 * @param {number} least
 * @param {number} most
 */
function within(value, least, most) {
  return Math.min(Math.max(value, least), most);
}
