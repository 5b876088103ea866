/** Start, pause, stop, step, speed, again: one cluster with one primary button, whose meaning follows the run in front. */

import { t } from "../i18n/translate.js";
import { h, set, write } from "../lib/dom.js";
import { plain } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { onFrame } from "../lib/signal.js";
import { ENDED } from "../runs/run.js";

const RATES = [1, 10, 100, 1000]; // batches per second

/** @type {Mount} */
export function mount(element, { actions, person, view }) {
  const sign = h("span", { class: "sign" });
  const word = h("span");
  const primary = h(
    "button",
    { class: "primary", type: "button", "data-testid": "primary", onclick: press },
    sign,
    word,
  );
  /** The second press of a double one is no wish to pause at once. @param {MouseEvent} event */
  function press({ detail }) {
    if (detail <= 1) actions.toggle();
  }
  const stop = h(
    "button",
    {
      class: "square",
      type: "button",
      "aria-label": t("buttons.stop"),
      title: t("buttons.stop"),
      onclick: () => actions.want(view.own.value?.id ?? null, "stopped"),
    },
    icon("stop"),
  );
  const another = h(
    "button",
    { class: "large another", type: "button", title: t("buttons.another.title"), onclick: actions.start },
    icon("plus"),
    t("buttons.another"),
  );
  /** @param {string} name @param {string} sign_ @param {() => void} onclick */
  const small = (name, sign_, onclick) =>
    h(
      "button",
      { class: `quiet ${name}`, type: "button", title: t(`buttons.${name}.title`), onclick },
      icon(sign_),
      h("span", { class: "word" }, t(`buttons.${name}`)),
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

  /** In a class: which run the buttons act on, if it is not the one in front; and why they do not. */
  const about = h("p", { class: "transport-about", role: "status" });
  element.setAttribute("aria-label", t("buttons.label"));
  if (person.inClass) element.append(about);
  const settings = h(
    "button",
    { class: "large settings-door", type: "button", popovertarget: "setup" },
    icon("settings"),
    t("setup.fold"),
  );
  element.append(primary, stop, another, settings, h("div", { class: "transport-fine" }, batch, epoch, speed, again));
  let meaning = "";

  onFrame(() => {
    const run = view.own.value;
    const waits = actions.waits.value;
    const going = run !== null && !ENDED.has(run.status) && run.wanted !== "stopped";
    const next = actions.meaning();
    if (next !== meaning) {
      meaning = next;
      set(primary, "data-meaning", next);
      sign.replaceChildren(icon(next === "pause" ? "pause" : "play"));
      write(word, t(`buttons.${next}`));
    }
    primary.toggleAttribute("disabled", actions.busy.value || waits);
    stop.toggleAttribute("disabled", !going || waits);
    another.toggleAttribute("disabled", !run || actions.busy.value || waits);
    again.toggleAttribute("disabled", !run || actions.busy.value || waits);
    batch.toggleAttribute("disabled", !going || waits);
    epoch.toggleAttribute("disabled", waits);
    speed.toggleAttribute("disabled", !going || waits);
    if (person.inClass) write(about, remark(run));
    speed.value = String(RATES.find((rate) => rate === run?.rate) ?? "");
    set(element, "data-going", going);
  });

  /** @param {Run | null} run */
  function remark(run) {
    if (actions.waits.value) return t("buttons.eyes");
    const front = view.front.value;
    if (!front || person.isMine(front)) return "";
    return run ? t("buttons.mine", { name: run.name }) : t("buttons.not-mine");
  }
}
