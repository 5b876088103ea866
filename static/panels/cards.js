/** On a phone: which of the two cards is on the screen, and a way to the other without swiping. */

import { t } from "../i18n/translate.js";
import { h, set } from "../lib/dom.js";

const CARDS = { curves: "[data-panel=curves]", network: "[data-panel=network]" };

/** @type {Mount} */
export function mount(element) {
  const strip = /** @type {HTMLElement} */ (document.querySelector(".cards"));
  const buttons = Object.entries(CARDS).map(([name, place]) =>
    h("button", { type: "button", onclick: () => turn(place) }, t(`cards.${name}`)),
  );
  element.setAttribute("aria-label", t("cards.label"));
  element.append(...buttons);

  /** @param {string} place */
  function turn(place) {
    const card = place === CARDS.network ? strip.scrollWidth : 0;
    strip.scrollTo({
      left: card,
      behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth",
    });
  }

  function show() {
    const second = strip.scrollLeft > strip.clientWidth / 2;
    buttons.forEach((button, k) => set(button, "aria-current", String(second === (k === 1))));
  }

  strip.addEventListener("scroll", show, { passive: true });
  show();
}
