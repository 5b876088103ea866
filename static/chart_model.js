/** From runs to a Plotly figure. Pure: nothing here touches the page or Plotly. */

import { symbol } from "./colours.js";

const MARKERS_UP_TO = 30; // points of a line; more would be a string of beads
export const METRICS = { accuracy: ["train_accuracy", "test_accuracy"], loss: ["train_loss", "test_loss"] };

/**
 * @typedef {import("./store.js").Run} Run
 * @typedef {{metric: "accuracy"|"loss", runs: Run[], focus: string|null, ghost: string|null, log: boolean,
 *   epochs: number, width: number, colour: (run: Run) => string, ink: string, grid: string, page: string, font: string, text: number,
 *   words: {train: string, test: string, epoch: string, best: (value: number, epoch: number) => string}}} Model
 */

/** @param {Model} model */
export function figure(model) {
  const { runs, focus, ghost } = model;
  // The run in front is drawn last, so that it lies on top.
  const ordered = [...runs].sort((a, b) => Number(a.id === focus) - Number(b.id === focus));
  const data = ordered.flatMap((run) => lines(run, model, run.id === ghost && run.id !== focus));
  const front = runs.find(({ id }) => id === focus);
  return { data, layout: layout(model, front) };
}

function lines(run, model, faint) {
  const [train, test] = METRICS[model.metric];
  const { history } = run;
  const color = model.colour(run);
  const markers = history.epoch.length <= MARKERS_UP_TO;
  const common = {
    type: "scatter",
    x: history.epoch,
    mode: markers ? "lines+markers" : "lines",
    marker: { color, symbol: symbol(run), size: model.width * 2.6 },
    opacity: faint ? 0.35 : 1,
    hoverinfo: "skip",
    showlegend: false,
    connectgaps: false,
  };
  const inFront = run.id === model.focus;
  const gap = inFront ? { fill: "tonexty", fillcolor: translucent(color, 0.1) } : {};
  return [
    { ...common, name: `${run.name} train`, y: history[train], line: { color, width: model.width, dash: "solid" } },
    { ...common, ...gap, name: `${run.name} test`, y: history[test], line: { color, width: model.width, dash: dash(model.width) } },
  ];
}

const dash = (width) => `${width * 2.6}px,${width * 1.8}px`;

/** "rgb(1, 2, 3)" with an alpha. */
function translucent(color, alpha) {
  return color.replace(/^rgb\((.*)\)$/, `rgba($1, ${alpha})`);
}

function layout(model, front) {
  const { ink, grid, font, text, log, metric, runs } = model;
  const epochs = runs.length ? Math.max(...runs.map(({ config }) => config.epochs)) : model.epochs;
  const axis = { color: ink, gridcolor: grid, zeroline: false, fixedrange: true, tickfont: { size: text }, linecolor: grid };
  return {
    autosize: true,
    margin: { l: text * 4, r: text * 4.2, t: 6, b: text * 2.2 },
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    font: { family: font, color: ink, size: text },
    hovermode: false,
    dragmode: false,
    showlegend: false,
    xaxis: { ...axis, range: [0, epochs + epochs * 0.01], showgrid: false, ticks: "outside", tickcolor: grid, tickformat: "d", nticks: 8 },
    yaxis: {
      ...axis,
      type: log && metric === "loss" ? "log" : "linear",
      tickformat: metric === "accuracy" ? ".0%" : "",
      nticks: 6,
      ...(runs.some(({ history }) => history.epoch.length) ? {} : { range: metric === "accuracy" ? [0, 1] : [0, 0.5] }),
    },
    annotations: [axisName(model), ...(front ? notes(front, model) : [])],
  };
}

/** The unit of the x axis, in the margin at its end. */
function axisName({ words, text }) {
  return { xref: "paper", yref: "paper", x: 1, y: 0, xanchor: "left", yanchor: "top", yshift: -text * 0.35, xshift: text * 0.8, text: words.epoch, showarrow: false };
}

/** The lines' names at their ends, and the best epoch, written where they are. */
function notes(run, model) {
  const [train, test] = METRICS[model.metric];
  const { epoch } = run.history;
  const color = model.colour(run);
  const y = (value) => (model.log && model.metric === "loss" ? Math.log10(value) : value);
  const last = epoch.length - 1;
  const ends = [train, test].map((name) => run.history[name][last]);
  const found = [];
  if (last >= 0 && ends.every((value) => value !== null && value > 0)) {
    const above = ends[0] >= ends[1];
    ["train", "test"].forEach((which, i) => found.push({
      x: epoch[last], y: y(ends[i]), text: model.words[which], showarrow: false, xanchor: "left", xshift: model.width * 3,
      yanchor: (i === 0) === above ? "bottom" : "top", yshift: (i === 0) === above ? -model.text * 0.6 : model.text * 0.6, font: { color: model.ink, size: model.text },
    }));
  }
  if (model.metric === "accuracy" && run.best && last > 0) {
    found.push({
      x: run.best.epoch, y: run.best.test_accuracy, text: model.words.best(run.best.test_accuracy, run.best.epoch), showarrow: true,
      arrowcolor: color, arrowwidth: 1.5, arrowhead: 0, ax: 0, ay: model.text * 2.4,
      bgcolor: model.page, font: { color: model.ink, size: model.text },
    });
  }
  return found;
}
