/** A figure as SVG: grid, axes, areas, lines, markers, and words at the lines' ends. Knows figures (figure.js), not runs. */

import { svg } from "../lib/dom.js";
import { marker } from "./markers.js";
import { inverse, path, scale, spreadOut, ticksOf } from "./scale.js";

const TICK = 5; // pixels
const LINE = 1.2; // height of a line of text, in that of its letters

export function createDrawing() {
  const element = svg("svg", { class: "chart-plot", "aria-hidden": "true" });
  let frame = /** @type {ReturnType<typeof frameOf> | null} */ (null);

  /** @param {Plotly.Figure} figure @param {number} width in pixels @param {number} height */
  function draw(figure, width, height) {
    const { data, layout } = figure;
    const now = frameOf(layout, width, height);
    frame = now;
    element.setAttribute("viewBox", `0 0 ${width} ${height}`);
    element.replaceChildren(
      svg("rect", { class: "chart-area", x: now.left, y: now.top, width: now.width, height: now.height }),
      ...axes(layout, now),
      ...data.flatMap((trace, k) => area(trace, data[k - 1], now)),
      ...data.flatMap((trace) => line(trace, now)),
      ...layout.shapes.map((shape) => upright(shape, now)),
      ...data.flatMap((trace) => markers(trace, now)),
      ...notes(layout, now),
    );
  }

  return {
    element,
    draw,
    /** Where everything stands, once something is drawn. */
    frame: () => frame,
  };
}

/** @param {Plotly.Layout} layout @param {number} width @param {number} height */
function frameOf({ margin, xaxis, yaxis }, width, height) {
  const [left, top, right, bottom] = [margin.l, margin.t, width - margin.r, height - margin.b];
  return {
    left,
    top,
    right,
    bottom,
    width: Math.max(0, right - left),
    height: Math.max(0, bottom - top),
    x: scale(xaxis, left, right),
    y: scale(yaxis, bottom, top),
    valueAt: inverse(xaxis, left, right),
  };
}

/** @typedef {ReturnType<typeof frameOf>} Frame */

/** @param {Plotly.Layout} layout @param {Frame} frame */
function axes({ xaxis, yaxis, font }, { left, right, bottom, x, y }) {
  const words = { fill: font.color, "font-size": font.size };
  const rises = ticksOf(yaxis).map(({ at, text }) => ({ place: y(at), text }));
  const places = ticksOf(xaxis).map(({ at, text }) => ({ place: x(at), text }));
  const grid = rises.map(({ place }) => `M${left} ${place.toFixed(1)}H${right}`).join("");
  const ticks = places.map(({ place }) => `M${place.toFixed(1)} ${bottom}v${TICK}`).join("");
  return [
    svg("path", { class: "chart-grid", d: `${grid}M${left} ${bottom}H${right}${ticks}`, stroke: yaxis.gridcolor }),
    ...rises.map(({ place, text }) =>
      svg("text", { ...words, x: left - TICK, y: place + font.size * 0.35, "text-anchor": "end" }, text),
    ),
    ...places.map(({ place, text }) =>
      svg("text", { ...words, x: place, y: bottom + TICK + font.size, "text-anchor": "middle" }, text),
    ),
  ];
}

/** What lies between a line and the one before it. @param {Plotly.Trace} trace @param {Plotly.Trace | undefined} before @param {Frame} frame */
function area({ fill, fillcolor, x: xs, y: ys, opacity }, before, { x, y }) {
  if (fill !== "tonexty" || !before) return [];
  /** @type {number[][]} */
  const parts = [[]];
  ys.forEach((value, k) => {
    if (isThere(value) && isThere(before.y[k])) parts[parts.length - 1].push(k);
    else parts.push([]);
  });
  const there = (/** @type {Plotly.Trace["y"]} */ values) => (/** @type {number} */ k) =>
    `${x(xs[k] ?? 0).toFixed(1)} ${y(values[k] ?? 0).toFixed(1)}`;
  const d = parts
    .filter((part) => part.length > 1)
    .map((part) => `M${[...part.map(there(ys)), ...[...part].reverse().map(there(before.y))].join("L")}Z`)
    .join("");
  return d ? [svg("path", { d, fill: fillcolor, opacity })] : [];
}

/** @param {Plotly.Trace} trace @param {Frame} frame */
function line({ line: look, opacity, x: xs, y: ys }, { x, y }) {
  if (!look) return [];
  const d = path(
    xs.map((value) => x(value ?? NaN)),
    ys.map((value) => (value === null ? null : y(value))),
  );
  return [
    svg("path", {
      class: "chart-line",
      d,
      stroke: look.color,
      "stroke-width": look.width,
      "stroke-dasharray": look.dash === "solid" ? null : look.dash,
      opacity,
    }),
  ];
}

