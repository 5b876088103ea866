/** The sheet that lists the keys. */

import { addWords, t } from "../i18n/translate.js";
import { h } from "../lib/dom.js";
import { icon } from "../lib/icons.js";
import { onFrame } from "../lib/signal.js";

/** @type {Translations} */
const WORDS = (language) => import(`./words/${language}.js`);

/** What the list needs before it is mounted. */
export const prepare = () => addWords(WORDS);

/** @type {Mount} */
export function mount(element, { view }) {
  const close = () => (view.helping.value = false);
  const rows = ["play", "batch", "epoch", "again", "undo", "back", "now", "log", "wrong", "projector", "full", "help"];
  const letters = /** @type {HTMLInputElement} */ (
    h("input", { type: "checkbox", onchange: () => (view.letterKeys.value = letters.checked) })
  );
  const dialog = /** @type {HTMLDialogElement} */ (
    h(
      "dialog",
      { class: "sheet", "aria-label": t("keys.label"), onclose: close },
      h(
        "header",
        { class: "column-head" },
        h("h2", {}, t("keys.label")),
        h(
          "button",
          { class: "quiet icon-only", type: "button", "aria-label": t("sheet.close"), onclick: close },
          icon("close"),
        ),
      ),
      h("label", { class: "switch" }, letters, t("keys.letters")),
      h(
        "dl",
        { class: "keys" },
        ...rows.flatMap((name) => [
          h(
            "dt",
            {},
            ...t(`keys.${name}.keys`)
              .split(" ")
              .map((key) => h("kbd", {}, key)),
          ),
          h("dd", {}, t(`keys.${name}`)),
        ]),
      ),
    )
  );
  element.append(dialog);
  onFrame(() => {
    letters.checked = view.letterKeys.value;
    if (view.helping.value && !dialog.open) dialog.showModal();
    if (!view.helping.value && dialog.open) dialog.close();
  });
}
