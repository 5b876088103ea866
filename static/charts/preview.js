/** The curves until Plotly is there: the same lines in the same places, without the numbers on the axes. Knows figures, not runs. */

import { set, svg } from "../lib/dom.js";

export function createPreview() {
  const element = svg("svg", { class: "chart-preview", "aria-hidden": "true" });

  /** @param {Plotly.Figure} figure */
  function draw({ data, layout }) {
    const { width = 0, height = 0, margin } = layout;
    const x = scale(layout.xaxis, margin.l, width - margin.r);
    const y = scale(layout.yaxis, height - margin.b, margin.t);
    set(element, "viewBox", `0 0 ${width} ${height}`);
    element.replaceChildren(
      ...data
        .filter(({ line }) => line)
        .map(({ line, opacity, ...trace }) =>
          svg("path", {
            d: path(
              trace.x.map((value) => x(value ?? NaN)),
              trace.y.map((value) => (value === null ? null : y(value))),
            ),
            stroke: line?.color,
            "stroke-width": line?.width,
            "stroke-dasharray": line?.dash === "solid" ? null : line?.dash,
            opacity,
          }),
        ),
    );
  }

  return { element, draw };
}

/**
 * From a value to its place in pixels.
 * @param {{range: number[], type: string}} axis
 * @param {number} from
 * @param {number} to
 * @returns {(value: number) => number}
 */
export function scale({ range: [low, high], type }, from, to) {
  const along = type === "log" ? Math.log10 : Number;
  return (value) => from + ((along(value) - low) / (high - low)) * (to - from);
}

/** A line through points; where a value is missing it has a hole. @param {number[]} xs @param {(number | null)[]} ys */
export function path(xs, ys) {
  let pen = "M";
  return xs
    .map((x, k) => {
      const y = ys[k];
      const part = typeof y === "number" && Number.isFinite(y) ? `${pen}${x.toFixed(1)} ${y.toFixed(1)}` : "";
      pen = part ? "L" : "M";
      return part;
    })
    .join("");
}
