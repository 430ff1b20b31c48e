/** Several reports at once: ticks that stay while the list scrolls and renews itself, and the bar that goes on. */

/**
 * @param {HTMLElement} desk
 * @param {{words: Record<string, string>, open: (address: string, title: string) => Promise<void>}} options
 */
export function bindPicks(desk, { words, open }) {
  /** @type {Map<string, string>} */
  const picked = new Map();
  const form = /** @type {HTMLFormElement | null} */ (document.getElementById("desk-several"));
  const show = () => {
    for (const box of boxes(desk)) box.checked = picked.has(codeOf(box));
    desk.classList.toggle("desk--picking", picked.size > 0);
    if (form) form.hidden = picked.size === 0;
    const count = form?.querySelector("[data-picked]");
    if (count) count.textContent = (words.picked ?? "").replace("{count}", String(picked.size));
  };
  const set = (/** @type {HTMLInputElement} */ box) => {
    if (box.checked) picked.set(codeOf(box), box.value);
    else picked.delete(codeOf(box));
    show();
  };
  desk.addEventListener("change", (event) => {
    const box = /** @type {HTMLElement} */ (event.target);
    if (box instanceof HTMLInputElement && box.name === "pick" && box.closest("[data-row]")) set(box);
  });
  form?.addEventListener("submit", (event) => {
    event.preventDefault();
    void open(addressOf(form, picked.values()), form.dataset.title ?? "");
  });
  form?.querySelector("[data-unpick]")?.addEventListener("click", () => (picked.clear(), show()));
  show();
  return {
    show,
    clear: () => (picked.clear(), show()),
    toggle: (/** @type {string} */ code) => {
      const box = boxes(desk).find((each) => codeOf(each) === code);
      if (!box) return;
      box.checked = !box.checked;
      set(box);
    },
  };
}

/** @param {HTMLElement} desk */
function boxes(desk) {
  return /** @type {HTMLInputElement[]} */ ([...desk.querySelectorAll('[data-row] input[name="pick"]')]);
}

/** @param {HTMLInputElement} box */
function codeOf(box) {
  return box.value.split(".")[0] ?? "";
}

/**
 * @param {HTMLFormElement} form
 * @param {Iterable<string>} picks
 */
function addressOf(form, picks) {
  const query = new URLSearchParams({ district: /** @type {HTMLInputElement} */ (form.elements.namedItem("district")).value });
  for (const pick of picks) query.append("pick", pick);
  return `${form.getAttribute("action")}?${query}`;
}
