/** In the header: the button to the class in one picture for everybody, and to the desk for the teacher. Both are fetched when pressed. */

import { addWords, t } from "../../i18n/translate.js";
import { h, set } from "../../lib/dom.js";
import { icon } from "../../lib/icons.js";
import { addSheet } from "../../lib/sheet.js";
import { onFrame, signal } from "../../lib/signal.js";

/** @type {Translations} */
const WORDS = (language) => import(`./words/${language}.js`);
const SHEET = new URL("./desk.css", import.meta.url).href;

/** What the buttons need before they are mounted. */
export const prepare = () => Promise.all([addWords(WORDS), addSheet(SHEET)]);

/** @typedef {{opened: Signal<boolean>, button: HTMLButtonElement}} Door what is behind it closes itself by `opened` */

/** @type {Mount} */
export function mount(element, context) {
  const { actions, person, store } = context;
  const overview = createDoor("overview", "points", async (door) => {
    const part = await import("../overview/overview.js");
    await part.prepare();
    part.mount(context, door);
  });
  const desk = createDoor("desk", "people", async (door) => {
    const { mount } = await import("./desk.js");
    mount(context, door);
  });
  element.append(overview.button, desk.button);

  onFrame(() => {
    const isIn = store.state.value.room !== null;
    overview.button.hidden = !isIn;
    desk.button.hidden = !isIn || person.me.value.role !== "teacher";
  });

  /** @param {string} name @param {string} sign @param {(door: Door) => Promise<void>} bring */
  function createDoor(name, sign, bring) {
    const opened = signal(false);
    /** @type {Promise<void> | null} */
    let come = null;
    const button = h(
      "button",
      { class: "quiet", type: "button", "aria-expanded": "false", onclick: press },
      icon(sign),
      t(`door.${name}`),
    );
    const door = { opened, button };
    opened.subscribe((on) => set(button, "aria-expanded", String(on)));

    async function press() {
      if (opened.peek()) {
        opened.value = false;
        return;
      }
      come ??= bring(door);
      try {
        await come;
        opened.value = true;
      } catch {
        come = null;
        actions.notify(t("notice.missing"), { kind: "error" });
      }
    }
    return door;
  }
}
