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

document.documentElement.classList.add("js");
bindMenus();
bindLeaving();
bind();
