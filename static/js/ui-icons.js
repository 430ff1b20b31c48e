/** Icons of the sprite, for content that JavaScript makes. */

const SVG = "http://www.w3.org/2000/svg";

/**
 * An icon hidden from screen readers; the button or text beside it speaks.
 * @param {string} name  one of static/icons/names.txt
 * @param {16 | 20 | 24 | 32 | 48} [size]  pixels; without it 1.5 times the text
 */
export function icon(name, size) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", size ? `icon icon--${size}` : "icon");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `${document.documentElement.dataset.icons}#${name}`);
  svg.append(use);
  return svg;
}
