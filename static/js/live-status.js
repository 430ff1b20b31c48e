/**
 * Says in an element with `data-live-status` how the connection stands.
 *
 * The words come from its attributes: data-text-live, data-text-offline, data-text-catching, data-text-waiting (while
 * commands wait for their result) and data-text-stopped; a stop without such words shows the server's reason. They
 * are written into `[data-live-text]` inside it, or into the element itself. `data-state` and, on a `.strip`, the
 * class `strip--<state>` follow.
 */

const TONES = /** @type {const} */ ({
  live: "live",
  waiting: "waiting",
  catching: "waiting",
  offline: "offline",
  stopped: "offline",
});

/** A break that is over sooner is no news to a person. */
const PATIENCE_MS = 1_500;

/**
 * Returns the function to give to `connectLive` as onState.
 * @param {Element | null} found
 * @returns {(state: import("./live.js").State, details: import("./live.js").Details) => void}
 */
export function bindLiveStatus(found) {
  const element = /** @type {HTMLElement | null} */ (found);
  if (!element) return () => {};
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let patience;
  /** @type {() => void} */
  let showLatest = () => {};
  return (state, details) => {
    const shown = state === "live" && details.waiting && element.dataset.textWaiting ? "waiting" : state;
    showLatest = () => show(element, shown, details);
    if (element.dataset.state === "live" && shown !== "live" && shown !== "stopped") {
      patience ??= setTimeout(() => showLatest(), PATIENCE_MS);
      return;
    }
    clearTimeout(patience);
    patience = undefined;
    showLatest();
  };
}

/**
 * @param {HTMLElement} element
 * @param {keyof typeof TONES} state
 * @param {import("./live.js").Details} details
 */
function show(element, state, details) {
  const name = `text${state[0]?.toUpperCase()}${state.slice(1)}`;
  const words = element.dataset[name] ?? (state === "stopped" ? details.reason : undefined);
  element.dataset.state = state;
  if (element.classList.contains("strip")) {
    element.classList.remove("strip--live", "strip--waiting", "strip--offline");
    element.classList.add(`strip--${TONES[state]}`);
  }
  const target = element.querySelector("[data-live-text]") ?? element;
  if (words && target.textContent !== words) target.textContent = words;
}
