/** The fold around lessons, network and settings: open beside the curves, closed on a phone until asked for. */

import { t } from "../i18n/translate.js";
import { h, write } from "../lib/dom.js";
import { onFrame } from "../lib/signal.js";
import { summary } from "../runs/phrases.js";

const WIDE = matchMedia("(min-width: 60rem)");

/** @type {Mount} */
export function mount(element, { view }) {
  const sentence = h("span", { class: "note" });
  const fold = /** @type {HTMLDetailsElement} */ (element.querySelector("details"));
  element.setAttribute("aria-label", t("setup.label"));
  fold.querySelector("summary")?.append(h("span", {}, t("setup.fold")), sentence);

  const follow = () => (fold.open = WIDE.matches);
  WIDE.addEventListener("change", follow);
  follow();
  onFrame(() => write(sentence, summary(view.draft.value)));
}
