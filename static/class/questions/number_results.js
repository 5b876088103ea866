/** All numbers as a histogram, with what the run says marked on the same axis. */

import { t } from "../../i18n/translate.js";
import { h, svg } from "../../lib/dom.js";
import { integer, plain } from "../../lib/format.js";
import { truthText } from "./phrases.js";
import { binsOf, medianOf, trueNumber } from "./statistics.js";

const [WIDTH, HEIGHT] = [480, 200];
const EDGE = { side: 30, top: 36, bottom: 30 };
const LABELS = 6; // under the bars, about

/** @param {QuestionSpec} spec @returns {import("./results.js").Results} */
export function numberResults(spec) {
  const element = h("div", {});
  /** @param {number} value */
  const text = (value) =>
    `${plain(Math.round(value * 100) / 100)}${spec.unit === "%" ? " %" : spec.unit && ` ${spec.unit}`}`;
  return {
    element,
    update({ answers, run, mine }) {
      const numbers = answers.flatMap(({ number }) => number ?? []);
      const truth = trueNumber(run, spec);
      element.replaceChildren(
        ...(numbers.length ? [histogram(numbers, truth?.value ?? null, mine?.number ?? null)] : []),
      );
      const said = truth ? truthText(text(truth.value), truth.epoch, truth.final) : "";
      const middle = numbers.length ? text(medianOf(numbers)) : "–";
      return {
        summary: t("question.summary.number", { count: numbers.length, middle }) + said,
        distance: ({ number }) => (truth && number !== undefined ? Math.abs(number - truth.value) : null),
        far: text,
      };
    },
  };
}

/** @param {number[]} numbers @param {number | null} truth @param {number | null} mine */
function histogram(numbers, truth, mine) {
  const bins = binsOf(numbers, truth);
  const { from, width, counts } = bins;
  const most = Math.max(...counts);
  const step = (WIDTH - 2 * EDGE.side) / counts.length;
  const floor = HEIGHT - EDGE.bottom;
  /** @param {number} value */
  const x = (value) => EDGE.side + ((value - from) / width) * step;
  /** @param {number} count */
  const tall = (count) => (count / most) * (floor - EDGE.top);
  const every = Math.ceil(counts.length / LABELS);
  return svg(
    "svg",
    { class: "question-chart", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": described(bins) },
    svg("line", { class: "chart-rule", x1: EDGE.side, x2: WIDTH - EDGE.side, y1: floor, y2: floor }),
    ...counts.flatMap((count, at) => {
      const left = EDGE.side + at * step;
      const bar = { x: left + 1, width: Math.max(step - 2, 1), y: floor - tall(count), height: tall(count) };
      return count
        ? [
            svg("rect", { class: "answer-bar", ...bar }),
            label({ x: left + step / 2, y: floor - tall(count) - 4 }, integer(count)),
          ]
        : [];
    }),
    ...[...counts, 0].flatMap((_, at) =>
      at % every ? [] : label({ x: EDGE.side + at * step, y: HEIGHT - 8 }, plain(round(from + at * width))),
    ),
    ...(mine === null ? [] : [svg("path", { class: "mine-mark", d: `M${x(mine)} ${floor}l-6 9h12z` })]),
    ...(truth === null ? [] : marked(x(truth), floor)),
  );
}

/** @param {number} x @param {number} floor */
const marked = (x, floor) => [
  svg("line", { class: "truth-line", x1: x, x2: x, y1: EDGE.top - 14, y2: floor }),
  label({ x, y: EDGE.top - 20, class: "chart-label truth-label" }, t("question.truth.mark")),
];

/** The same in words. @param {import("./statistics.js").Bins} bins */
const described = ({ from, width, counts }) =>
  counts
    .flatMap((count, at) =>
      count
        ? t("question.bin", {
            from: plain(round(from + at * width)),
            to: plain(round(from + (at + 1) * width)),
            answers: integer(count),
          })
        : [],
    )
    .join(", ");

/** @param {Record<string, any>} props @param {string} text */
const label = (props, text) => svg("text", { class: "chart-label", "text-anchor": "middle", ...props }, text);

/** @param {number} value */
const round = (value) => Number(value.toPrecision(8));
