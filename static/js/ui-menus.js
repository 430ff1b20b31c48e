/** Menus are <details data-menu>: they open without JavaScript; this closes them as a person expects. */

/** @param {EventTarget | null} target */
function menuAround(target) {
  return target instanceof Element ? target.closest("details[data-menu]") : null;
}

/** @param {Element | null} except */
function closeOthers(except) {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (menu !== except) menu.removeAttribute("open");
  }
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  if (event.key !== "Escape") return;
  const menu = menuAround(event.target) ?? document.querySelector("details[data-menu][open]");
  if (!menu?.hasAttribute("open")) return;
  menu.removeAttribute("open");
  menu.querySelector("summary")?.focus();
}

export function bindMenus() {
  document.addEventListener("click", (event) => closeOthers(menuAround(event.target)));
  document.addEventListener("focusin", (event) => closeOthers(menuAround(event.target)));
  document.addEventListener("keydown", onKey);
}
