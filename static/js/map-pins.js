/** The elements of the map: pins in the colour of their state, clusters with a ring of their states' shares. */

/** @typedef {import("./map-points.js").PointFacts} PointFacts */
/** @typedef {import("./map-points.js").PointOptions} PointOptions */

export const TONES = /** @type {const} */ (["late", "moving", "planned", "new", "fixed", "quiet"]);

/**
 * @param {PointFacts} facts
 * @param {PointOptions} options
 * @returns {HTMLElement}
 */
export function pinElement(facts, options) {
  const element = facts.href ? link(facts.href) : document.createElement("button");
  element.className = `pin pin--${facts.tone}`;
  describe(element, facts.label, options);
  element.addEventListener("click", (event) => {
    if (!(event instanceof MouseEvent) || !options.onChoose || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    options.onChoose(facts.id, facts);
  });
  return element;
}

/**
 * The chosen pin is a sign, not a button: it is chosen already.
 * @param {PointFacts} facts
 */
export function chosenElement(facts) {
  const element = document.createElement("div");
  element.className = `pin pin--chosen pin--${facts.tone}`;
  element.setAttribute("role", "img");
  element.setAttribute("aria-label", facts.label);
  return element;
}

/**
 * @param {Record<string, any>} properties  counts by tone and point_count
 * @param {string} label
 * @param {PointOptions} options
 * @param {(byKey: boolean) => void} onOpen
 */
export function clusterElement(properties, label, options, onOpen) {
  const element = document.createElement("button");
  element.type = "button";
  element.className = properties.point_count >= 100 ? "cluster cluster--many" : "cluster";
  element.style.setProperty("--ring", ring(properties));
  const count = document.createElement("span");
  count.textContent = String(properties.point_count_abbreviated ?? properties.point_count);
  element.append(count);
  describe(element, label, options);
  element.addEventListener("click", (event) => onOpen(event.detail === 0));
  return element;
}

/**
 * @param {HTMLElement} element
 * @param {string} label
 * @param {PointOptions} options
 */
function describe(element, label, options) {
  element.setAttribute("aria-label", label);
  element.title = label;
  if (options.keyboard === false) element.tabIndex = -1;
}

/** @param {string} href */
function link(href) {
  const element = document.createElement("a");
  element.href = href;
  return element;
}

/**
 * The shares of the states in a cluster as stops of a conic gradient.
 * @param {Record<string, number>} counts  by tone
 */
export function ring(counts) {
  const total = TONES.reduce((sum, tone) => sum + (counts[tone] ?? 0), 0);
  if (total === 0) return "var(--quiet)";
  let from = 0;
  const stops = TONES.filter((tone) => (counts[tone] ?? 0) > 0).map((tone) => {
    const to = from + ((counts[tone] ?? 0) / total) * 100;
    const stop = `var(--${tone}) ${from.toFixed(1)}% ${to.toFixed(1)}%`;
    from = to;
    return stop;
  });
  return `conic-gradient(${stops.join(", ")})`;
}
