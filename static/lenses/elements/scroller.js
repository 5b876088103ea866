/** What may be wider than the screen: it scrolls by itself, by keys too, and the page does not. */

import { h } from "../../lib/dom.js";

/** @param {string} label for those who hear the page @param {...import("../../lib/dom.js").Child} children */
export function scroller(label, ...children) {
  return h("div", { class: "lens-scroll", role: "group", "aria-label": label, tabindex: 0 }, ...children);
}
