/** A control that is not open to everybody: at rest as a whole, with a word that says why, or how far it goes. */

import { t } from "../i18n/translate.js";
import { h, write } from "../lib/dom.js";
import { plain } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { changes } from "../lib/signal.js";

/** @param {HTMLElement} element with the controls in it */
export function createLock(element) {
  const word = h("span");
  const line = h("p", { class: "field-lock note", hidden: true }, icon("lock"), word);
  const other = changes();
  element.append(line);

  return {
    /**
     * @param {SettingLock} lock
     * @param {boolean} waits whether all controls rest for a moment
     */
    show({ locked, least, most }, waits) {
      const rests = locked || waits;
      // What was made meanwhile rests too; signs of help never do.
      for (const control of element.querySelectorAll("input, select, button:not(.help-sign)"))
        if (rests || control.hasAttribute("data-locked")) {
          control.toggleAttribute("disabled", rests);
          control.toggleAttribute("data-locked", rests);
        }
      if (!other(locked, least, most)) return;
      line.hidden = !locked && least === null && most === null;
      line.toggleAttribute("data-locked", locked);
      if (!line.hidden) write(word, locked ? t("lock.locked") : bounds(least, most));
    },
  };
}

/** @param {number | null} least @param {number | null} most */
function bounds(least, most) {
  if (least === null) return t("lock.most", { most: plain(most ?? 0) });
  return most === null
    ? t("lock.least", { least: plain(least) })
    : t("lock.between", { least: plain(least), most: plain(most) });
}