/** A marker's look is one for all points of a trace, or a list with one for each. @param {Plotly.Trace} trace @param {Frame} frame */
function markers({ mode, marker: look, opacity, x: xs, y: ys, customdata: sampled }, { x, y }) {
  if (!mode.includes("markers")) return [];
  /** @template T @param {T | T[] | undefined} value @param {number} k */
  const of = (value, k) => (Array.isArray(value) ? value[k] : value);
  return ys.flatMap((value, k) => {
    const [left, top] = [x(xs[k] ?? NaN), value === null ? NaN : y(value)];
    if (!isThere(left) || !isThere(top)) return [];
    const { d, hollow } = marker(of(look.symbol, k) ?? "circle", of(look.size, k) ?? 6);
    const color = of(look.color, k);
    return svg("path", {
      class: "chart-point",
      "data-sampled": sampled?.[k] ? "" : null,
      d,
      transform: `translate(${left.toFixed(1)} ${top.toFixed(1)})`,
      fill: hollow ? "none" : color,
      stroke: hollow ? color : null,
      "stroke-width": hollow ? 1.5 : null,
      opacity: of(look.opacity, k) ?? opacity,
    });
  });
}

/** A line over the whole height. @param {Plotly.Shape} shape @param {Frame} frame */
function upright({ x0, line: { color, width, dash } }, { x, top, bottom }) {
  const d = `M${x(x0).toFixed(1)} ${top}V${bottom}`;
  return svg("path", { d, stroke: color, "stroke-width": width, "stroke-dasharray": dash });
}

/**
 * Words in the chart. Those at the ends of lines move apart, so that all can be read.
 * @param {Plotly.Layout} layout
 * @param {Frame} frame
 */
function notes({ annotations, xaxis, yaxis, font }, frame) {
  const { left, right, top, bottom } = frame;
  /** On a logarithmic axis Plotly wants the exponents of places. @param {Plotly.AxisLayout} axis @param {number} value */
  const value = (axis, value) => (axis.type === "log" ? 10 ** value : value);
  const placed = annotations.map((note) => ({
    note,
    x: (note.xref === "paper" ? left + note.x * (right - left) : frame.x(value(xaxis, note.x))) + (note.xshift ?? 0),
    y: (note.yref === "paper" ? bottom - note.y * (bottom - top) : frame.y(value(yaxis, note.y))) - (note.yshift ?? 0),
  }));
  const ends = placed.filter(({ note }) => note.xanchor === "left" && note.xref !== "paper" && note.yref !== "paper");
  const half = (font.size * LINE) / 2;
  const apart = spreadOut(
    ends.map(({ note, y }) => y + (note.yanchor === "bottom" ? -half : note.yanchor === "top" ? half : 0)),
    2 * half,
    [top, bottom],
  );
  ends.forEach((end, k) => {
    end.y = apart[k];
  });
  return placed.flatMap((one) => (one.note.showarrow ? arrow(one, font) : words(one, ends.includes(one), font)));
}

/** @typedef {{note: Plotly.Note, x: number, y: number}} Placed */

/** @param {Placed} placed @param {boolean} isEnd its middle is where it stands @param {Plotly.Font} font */
function words({ note, x, y }, isEnd, font) {
  const rise = isEnd || !note.yanchor ? 0.35 : note.yanchor === "top" ? 0.9 : -0.25;
  const anchor = note.xanchor === "left" ? "start" : note.xanchor === "right" ? "end" : "middle";
  const at = { x: x.toFixed(1), y: (y + font.size * rise).toFixed(1), "text-anchor": anchor };
  return [svg("text", { class: "chart-note", ...at, fill: font.color, "font-size": font.size }, note.text)];
}

/** A word below or above its point, and a line between the two. @param {Placed} placed @param {Plotly.Font} font */
function arrow({ note, x, y }, font) {
  const [left, top] = [x + (note.ax ?? 0), y + (note.ay ?? 0)];
  const look = { stroke: note.arrowcolor, "stroke-width": note.arrowwidth };
  const text = { x: left.toFixed(1), y: (top + font.size * 0.35).toFixed(1), fill: font.color, "font-size": font.size };
  return [
    svg("path", {
      d: `M${x.toFixed(1)} ${y.toFixed(1)}L${left.toFixed(1)} ${(top - font.size * 0.6).toFixed(1)}`,
      ...look,
    }),
    svg(
      "text",
      { class: "chart-note chart-note-covering", ...text, "text-anchor": "middle", stroke: note.bgcolor },
      note.text,
    ),
  ];
}

/** @param {number | null | undefined} value */
const isThere = (value) => typeof value === "number" && Number.isFinite(value);
