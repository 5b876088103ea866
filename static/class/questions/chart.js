/** The empty chart of a question about a curve: epochs to the right, its values upwards. */

import { svg } from "../../lib/dom.js";
import { percent, plain } from "../../lib/format.js";

const [WIDTH, HEIGHT] = [480, 250];
const EDGE = { left: 52, right: 14, top: 12, bottom: 34 };
const TICKS = 6; // of an axis, about

/** @typedef {ReturnType<typeof createChart>} Chart */

/** Whether a question's values are shares. @param {QuestionSpec} spec */
export const isShare = ({ metric }) => metric?.endsWith("accuracy") ?? false;

/** A value of a curve, as people read it. @param {QuestionSpec} spec @param {number} value @param {number} [digits] of a share */
export const valueText = (spec, value, digits = 0) =>
  isShare(spec) ? percent(value, digits) : plain(Math.round(value * 1000) / 1000);

/** Bottom and top of the chart. @param {QuestionSpec} spec */
export const rangeOf = ({ least, most }) => ({ least: least ?? 0, most: most ?? 1 });

/** @param {QuestionSpec} spec */
export function createChart(spec) {
  const { epochs = 20 } = spec;
  const { least, most } = rangeOf(spec);
  const width = WIDTH - EDGE.left - EDGE.right;
  const height = HEIGHT - EDGE.top - EDGE.bottom;
  /** @param {number} epoch */
  const x = (epoch) => EDGE.left + (epoch / epochs) * width;
  /** @param {number} value one beyond the chart is drawn at its edge */
  const y = (value) => EDGE.top + (1 - (Math.min(Math.max(value, least), most) - least) / (most - least)) * height;
  const root = svg(
    "svg",
    { class: "question-chart", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, "aria-hidden": "true" },
    ...ticks(least, most).map((value) =>
      svg(
        "g",
        {},
        svg("line", { class: "chart-rule", x1: x(0), x2: x(epochs), y1: y(value), y2: y(value) }),
        label({ x: x(0) - 8, y: y(value) + 5, "text-anchor": "end" }, valueText(spec, value)),
      ),
    ),
    ...ticks(0, epochs)
      .filter(Number.isInteger)
      .map((epoch) => label({ x: x(epoch), y: HEIGHT - 12, "text-anchor": "middle" }, plain(epoch))),
  );

  return {
    root,
    x,
    y,
    /** The epoch, which need not be whole, and the value under a pointer. @param {{clientX: number, clientY: number}} at */
    under({ clientX, clientY }) {
      const box = root.getBoundingClientRect();
      const right = ((clientX - box.left) / box.width) * WIDTH - EDGE.left;
      const up = 1 - (((clientY - box.top) / box.height) * HEIGHT - EDGE.top) / height;
      const within = (/** @type {number} */ share) => Math.min(Math.max(share, 0), 1);
      return { epoch: within(right / width) * epochs, value: least + within(up) * (most - least) };
    },
    /** The corners of a line; an epoch without a value is left out. @param {Series} values */
    corners: (values) =>
      values
        .flatMap((value, epoch) => (value === null ? [] : `${x(epoch).toFixed(1)},${y(value).toFixed(1)}`))
        .join(" "),
  };
}

/** @param {Record<string, any>} props @param {string} text */
const label = (props, text) => svg("text", { class: "chart-label", ...props }, text);

/** Round values from one to another. @param {number} least @param {number} most @returns {number[]} */
export function ticks(least, most) {
  const rough = (most - least) / (TICKS - 1);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((one) => one * power >= rough * (1 - 1e-9)) ?? 10);
  const count = Math.floor((most - least) / step + 1e-9);
  return Array.from({ length: count + 1 }, (_, i) => Math.round((least + i * step) / power) * power);
}
