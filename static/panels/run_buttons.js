/** Start, pause, stop, step, speed, again: one cluster with one primary button, whose meaning follows the run in front. */

import { t } from "../i18n/translate.js";
import { h, set, write } from "../lib/dom.js";
import { plain } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { onFrame } from "../lib/signal.js";
import { ENDED } from "../runs/run.js";

const RATES = [1, 10, 100, 1000]; // batches per second

/** @type {Mount} */
export function mount(element, { actions, view }) {
  const sign = h("span", { class: "sign" });
  const word = h("span");
  const primary = h(
    "button",
    { class: "primary", type: "button", "data-testid": "primary", onclick: actions.toggle },
    sign,
    word,
  );
  const stop = h(
    "button",
    {
      class: "square",
      type: "button",
      "aria-label": t("buttons.stop"),
      title: t("buttons.stop"),
      onclick: () => actions.want(view.focus.value, "stopped"),
    },
    icon("stop"),
  );
  const another = h(
    "button",
    { class: "large", type: "button", title: t("buttons.another.title"), onclick: actions.start },
    icon("plus"),
    t("buttons.another"),
  );
  /** @param {string} name @param {string} sign_ @param {() => void} onclick */
  const small = (name, sign_, onclick) =>
    h(
      "button",
      { class: "quiet", type: "button", title: t(`buttons.${name}.title`), onclick },
      icon(sign_),
      t(`buttons.${name}`),
    );
  const again = small("again", "again", actions.again);
  const batch = small("batch", "step", () => actions.step("batch"));
  const epoch = small("epoch", "leap", () => actions.step("epoch"));
  const speed = h(
    "select",
    {
      "aria-label": t("buttons.speed"),
      title: t("buttons.speed"),
      onchange: () => actions.slow(Number(speed.value) || null),
    },
    h("option", { value: "" }, t("buttons.speed.full")),
    ...RATES.toReversed().map((rate) => h("option", { value: rate }, t("buttons.speed.rate", { rate: plain(rate) }))),
  );

  element.setAttribute("aria-label", t("buttons.label"));
  element.append(primary, stop, another, h("div", { class: "transport-fine" }, again, batch, epoch, speed));
  let meaning = "";

  onFrame(() => {
    const run = view.front.value;
    const going = run !== null && !ENDED.has(run.status) && run.wanted !== "stopped";
    const next = actions.meaning();
    if (next !== meaning) {
      meaning = next;
      set(primary, "data-meaning", next);
      sign.replaceChildren(icon(next === "pause" ? "pause" : "play"));
      write(word, t(`buttons.${next}`));
    }
    primary.toggleAttribute("disabled", actions.busy.value);
    stop.toggleAttribute("disabled", !going);
    another.toggleAttribute("disabled", !run || actions.busy.value);
    again.toggleAttribute("disabled", !run || actions.busy.value);
    batch.toggleAttribute("disabled", !going);
    speed.toggleAttribute("disabled", !going);
    speed.value = String(RATES.find((rate) => rate === run?.rate) ?? "");
    set(element, "data-going", going);
  });
}
