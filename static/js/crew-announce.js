/** A new job is heard: a short tone of our own, and while the vehicle moves it is read aloud. Off duty nothing rings. */

const MUTED = "crew-muted";
const NOTES = /** @type {[number, number][]} */ ([[660, 0], [880, 0.16]]);
const NOTE_S = 0.14;

/** @type {AudioContext | null} */
let audio = null;

/** Browsers let a page sound only after a touch. */
export function unlockSound() {
  const unlock = () => {
    audio ??= new AudioContext();
    if (audio.state === "suspended") void audio.resume();
  };
  addEventListener("pointerdown", unlock, { passive: true });
  addEventListener("keydown", unlock, { passive: true });
}

export function isMuted() {
  return localStorage.getItem(MUTED) === "1";
}

/**
 * @param {HTMLElement | null} button
 * @param {Record<string, any>} words
 */
export function bindSoundButton(button, words) {
  if (!button) return;
  const show = () => {
    button.setAttribute("aria-label", (isMuted() ? words.soundOff : words.soundOn) ?? "");
    const use = button.querySelector("use");
    use?.setAttribute("href", `${document.documentElement.dataset.icons}#${isMuted() ? "volume-off" : "volume"}`);
  };
  button.addEventListener("click", () => {
    localStorage.setItem(MUTED, isMuted() ? "0" : "1");
    show();
  });
  show();
}

/**
 * @param {string} text
 * @param {{onDuty: boolean, isDriving: boolean}} standing
 */
export function announce(text, { onDuty, isDriving }) {
  if (!onDuty) return;
  navigator.vibrate?.([120, 60, 120]);
  if (isMuted()) return;
  ring();
  if (isDriving) readAloud(text);
}

function ring() {
  if (audio?.state !== "running") return;
  for (const [frequency, after] of NOTES) sound(audio, frequency, audio.currentTime + after);
}

/**
 * @param {AudioContext} context
 * @param {number} frequency  hertz
 * @param {number} from  seconds
 */
function sound(context, frequency, from) {
  const tone = new OscillatorNode(context, { type: "sine", frequency });
  const volume = new GainNode(context, { gain: 0 });
  volume.gain.setValueAtTime(0, from);
  volume.gain.linearRampToValueAtTime(0.5, from + 0.02);
  volume.gain.exponentialRampToValueAtTime(0.001, from + NOTE_S);
  tone.connect(volume).connect(context.destination);
  tone.start(from);
  tone.stop(from + NOTE_S);
}

/** @param {string} text */
function readAloud(text) {
  if (!("speechSynthesis" in globalThis)) return;
  const words = new SpeechSynthesisUtterance(text);
  words.lang = document.documentElement.lang;
  speechSynthesis.speak(words);
}
