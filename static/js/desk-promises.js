/** Says that promised times are near, or over: several that come together in one word. */

import { say } from "./ui-dialogs.js";
import { together } from "./ui-together.js";

const KINDS = new Set(["report.due_soon", "report.overdue"]);

/**
 * Returns the function that takes the desk's events.
 * @param {Record<string, string>} words dueSoon and overdue with {code}, promises with {count}, show
 * @param {(code: string) => void} choose
 * @returns {(event: { kind?: string, data?: { report?: string } }) => void}
 */
export function bindPromises(words, choose) {
  /** @type {Map<string, string>} */
  const told = new Map();
  const tell = together(() => {
    const [first, ...others] = told;
    told.clear();
    if (!first) return;
    if (others.length) {
      say((words.promises ?? "").replace("{count}", String(others.length + 1)), { tone: "late", seconds: 12 });
      return;
    }
    const [code, kind] = first;
    const tone = kind === "report.overdue" ? "late" : "moving";
    const text = (kind === "report.overdue" ? words.overdue : words.dueSoon) ?? "";
    const shown = `${code.slice(0, 3)}-${code.slice(3)}`;
    const onAction = () => choose(code);
    say(text.replace("{code}", shown), { tone, seconds: 12, action: words.show ?? "", onAction });
  }, 400);
  return (event) => {
    const code = event.data?.report;
    if (!code || !KINDS.has(event.kind ?? "")) return;
    told.set(code, event.kind ?? "");
    tell();
  };
}
