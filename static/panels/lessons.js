/** The lesson's experiments: the first thing to choose. Choosing one sets every control. */

import { createLock } from "../controls/lock.js";
import { differences } from "../runs/config.js";
import { has, t } from "../i18n/translate.js";
import { h, set, write } from "../lib/dom.js";
import { icon } from "../lib/icons.js";
import { onFrame } from "../lib/signal.js";

/** @type {Mount} */
export function mount(element, { actions, bootstrap, view }) {
  const { presets } = bootstrap;
  const cards = presets.map((preset) => {
    const input = h("input", {
      type: "radio",
      name: "preset",
      value: preset.name,
      onchange: () => actions.choose(preset),
    });
    const card = h(
      "label",
      { class: "lesson" },
      input,
      h("span", { class: "lesson-title" }, text(preset, "title")),
      h("span", { class: "lesson-question" }, text(preset, "question")),
    );
    return { preset, input, card };
  });
  const reset = h(
    "button",
    {
      class: "quiet lessons-reset",
      type: "button",
      title: t("lessons.reset.title"),
      onclick: () => actions.choose(current()),
    },
    icon("again"),
    t("lessons.reset"),
  );
  const row = h("div", { class: "lesson-cards" }, ...cards.map(({ card }) => card));
  const question = h("p", { class: "lessons-question", "aria-hidden": "true" });
  element.append(h("fieldset", { class: "lessons" }, h("legend", {}, t("lessons.label")), row, question, reset));

  const lock = createLock(element);
  const current = () => presets.find(({ name }) => name === view.draft.value.preset) ?? presets[0];

  onFrame(() => {
    const { preset: chosen, dataset } = view.draft.value;
    // A lesson with other data is none: the server drops its name, too.
    for (const { preset, input } of cards) input.checked = preset.name === chosen && preset.config.dataset === dataset;
    write(question, text(current(), "question"));
    lock.show(actions.lock("lessons"), actions.waits.value);
    // Cards that are at rest can still be read: the row itself scrolls by keys then.
    set(row, "tabindex", cards[0]?.input.disabled ? 0 : null);
    reset.hidden = Object.keys(differences(view.draft.value, current().config)).length === 0;
  });
}

/** @param {Preset} preset @param {"title" | "question"} part */
function text(preset, part) {
  const key = `preset.${preset.name}.${part}`;
  return has(key) ? t(key) : preset[part];
}
