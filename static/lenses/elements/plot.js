/** Small plots in SVG: bars, lines and bands over one horizontal axis, at the size of the element in pixels. */

import { set, svg } from "../../lib/dom.js";
import { plain } from "../../lib/format.js";

const LEFT = 8;
const FOOT = 22;
const TOP = 6;

/**
 * @typedef {{x: [number, number], y: [number, number], bars?: {edges: ArrayLike<number>, counts: ArrayLike<number>, name?: string}[],
 *   lines?: {points: [number, number][], name: string}[], bands?: {from: number, to: number}[], marks?: {x: number, y: number, name?: string}[],
 *   ticks?: {at: number, text: string}[], label: string}} Figure
 */

/** @returns {{element: SVGElement, draw: (figure: Figure) => void}} */
export function createPlot(size = "tall") {
  const element = svg("svg", { class: `plot plot-${size}`, "aria-hidden": "true" });
  let last = /** @type {Figure | null} */ (null);
  new ResizeObserver(() => last && draw(last)).observe(element);

  /** @param {Figure} figure */
  function draw(figure) {
    last = figure;
    const width = element.clientWidth || 600;
    const height = element.clientHeight || 200;
    const {
      x: [x0, x1],
      y: [y0, y1],
    } = figure;
    /** @param {number} x */
    const place = (x) => LEFT + ((x - x0) / (x1 - x0)) * (width - 2 * LEFT);
    /** @param {number} y */
    const rise = (y) => TOP + (1 - (y - y0) / (y1 - y0)) * (height - TOP - FOOT);
    /** @param {number} value */
    const px = (value) => Math.round(value * 10) / 10;
    const base = rise(Math.max(y0, Math.min(0, y1)));
    element.setAttribute("viewBox", `0 0 ${width} ${height}`);
    set(element, "role", "img");
    set(element, "aria-label", figure.label);
    set(element, "aria-hidden", null);
    const bands = (figure.bands ?? []).map(({ from, to }) =>
      svg("rect", {
        class: "plot-band",
        x: px(place(Math.max(from, x0))),
        y: TOP,
        width: px(Math.max(0, place(Math.min(to, x1)) - place(Math.max(from, x0)))),
        height: height - TOP - FOOT,
      }),
    );
    const bars = (figure.bars ?? []).map(({ edges, counts, name = "" }) => {
      const steps = Array.from(counts, (count, i) => `V${px(rise(count))}H${px(place(edges[i + 1]))}`);
      return svg("path", {
        class: `plot-bars ${name}`,
        d: `M${px(place(edges[0]))} ${px(base)}${steps.join("")}V${px(base)}Z`,
      });
    });
    const lines = (figure.lines ?? []).map(({ points, name }) =>
      svg("path", {
        class: `plot-line ${name}`,
        d: `M${points.map(([x, y]) => `${px(place(x))} ${px(rise(y))}`).join("L")}`,
      }),
    );
    const marks = (figure.marks ?? []).map(({ x, y, name = "" }) =>
      svg("circle", { class: `plot-mark ${name}`, cx: px(place(x)), cy: px(rise(y)), r: 5 }),
    );
    const ticks = (figure.ticks ?? ticksOf(x0, x1)).map(({ at, text }, i, all) =>
      svg(
        "text",
        {
          class: "plot-tick",
          x: px(place(at)),
          y: height - 6,
          "text-anchor":
            i === 0 && place(at) < 20 ? "start" : i === all.length - 1 && place(at) > width - 20 ? "end" : "middle",
        },
        text,
      ),
    );
    const axis = svg("path", { class: "plot-axis", d: `M${LEFT} ${px(base)}H${width - LEFT}` });
    element.replaceChildren(...bands, ...bars, axis, ...lines, ...marks, ...ticks);
  }

  return { element, draw };
}

/** About six round numbers between two others. @param {number} low @param {number} high */
export function ticksOf(low, high) {
  const rough = (high - low) / 6;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((k) => k * power).find((size) => size >= rough) ?? 10 * power;
  const first = Math.ceil(low / step);
  return Array.from({ length: Math.floor(high / step + 1e-9) - first + 1 }, (_, i) => {
    const at = Number(((first + i) * step).toPrecision(12));
    return { at, text: plain(at).replace("-", "−") };
  });
}

/**
 * Points of a function, for a line.
 * @param {(x: number) => number} f
 * @param {number} low
 * @param {number} high
 * @param {number} [count]
 * @returns {[number, number][]}
 */
export function sampled(f, low, high, count = 240) {
  return Array.from({ length: count + 1 }, (_, i) => {
    const x = low + ((high - low) * i) / count;
    return [x, f(x)];
  });
}
