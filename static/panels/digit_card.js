/** One digit, opened: its picture, and the ten outputs of the run in front as bars. */

import { spriteSheetOf } from "../digits/sprites.js";
import { paintOne } from "../digits/painter.js";
import { addWords, t } from "../i18n/translate.js";
import { h, set, svg, write } from "../lib/dom.js";
import { integer, percent, plain } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { addSheet } from "../lib/sheet.js";
import { computed, onFrame } from "../lib/signal.js";
import { SHOWN } from "../digits/samples.js";
import { reportOf } from "../runs/report.js";

const PIXELS = 28 * 8;
const BAR = { width: 16, pitch: 24, height: 56, over: 16 };
const WORTH_SAYING = 0.01; // outputs from here on have their percentage above the bar

const SHEET = new URL("../css/digit_card.css", import.meta.url).href;

/** @type {Translations} */
const WORDS = (language) => import(`./words/${language}.js`);

/** What the card needs before it is mounted. */
export const prepare = () => Promise.all([addWords(WORDS), addSheet(SHEET)]);

/** @type {Mount} */
export function mount(element, { datasets, samples, view }) {
  const canvas = /** @type {HTMLCanvasElement} */ (
    h("canvas", { width: PIXELS, height: PIXELS, "aria-hidden": "true" })
  );
  const title = h("h3");
  const sentence = h("p");
  const outputs = svg("svg", { class: "outputs", role: "img" });
  const close = h(
    "button",
    {
      class: "quiet icon-only",
      type: "button",
      "aria-label": t("digit.close"),
      title: t("digit.close"),
      onclick: () => (view.digit.value = null),
    },
    icon("close"),
  );
  const card = h("div", { class: "digit-card", hidden: true }, canvas, h("div", {}, title, sentence, outputs), close);
  element.append(card);

  const total = () => datasets.find(view.dataset.value)?.test ?? 0;
  /** The digit that is open, if the data set of what is on the screen has so many. */
  const open = computed(() => ((view.digit.value ?? Infinity) < total() ? view.digit.value : null));
  const firstOf = (/** @type {number} */ number) => number - (number % SHOWN);
  const report = computed(() => reportOf(view.front.value, view.hover.value));
  const page = samples.page(() =>
    open.value === null ? null : { dataset: view.dataset.value, first: firstOf(open.value) },
  );
  const results = samples.results(() => {
    if (open.value === null || !view.front.value || !report.value) return null;
    return { run: view.front.value.id, epoch: report.value.epoch, first: open.value, count: 1 };
  });

  /** Of the classes, where they are not digits. @type {string[] | undefined} */
  let names;
  const nameOf = (/** @type {number} */ label) => names?.[label] ?? String(label);

  onFrame(() => {
    const number = open.value;
    const digits = page.value;
    card.hidden = number === null || !digits;
    if (number === null || !digits) return;
    const label = digits.labels[number - firstOf(number)];
    const judged = results.latest;
    paintOne(canvas, spriteSheetOf(digits), number - firstOf(number));
    names = digits.names;
    write(title, t(names ? "sample.title" : "digit.title", { number: integer(number + 1) }));
    if (judged) show(label, judged.predictions[0], judged.outputs[0]);
    else showUnjudged(report.value ? "" : t(names ? "sample.new" : "digit.new", { label: nameOf(label) }));
    if (view.pressed.value !== number || (report.value && !judged)) return;
    card.scrollIntoView({ block: "nearest" });
    view.pressed.value = null;
  });

  function showUnjudged(/** @type {string} */ text) {
    set(sentence, "data-wrong", false);
    write(sentence, text);
    set(outputs, "aria-label", null);
    outputs.replaceChildren();
  }

  /** @param {number} label @param {number} predicted @param {number[]} values */
  function show(label, predicted, values) {
    const right = predicted === label;
    const key = names ? (right ? "sample.right" : "sample.wrong") : right ? "digit.right" : "digit.wrong";
    set(sentence, "data-wrong", !right);
    write(
      sentence,
      t(key, {
        label: nameOf(label),
        predicted: nameOf(predicted),
        output: percent(values[predicted], 0),
      }),
    );
    set(outputs, "viewBox", `0 ${-BAR.over} ${BAR.pitch * values.length} ${BAR.over + BAR.height + 18}`);
    set(
      outputs,
      "aria-label",
      t("digit.outputs", {
        list: values.map((value, k) => `${nameOf(k)}: ${plain(Number(value.toFixed(2)))}`).join(", "),
      }),
    );
    outputs.replaceChildren(
      ...values.map((value, k) => bar(k, value, { strongest: k === predicted, true: k === label })),
    );
  }
}

/** @param {number} k @param {number} value @param {Record<string, boolean>} roles */
function bar(k, value, roles) {
  const x = BAR.pitch * (k + 0.5) - BAR.width / 2;
  const tall = Math.max(1, value * BAR.height);
  const names = Object.keys(roles).filter((name) => roles[name]);
  return svg(
    "g",
    { class: names.join(" ") },
    svg("rect", { class: "bar-back", x, y: 0, width: BAR.width, height: BAR.height, rx: 2 }),
    svg("rect", { class: "bar", x, y: BAR.height - tall, width: BAR.width, height: tall, rx: 2 }),
    value >= WORTH_SAYING &&
      svg("text", { class: "share", x: x + BAR.width / 2, y: -4 }, plain(Math.round(100 * value))),
    svg("text", { x: x + BAR.width / 2, y: BAR.height + 15 }, String(k)),
  );
}
