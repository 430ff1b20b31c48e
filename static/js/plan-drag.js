/**
 * Stops are dragged between the lanes by mouse. Dropping one fills in and sends its own "Move" form, which is the
 * equal way by keyboard, by touch and without JavaScript.
 */

const LINE_BEFORE = "stop--before";
const LINE_AFTER = "stop--after";
const DRAGGED = "stop--dragged";
const OPEN_FOR_IT = "lane--open";
const CLOSED_FOR_IT = "lane--closed";

/** @type {HTMLElement | null} */
let dragged = null;

/** Whether somebody holds a stop: then the lanes must not be drawn again. */
export function isDragging() {
  return dragged !== null;
}

/**
 * The place in a lane, from 1, for something dropped at this height.
 * @param {number} y
 * @param {{top: number, bottom: number}[]} boxes  of the other stops, in their order
 */
export function placeAt(y, boxes) {
  return boxes.filter((box) => (box.top + box.bottom) / 2 < y).length + 1;
}

/**
 * The crews that could do it, as its form offers them; "" is nobody.
 * @param {Element} stop
 */
function choicesOf(stop) {
  return [...stop.querySelectorAll("select[name=crew] option")].map((option) => option.getAttribute("value") ?? "");
}

/**
 * The crew whose lane the element is, "" for nobody's list.
 * @param {Element} zone
 */
function crewOf(zone) {
  return zone.getAttribute("data-lane") ?? "";
}

/** @param {Element} zone */
function othersIn(zone) {
  return [...zone.querySelectorAll("[data-stop]")].filter((stop) => stop !== dragged);
}

/** @param {ParentNode} board */
function zonesOf(board) {
  return [...board.querySelectorAll("[data-lane], [data-nobody]")];
}

/**
 * Lets the stops of a board be dragged; call it again for one that was drawn anew.
 * @param {HTMLElement} board
 */
export function letDrag(board) {
  for (const stop of board.querySelectorAll("[data-stop]")) {
    stop.setAttribute("draggable", "true");
    // A link would be dragged by itself, as an address.
    for (const link of stop.querySelectorAll("a")) link.setAttribute("draggable", "false");
  }
  board.addEventListener("dragstart", (event) => begin(board, event));
  board.addEventListener("dragend", () => end(board));
  board.addEventListener("dragover", hover);
  board.addEventListener("drop", drop);
}

/**
 * @param {HTMLElement} board
 * @param {DragEvent} event
 */
function begin(board, event) {
  const stop = event.target instanceof HTMLElement ? event.target.closest("[data-stop]") : null;
  if (!(stop instanceof HTMLElement) || !event.dataTransfer) return;
  dragged = stop;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", stop.id);
  stop.classList.add(DRAGGED);
  const choices = choicesOf(stop);
  for (const zone of zonesOf(board)) zone.classList.add(choices.includes(crewOf(zone)) ? OPEN_FOR_IT : CLOSED_FOR_IT);
}

/** @param {HTMLElement} board */
function end(board) {
  dragged?.classList.remove(DRAGGED);
  dragged = null;
  unmark(board);
  for (const zone of zonesOf(board)) zone.classList.remove(OPEN_FOR_IT, CLOSED_FOR_IT);
}

/**
 * The zone under the pointer that may have what is dragged.
 * @param {DragEvent} event
 */
function zoneUnder(event) {
  const zone = event.target instanceof Element ? event.target.closest("[data-lane], [data-nobody]") : null;
  return dragged && zone && choicesOf(dragged).includes(crewOf(zone)) ? zone : null;
}

/** @param {DragEvent} event */
function hover(event) {
  const zone = zoneUnder(event);
  unmark(/** @type {Element} */ (event.currentTarget));
  if (!zone) return;
  event.preventDefault(); // allows the drop
  const others = othersIn(zone);
  const place = placeIn(zone, event.clientY);
  others[place - 1]?.classList.add(LINE_BEFORE);
  if (place > others.length) others.at(-1)?.classList.add(LINE_AFTER);
}

/**
 * @param {Element} zone
 * @param {number} y
 */
function placeIn(zone, y) {
  return placeAt(y, othersIn(zone).map((stop) => stop.getBoundingClientRect()));
}

/** @param {ParentNode} board */
function unmark(board) {
  for (const stop of board.querySelectorAll("[data-stop]")) stop.classList.remove(LINE_BEFORE, LINE_AFTER);
}

/** @param {DragEvent} event */
function drop(event) {
  const zone = zoneUnder(event);
  const form = dragged?.querySelector("form");
  if (!zone || !form) return;
  event.preventDefault();
  const crew = form.elements.namedItem("crew");
  const place = form.elements.namedItem("place");
  if (!(crew instanceof HTMLSelectElement) || !(place instanceof HTMLInputElement)) return;
  crew.value = crewOf(zone);
  // Behind the last place that the field takes is the end; with nobody there is no order.
  place.value = String(crew.value ? Math.min(placeIn(zone, event.clientY), Number(place.max)) : 1);
  form.requestSubmit();
}
