/** Where an answer is given: a number, one of some options, or a drawn curve. */

import { t } from "../../i18n/translate.js";
import { h } from "../../lib/dom.js";
import { plain } from "../../lib/format.js";
import { curveEntry } from "./curve_entry.js";

/**
 * answer: what is there now, null while it is no answer; fill: show what was sent; freeze: take no more.
 * @typedef {{element: HTMLElement, answer: () => Answer | null, fill: (answer: Answer) => void, freeze: (on: boolean) => void}} Entry
 * @typedef {(spec: QuestionSpec, options: {id: string, onchange: () => void}) => Entry} CreateEntry
 */

/** @type {CreateEntry} */
function numberEntry({ unit, least = null, most = null }, { id, onchange }) {
  const input = /** @type {HTMLInputElement} */ (
    h("input", {
      type: "number",
      id: `${id}-number`,
      inputmode: "decimal",
      step: "any",
      min: least,
      max: most,
      required: true,
      autocomplete: "off",
      "aria-describedby": `${id}-bounds`,
      oninput: onchange,
    })
  );
  const bounds = boundsText(least, most);
  const element = h(
    "div",
    { class: "question-row" },
    h("label", { for: input.id }, t("question.number")),
    h("span", { class: "question-number" }, input, unit),
    h("span", { class: "note", id: `${id}-bounds` }, bounds),
  );
  return {
    element,
    answer: () => (input.validity.valid && input.value !== "" ? { number: input.valueAsNumber } : null),
    fill({ number }) {
      if (number !== undefined) input.value = String(number);
    },
    freeze: (on) => (input.disabled = on),
  };
}

/** @param {number | null} least @param {number | null} most */
function boundsText(least, most) {
  const values = { least: plain(least), most: plain(most) };
  if (least !== null && most !== null) return t("question.bounds.both", values);
  if (least !== null) return t("question.bounds.least", values);
  return most === null ? "" : t("question.bounds.most", values);
}

/** @type {CreateEntry} */
function choiceEntry({ options = [], text }, { id, onchange }) {
  const boxes = options.map(
    (_, value) =>
      /** @type {HTMLInputElement} */ (h("input", { type: "radio", name: id, value, onchange, required: true })),
  );
  const element = h(
    "fieldset",
    { class: "question-options" },
    h("legend", { class: "unseen" }, text),
    ...options.map((option, at) => h("label", { class: "question-option" }, boxes[at], h("span", {}, option))),
  );
  return {
    element,
    answer() {
      const option = boxes.findIndex(({ checked }) => checked);
      return option < 0 ? null : { option };
    },
    fill({ option }) {
      if (option !== undefined) boxes[option].checked = true;
    },
    freeze(on) {
      element.disabled = on;
    },
  };
}

/** @type {Record<QuestionSpec["kind"], CreateEntry>} */
export const ENTRIES = { number: numberEntry, choice: choiceEntry, curve: curveEntry };
