/** The curves of an experiment's cells: means, the spread of one of them as a band, its single runs faint. */

import { createDrawing } from "../charts/drawing.js";
import { t } from "../i18n/translate.js";
import { h } from "../lib/dom.js";
import { band } from "./grid.js";

const HEIGHT = 260;
const MARGIN = { l: 46, r: 14, t: 8, b: 30 };
const ROOM = 0.02; // of the axis beyond what is drawn

/** @typedef {import("./grid.js").Cell} Cell */

export function createCurves() {
  const drawing = createDrawing();
  const caption = h("figcaption", { class: "note" });
  const element = h(
    "figure",
    { class: "experiment-curves", role: "img" },
    h("div", { class: "experiment-plot" }, drawing.element),
    caption,
  );
  return {
    element,
    /** @param {Cell[]} cells @param {number} chosen @param {string} label of the chosen cell */
    update(cells, chosen, label) {
      const text = t("experiment.curves", { label });
      element.setAttribute("aria-label", text);
      caption.textContent = text;
      drawing.draw(figureOf(cells, chosen, getComputedStyle(element)), Math.max(280, element.clientWidth), HEIGHT);
    },
  };
}

/** @param {Cell[]} cells @param {number} chosen @param {CSSStyleDeclaration} look @returns {any} */
function figureOf(cells, chosen, look) {
  const colour = (/** @type {string} */ name) => look.getPropertyValue(name).trim();
  const bands = cells.map(({ runs }) => band(runs));
  const front = bands[chosen] ?? [];
  const singles = (cells[chosen]?.runs ?? []).map(({ history }) => ({
    x: history.epoch,
    y: history.test_accuracy,
    color: colour("--plus"),
    width: 1,
    opacity: 0.45,
  }));
  const means = bands.map((points, k) => ({
    x: points.map(({ epoch }) => epoch),
    y: points.map(({ mean }) => mean),
    color: colour(k === chosen ? "--plus" : "--ink-3"),
    width: k === chosen ? 3 : 1.5,
    opacity: k === chosen ? 1 : 0.5,
  }));
  const last = means.splice(Math.max(0, chosen), 1); // in front of the others
  const lines = [...means, ...singles, ...last].map(({ color, width, ...trace }) => ({
    ...trace,
    mode: "lines",
    line: { color, width, dash: "solid" },
  }));
  const edge = { mode: "none", x: front.map(({ epoch }) => epoch) };
  const area = [
    { ...edge, y: front.map(({ low }) => low) },
    { ...edge, y: front.map(({ high }) => high), fill: "tonexty", fillcolor: colour("--plus"), opacity: 0.22 },
  ];
  const heights = lines.flatMap(({ y }) => y).filter((value) => value !== null);
  const [low, high] = [Math.min(...heights, 1), Math.max(...heights, 0)];
  const room = (high - low || 0.1) * ROOM;
  const epochs = lines.flatMap(({ x }) => x);
  const font = { color: colour("--ink-2"), size: 12 };
  return {
    data: [...area, ...lines],
    layout: {
      margin: MARGIN,
      font,
      shapes: [],
      annotations: [],
      xaxis: { range: [0, Math.max(1, ...epochs)], type: "linear", tickformat: "d" },
      yaxis: {
        range: heights.length ? [low - room, high + room] : [0, 1],
        type: "linear",
        tickformat: ".2~%",
        gridcolor: colour("--hairline"),
      },
    },
  };
}
