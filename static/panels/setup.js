/** Lessons and settings: a column beside the curves; on a phone a sheet that the bottom strip opens. */

import { t } from "../i18n/translate.js";
import { h, set, write } from "../lib/dom.js";
import { icon } from "../lib/icons.js";
import { onFrame } from "../lib/signal.js";
import { summary } from "../runs/phrases.js";

const WIDE = matchMedia("(min-width: 60rem)");

/** @type {Mount} */
export function mount(element, { fields, view }) {
  const sentence = h("p", { class: "note" });
  const close = h(
    "button",
    { class: "quiet icon-only", type: "button", "aria-label": t("sheet.close"), onclick: () => element.hidePopover() },
    icon("close"),
  );
  element.setAttribute("aria-label", t("setup.label"));
  element.prepend(h("header", { class: "setup-head" }, h("h2", {}, t("setup.fold")), close, sentence));

  const follow = () => set(element, "popover", WIDE.matches ? null : "auto");
  WIDE.addEventListener("change", follow);
  follow();
  onFrame(() => write(sentence, summary(view.draft.value, fields)));
}
