/** Zoom, "where I am" and the line that says where the map comes from. */

/** @typedef {import("../vendor/maplibre/maplibre-gl.mjs").Map} LibreMap */

import { icon } from "./ui-icons.js";
import { say } from "./ui-dialogs.js";

/**
 * A group of buttons in MapLibre's corner, ours because its own are smaller than a finger.
 * @implements {IControl}
 * @typedef {import("../vendor/maplibre/maplibre-gl.mjs").IControl} IControl
 */
class ButtonGroup {
  /** @param {{name: string, label: string, onClick: () => void}[]} buttons */
  constructor(buttons) {
    this.element = document.createElement("div");
    this.element.className = "maplibregl-ctrl maplibregl-ctrl-group";
    this.element.append(...buttons.map(controlButton));
  }

  onAdd() {
    return this.element;
  }

  onRemove() {
    this.element.remove();
  }
}

/** @param {{name: string, label: string, onClick: () => void}} facts */
function controlButton({ name, label, onClick }) {
  const button = document.createElement("button");
  button.type = "button";
  button.title = label;
  button.setAttribute("aria-label", label);
  button.append(icon(name, 24));
  button.addEventListener("click", onClick);
  return button;
}

/**
 * @param {LibreMap} libre
 * @param {typeof import("../vendor/maplibre/maplibre-gl.mjs")} library
 * @param {import("./map.js").MapFacts} facts
 * @param {import("./map.js").MapOptions} options
 */
export function addControls(libre, library, { texts, note }, options) {
  const rtl = document.documentElement.dir === "rtl";
  const zoom = [
    { name: "plus", label: texts.zoomIn ?? "", onClick: () => libre.zoomIn() },
    { name: "minus", label: texts.zoomOut ?? "", onClick: () => libre.zoomOut() },
  ];
  libre.addControl(new ButtonGroup(zoom), rtl ? "top-left" : "top-right");
  if (options.locate && navigator.geolocation) {
    const here = { name: "current-location", label: texts.here ?? "", onClick: () => goHere(libre, texts) };
    libre.addControl(new ButtonGroup([here]), rtl ? "top-left" : "top-right");
  }
  libre.addControl(new library.ScaleControl({ maxWidth: 90 }), rtl ? "top-right" : "top-left");
  const credit = new library.AttributionControl({ compact: false, customAttribution: note || undefined });
  libre.addControl(credit, rtl ? "bottom-left" : "bottom-right");
}

/**
 * @param {LibreMap} libre
 * @param {Record<string, string>} texts
 */
function goHere(libre, texts) {
  navigator.geolocation.getCurrentPosition(
    ({ coords }) => libre.easeTo({ center: [coords.longitude, coords.latitude], zoom: Math.max(libre.getZoom(), 16) }),
    () => say(texts.nowhere ?? "", { tone: "late" }),
    { enableHighAccuracy: true, timeout: 10_000, maximumAge: 30_000 },
  );
}
