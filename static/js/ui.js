/** What every page needs: the mark that JavaScript runs, menus, before-and-after, forms sent once, leaving. */

import { bindCompare } from "./ui-compare.js";
import { bindForms } from "./ui-forms.js";
import { bindLeaving } from "./ui-leaving.js";
import { bindMenus } from "./ui-menus.js";

/**
 * Binds all behaviours below a root; call it again for content that came later. Binding twice is harmless.
 * @param {ParentNode} root
 */
export function bind(root = document) {
  bindCompare(root);
  bindForms(root);
  focusFirst(root);
}

/**
 * The summary of errors takes the focus, so that it is read out first.
 * @param {ParentNode} root
 */
function focusFirst(root) {
  const first = root.querySelector("[data-focus-first]");
  if (first instanceof HTMLElement) first.focus();
}

// On a phone the bar of the desk's pages scrolls: the one that is open should be in sight.
document.querySelector(".topbar__nav--kept [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
document.documentElement.classList.add("js");
bindMenus();
bindLeaving();
bind();
