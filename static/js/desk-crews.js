/** Crews on the desk's map: from the stream's snapshot, then from the frames that pass once a second. */

/** A place older than this is shown as stale: design of the suggestions, too. */
const STALE_MS = 30 * 60_000;

/**
 * @typedef {{id: string, name: string, lat: number, lon: number, at: string, speed: number | null}} Place
 * @typedef {import("./map-crews.js").CrewPlace} CrewPlace
 */

/**
 * Keeps where each crew is. `show` gets all that are known, after every change.
 * @param {(crews: CrewPlace[]) => void} show
 * @param {() => number} [now]  milliseconds
 */
export function keepCrews(show, now = Date.now) {
  /** @type {Map<string, Place>} */
  const places = new Map();
  const redraw = () => show([...places.values()].map((place) => shown(place, now())));
  return {
    /** @param {any} event  the snapshot of the district's stream */
    onSnapshot(event) {
      places.clear();
      for (const crew of event.data?.crews ?? []) {
        if (crew.position) places.set(crew.id, { id: crew.id, name: crew.name, ...crew.position });
      }
      redraw();
    },
    /** @param {any} frame */
    onFrame(frame) {
      if (frame.type !== "positions") return;
      for (const place of frame.crews ?? []) places.set(place.id, place);
      redraw();
    },
    /** @param {any} event */
    onEvent(event) {
      if (event.kind === "crew.off_duty" && places.delete(event.data?.crew)) redraw();
    },
  };
}

/**
 * @param {Place} place
 * @param {number} now
 * @returns {CrewPlace}
 */
function shown(place, now) {
  const at = new Date(place.at);
  const time = at.toLocaleTimeString(globalThis.document?.documentElement.lang || [], { timeStyle: "short", hourCycle: "h23" });
  const { id, name, lon, lat } = place;
  return { id, name, lon, lat, label: `${name} · ${time}`, stale: now - at.getTime() > STALE_MS };
}
