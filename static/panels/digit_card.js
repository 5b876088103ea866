/** One digit, opened: its picture, and the ten outputs of the run in front as bars. */

import { spriteSheetOf } from "../digits/sprites.js";
import { paintOne } from "../digits/painter.js";
import { t } from "../i18n/translate.js";
import { h, set, svg, write } from "../lib/dom.js";
import { integer, percent, plain } from "../lib/format.js";
import { icon } from "../lib/icons.js";
import { onFrame } from "../lib/signal.js";
import { SHOWN } from "../digits/samples.js";
import { repaint } from "../state/theme.js";
import { reportOf } from "../runs/report.js";

const PIXELS = 28 * 8;
const BAR = { width: 16, pitch: 24, height: 56, over: 16 };
const WORTH_SAYING = 0.01; // outputs from here on have their percentage above the bar

export function mount(element, { samples, store, view }) {
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

  let unseen = false; // opened, and not yet brought to where it can be seen
  view.digit.subscribe((number) => (unseen = number !== null));

  onFrame([store.state, view.focus, view.hover, view.draft, view.digit, samples.changed, repaint], () => {
    const number = view.digit.value;
    const run = store.state.value.runs.get(view.focus.value);
    const first = number === null ? 0 : number - (number % SHOWN);
    const digits = number === null ? null : samples.page((run?.config ?? view.draft.value).dataset, first);
    card.hidden = !digits;
    if (!digits) return;
    const label = digits.labels[number - first];
    const report = reportOf(run, view.hover.value);
    const results = report && samples.results(run, report.epoch, number, 1);
    paintOne(canvas, spriteSheetOf(digits), number - first);
    write(title, t("digit.title", { number: integer(number + 1) }));
    if (results) show(label, results.predictions[0], results.outputs[0]);
    else if (!report) write(sentence, t("digit.new", { label }));
    if (unseen && (results || !report)) card.scrollIntoView({ block: "nearest" });
    if (results || !report) unseen = false;
  });

  function show(label, predicted, values) {
    set(sentence, "data-wrong", predicted !== label);
    write(
      sentence,
      t(predicted === label ? "digit.right" : "digit.wrong", {
        label,
        predicted,
        output: percent(values[predicted], 0),
      }),
    );
    set(outputs, "viewBox", `0 ${-BAR.over} ${BAR.pitch * values.length} ${BAR.over + BAR.height + 18}`);
    set(
      outputs,
      "aria-label",
      t("digit.outputs", { list: values.map((value, k) => `${k}: ${plain(Number(value.toFixed(2)))}`).join(", ") }),
    );
    outputs.replaceChildren(
      ...values.map((value, k) => bar(k, value, { strongest: k === predicted, true: k === label })),
    );
  }
}

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
