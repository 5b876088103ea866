/** From runs to a figure, in Plotly's words: drawing.js draws it, and Plotly explores it. Pure. */

import { symbol } from "../runs/colours.js";
import { batchLossTrace, curvePoints } from "../runs/curve_points.js";
import { roundPowers, short } from "./scale.js";

const LINE_MARKERS = 30; // on a line; more would be a string of beads
const CHART_MARKERS = 240; // on a chart; each is an element of the page, and they are what a redraw spends its time on
/** What a chart shows: of the training sample, and of the test sample. @type {Record<Metric, [Measure, Measure]>} */
export const METRICS = { accuracy: ["train_accuracy", "test_accuracy"], loss: ["train_loss", "test_loss"] };

/** @type {Axis[]} */
export const AXES = ["epoch", "step", "seconds"];
const FEW_EPOCHS = 8; // up to here each has its tick, so that none falls between two
const RAW_OPACITY = 0.25; // of the line as measured, behind the smoothed one
const LEAST_ERROR = 1e-4; // one wrong sample of ten thousand
const LEAST_SHARE = 0.02; // height of a chart of accuracies
const LEAST_RATIO = 0.05; // the same of losses, in the greatest of them
const LEAST_DECADES = 0.1; // the same on a logarithmic axis
const ROOM = 0.1; // above and below the lines, in their height
const FAINT = 0.35; // opacity of the run before the one in front
const BEHIND = 0.65; // width of the other runs' lines, in that of the run in front
const NAMED = 6; // other lines with a name at their ends; more names would lie on each other
const LETTERS = 8; // of such a name
export const FRACTIONS = "~g"; // of epochs, on a logarithmic axis: of numbers below one "d" would make zeros
const SAMPLED = 0.7; // size of a marker of what was measured on a sample, in that of an epoch's end
const CROWD = 10; // runs; more of them are drawn without raw lines

/**
 * @typedef {{metric: Metric, runs: Run[], focus: string|null, ghost: string|null,
 *   options: ChartOptions, epochs: number, width: number, colour: (run: Run) => string, whose?: (run: Run) => "mine" | "teacher" | "class" | null,
 *   title?: (run: Run) => string, ink: string, grid: string, page: string, font: string, text: number,
 *   words: {train: string, test: string, batch: string, axis: string, best: (value: number) => string}}} Model
 */

/** @param {Model} model @returns {Plotly.Figure} */
export function figure(model) {
  const { runs, focus, ghost } = model;
  // The run in front is drawn last, so that it lies on top.
  const ordered = [...runs].sort((a, b) => Number(a.id === focus) - Number(b.id === focus));
  /** @param {Run} run */
  const faint = (run) => run.id === ghost && run.id !== focus;
  const marked = runsWithMarkers(runs);
  const data = ordered.flatMap((run) =>
    lines(run, model, {
      faint: faint(run),
      markers: marked.has(run),
      crowded: runs.length > CROWD,
    }),
  );
  const long = ordered.filter((run) => !marked.has(run));
  const front = runs.find(({ id }) => id === focus);
  return {
    axis: model.options.axis,
    data: long.length ? [...data, ends(long, model, faint)] : data,
    layout: layout(model, front, data),
  };
}

/**
 * Where what was measured stands on the horizontal axis; NaN where that is not known or, on a logarithmic one, does not exist.
 * @param {Run} run
 * @param {number[]} epochs fractional
 * @param {ChartOptions} options
 * @returns {number[]}
 */
function along(run, epochs, { axis, logX }) {
  const seconds = axis === "seconds" ? [0, ...positions(run, axis)] : [];
  const ends = [0, ...run.history.epoch];
  /** @param {number} epoch */
  const place = (epoch) => {
    if (axis === "epoch") return epoch;
    if (axis === "step") return epoch * run.steps_per_epoch;
    const next = ends.findIndex((end) => end >= epoch);
    if (next <= 0) return next === 0 ? 0 : NaN;
    const part = (epoch - ends[next - 1]) / (ends[next] - ends[next - 1]);
    return seconds[next - 1] + part * (seconds[next] - seconds[next - 1]);
  };
  return epochs.map(place).map((x) => (logX && x <= 0 ? NaN : x));
}

/**
 * A line of a run without the points that have no place.
 * @param {Run} run
 * @param {Measure} measure
 * @param {ChartOptions} options
 */
function lineOf(run, measure, options) {
  const { x: epochs, y, sampled } = curvePoints(run, measure);
  const x = along(run, epochs, options);
  const there = x.map((_, k) => k).filter((k) => Number.isFinite(x[k]));
  return { x: there.map((k) => x[k]), y: there.map((k) => y[k]), sampled: there.map((k) => sampled[k]) };
}

/** The short runs, while there are few points in all: every point of theirs has a marker. @param {Run[]} runs */
function runsWithMarkers(runs) {
  const count_ = (/** @type {Run} */ { history, points }) => history.epoch.length + points.step.length;
  const short = runs.filter(({ history }) => history.epoch.length <= LINE_MARKERS);
  const count = short.reduce((sum, run) => sum + 2 * count_(run), 0);
  return new Set(count <= CHART_MARKERS ? short : []);
}

/**
 * One marker at the end of each line of the other runs, so that their shapes still tell them apart.
 * @param {Run[]} runs
 * @param {Model} model
 * @param {(run: Run) => boolean} faint
 * @returns {Plotly.Trace}
 */
function ends(runs, model, faint) {
  const marks = runs.flatMap((run) =>
    METRICS[model.metric].map((name) => ({
      run,
      x: positions(run, model.options.axis).at(-1),
      y: rise(model).of(smoothed(run.history[name], model.options.smooth).at(-1) ?? null),
    })),
  );
  const marker = {
    color: marks.map(({ run }) => model.colour(run)),
    symbol: marks.map(({ run }) => sign(run, model)),
    size: marks.map(({ run }) => markerSize(run, model)),
    opacity: marks.map(({ run }) => (faint(run) ? FAINT : 1)),
  };
  return {
    type: "scatter",
    mode: "markers",
    name: "ends",
    x: marks.map(({ x }) => x),
    y: marks.map(({ y }) => y),
    marker,
    hoverinfo: "skip",
    showlegend: false,
  };
}

/** The marker of a run's lines; hollow for those of the class. @param {Run} run @param {Model} model */
const sign = (run, { whose }) => `${symbol(run)}${whose?.(run) === "class" ? "-open" : ""}`;

/** @param {Run} run @param {Model} model */
const widthOf = (run, { focus, width }) => (run.id === focus ? width : width * BEHIND);
/** @param {Run} run @param {Model} model */
const markerSize = (run, model) => widthOf(run, model) * 2.6;

/**
 * Where a run's points stand on the horizontal axis: epochs, steps, or seconds of computing.
 * @param {Run} run
 * @param {Axis} axis
 */
export function positions(run, axis) {
  if (axis !== "seconds") return run.history[axis];
  let sum = 0;
  return run.history.seconds.map((seconds) => (sum += seconds ?? 0));
}

/**
 * Exponential moving average that starts without a bias towards zero; holes stay holes.
 * @param {Series} values
 * @param {number} amount
 */
export function smoothed(values, amount) {
  if (!amount) return values;
  let mean = 0;
  let weight = 0;
  return values.map((value) => {
    if (value === null) return null;
    mean = amount * mean + (1 - amount) * value;
    weight = amount * weight + (1 - amount);
    return mean / weight;
  });
}

/**
 * The lines of a run: of the training and of the test sample, and as measured where they are smoothed.
 * @param {Run} run
 * @param {Model} model
 * @param {{faint: boolean, markers: boolean, crowded: boolean}} look
 * @returns {Plotly.Trace[]}
 */
function lines(run, model, { faint, markers, crowded }) {
  const [train, test] = METRICS[model.metric];
  const [trained, tested] = [train, test].map((measure) => lineOf(run, measure, model.options));
  const color = model.colour(run);
  const { smooth } = model.options;
  const { of } = rise(model);
  const { words } = model;
  /** @param {Series} values */
  const ys = (values) => values.map(of);
  const common = {
    type: /** @type {const} */ ("scatter"),
    x: trained.x,
    mode: markers ? "lines+markers" : "lines",
    customdata: trained.sampled,
    marker: {
      color,
      // What was measured on a sample is a small ring, so that nobody takes it for the end of an epoch.
      symbol: trained.sampled.map((sampled) => (sampled ? "circle-open" : sign(run, model))),
      size: trained.sampled.map((sampled) => markerSize(run, model) * (sampled ? SAMPLED : 1)),
    },
    opacity: faint ? FAINT : 1,
    hoverinfo: "skip",
    showlegend: false,
    connectgaps: false,
  };
  const inFront = run.id === model.focus;
  const gap = inFront ? { fill: "tonexty", fillcolor: translucent(color, 0.1) } : {};
  const width = widthOf(run, model);
  const solid = { color, width, dash: "solid" };
  const dashed = { ...solid, dash: dash(width) };
  const drawn = [
    { ...common, name: `${run.name} ${words.train}`, y: ys(smoothed(trained.y, smooth)), line: solid },
    { ...common, ...gap, name: `${run.name} ${words.test}`, y: ys(smoothed(tested.y, smooth)), line: dashed },
  ];
  const batches = inFront && model.metric === "loss" ? [batchLoss(run, model, { ...common, ...solid })] : [];
  if (!smooth || crowded) return [...batches, ...drawn];
  const asMeasured = { ...common, name: run.name, raw: true, mode: "lines", opacity: RAW_OPACITY };
  const raw = [
    { ...asMeasured, y: ys(trained.y), line: { ...solid, width: width / 2 } },
    { ...asMeasured, y: ys(tested.y), line: { ...dashed, width: width / 2 } },
  ];
  return [...batches, ...raw, ...drawn];
}

/**
 * The loss of single batches: a faint trace behind the lines.
 * @param {Run} run
 * @param {Model} model
 * @param {{color: string, width: number}} look
 * @returns {Plotly.Trace}
 */
function batchLoss(run, model, { color, width }) {
  const { x: epochs, y } = batchLossTrace(run);
  const x = along(run, epochs, model.options);
  const there = x.map((_, k) => k).filter((k) => Number.isFinite(x[k]));
  return {
    type: "scatter",
    mode: "lines+markers",
    name: `${run.name} ${model.words.batch}`,
    raw: true,
    x: there.map((k) => x[k]),
    y: there.map((k) => y[k]),
    line: { color, width: width / 2, dash: "solid" },
    marker: { color, symbol: "circle", size: width * 1.4 },
    opacity: RAW_OPACITY,
    hoverinfo: "skip",
    showlegend: false,
  };
}

/** @param {number} width */
const dash = (width) => `${width * 2.6}px,${width * 1.8}px`;

/** "rgb(1, 2, 3)" with an alpha. @param {string} color @param {number} alpha */
function translucent(color, alpha) {
  return color.replace(/^rgb\((.*)\)$/, `rgba($1, ${alpha})`);
}

/**
 * The vertical axis: the value itself; or of a loss its logarithm; or of an accuracy the logarithm of the error, upside down, which
 * is the honest zoom near 100 %: from 90 to 99 is as far as from 99 to 99.9.
 * @param {Pick<Model, "metric" | "options">} model
 */
function rise({ metric, options }) {
  /** @type {(value: number | null) => number | null} */
  const same = (value) => value;
  /** @type {(value: number | null) => number | null} */
  const error = (value) => (value === null ? null : Math.max(1 - value, LEAST_ERROR));
  const of = options.log && metric === "accuracy" ? error : same;
  /** Where a note stands: on a logarithmic axis Plotly wants the exponent. @param {number} value */
  const place = (value) => (options.log ? Math.log10(Math.max(of(value) ?? 0, 1e-9)) : value);
  return { of, place, log: options.log };
}

/**
 * From the least to the greatest value of the lines, with room around for their names, and never so little that a hair's breadth
 * looks like a chasm; null without values.
 * @param {Plotly.Trace[]} data
 * @param {Model} model
 */
function valueRange(data, { metric, options: { log } }) {
  const values = data
    .flatMap(({ y }) => y)
    .filter((value) => value !== null)
    .filter((value) => !log || value > 0)
    .map((value) => (log ? Math.log10(value) : value));
  if (!values.length) return null;
  const [low, high] = values.reduce(
    ([least, most], value) => [Math.min(least, value), Math.max(most, value)],
    [Infinity, -Infinity],
  );
  const least = log ? LEAST_DECADES : metric === "accuracy" ? LEAST_SHARE : Math.abs(high) * LEAST_RATIO || 1;
  const wide = Math.max(high - low, least);
  const [from, to] = [(low + high - wide) / 2 - wide * ROOM, (low + high + wide) / 2 + wide * ROOM];
  return log && metric === "accuracy" ? [to, from] : [from, to];
}

/** @param {Model} model @param {number[]} range of exponents of errors */
function errorTicks({ metric, options }, range) {
  if (metric !== "accuracy" || !options.log) return {};
  const [low, high] = [...range].sort((a, b) => a - b);
  const tickvals = roundPowers(low, high, 6).filter((error) => error <= 1);
  return { tickvals, ticktext: tickvals.map((error) => `${short((1 - error) * 100)}%`) };
}

/** @param {Model} model @param {Run | undefined} front @param {Plotly.Trace[]} data @returns {Plotly.Layout} */
function layout(model, front, data) {
  const { ink, grid, font, text, metric, runs } = model;
  const { log, logX, axis: along } = model.options;
  const range = valueRange(data, model) ?? (log ? [-2, 0] : metric === "accuracy" ? [0, 1] : [0, 0.5]);
  const end = Math.max(...(runs.length ? runs.map((run) => expected(run, along)) : [model.epochs]));
  const begin = data
    .flatMap(({ x }) => x)
    .reduce((/** @type {number} */ least, x) => (x && x > 0 ? Math.min(least, x) : least), end);
  const axis = {
    color: ink,
    gridcolor: grid,
    zeroline: false,
    fixedrange: true,
    tickfont: { size: text },
    linecolor: grid,
  };
  return {
    autosize: true,
    margin: { l: text * 4, r: text * 4.8, t: 6, b: text * 2.2 },
    paper: model.page,
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    font: { family: font, color: ink, size: text },
    hovermode: false,
    dragmode: false,
    showlegend: false,
    xaxis: {
      ...axis,
      showgrid: false,
      ticks: "outside",
      tickcolor: grid,
      type: logX ? "log" : "linear",
      range: logX ? [Math.log10(begin * 0.9), Math.log10(end * 1.02)] : [0, end * 1.01],
      tickformat: along !== "epoch" ? "~s" : logX ? FRACTIONS : "d",
      nticks: 8,
      dtick: logX ? "D2" : along === "epoch" && end <= FEW_EPOCHS ? 1 : undefined,
    },
    yaxis: {
      ...axis,
      type: log ? "log" : "linear",
      tickformat: metric === "accuracy" ? ".2~%" : "",
      nticks: 6,
      range,
      ...errorTicks(model, range),
    },
    annotations: [
      axisName(model),
      ...names(model),
      ...(front ? [...notes(front, model), ...changes(front, model).labels] : []),
    ],
    shapes: front ? changes(front, model).lines : [],
  };
}

/** What the other lines are called, at their ends; of many only the swatches tell. @param {Model} model */
function names({ runs, focus, metric, options, title, ink, text, width }) {
  const others = runs.filter((run) => run.id !== focus && run.history.epoch.length);
  if (!title || others.length > NAMED) return [];
  const up = rise({ metric, options });
  /** @param {number | null | undefined} value @param {boolean} log */
  const place = (value, log) => (log ? Math.log10(Math.max(value ?? 0, 1e-9)) : (value ?? 0));
  return others.map((run) => ({
    x: place(positions(run, options.axis).at(-1), options.logX),
    y: up.place(smoothed(run.history[METRICS[metric][1]], options.smooth).at(-1) ?? 0),
    text: shortened(title(run)),
    showarrow: false,
    xanchor: "left",
    xshift: width * 3,
    font: { color: ink, size: text },
  }));
}

/** As much as there is room for beside the chart. @param {string} name */
const shortened = (name) => (name.length > LETTERS ? `${name.slice(0, LETTERS - 1)}…` : name);

/** Where a run will end on the horizontal axis, as far as one can know. @param {Run} run @param {Axis} axis */
function expected(run, axis) {
  if (axis === "epoch") return run.epochs;
  if (axis === "step") return run.epochs * run.steps_per_epoch;
  const sum = positions(run, axis).at(-1) ?? 1;
  return run.status === "RUNNING" && run.epoch ? (sum * run.epochs) / run.epoch : sum;
}

/** The unit of the x axis, in the margin at its end. @param {Model} model */
function axisName({ words, text }) {
  return {
    xref: "paper",
    yref: "paper",
    x: 1,
    y: 0,
    xanchor: "left",
    yanchor: "top",
    yshift: -text * 0.35,
    xshift: text * 0.8,
    text: words.axis,
    showarrow: false,
  };
}

/**
 * Where eta was changed while the run learned: a thin line with the new value on top.
 * @param {Run} run
 * @param {Model} model
 */
function changes(run, { options, ink, text }) {
  const at = run.changes.map(({ step }) => {
    const epochs = step / run.steps_per_epoch;
    const done = run.history.epoch.findIndex((epoch) => epoch > epochs); // the first that ended after it
    const value =
      options.axis === "seconds" ? (positions(run, "seconds").at(done) ?? 0) : options.axis === "step" ? step : epochs;
    return options.logX ? Math.log10(Math.max(value, 1e-9)) : value;
  });
  const place = { yref: "paper", y0: 0, y1: 1, type: "line", line: { color: ink, width: 1, dash: "2px,3px" } };
  return {
    lines: at.map((x, k) => ({ ...place, x0: options.logX ? 10 ** at[k] : x, x1: options.logX ? 10 ** at[k] : x })),
    labels: at.map((x, k) => ({
      x,
      yref: "paper",
      y: 1,
      yanchor: "top",
      xanchor: "left",
      text: `η ${run.changes[k].eta}`,
      showarrow: false,
      font: { color: ink, size: text },
    })),
  };
}

/**
 * The lines' names at their ends, and the best epoch, written where they are.
 * @param {Run} run
 * @param {Model} model
 */
function notes(run, model) {
  const [train, test] = METRICS[model.metric];
  const at = positions(run, model.options.axis);
  const ends = [train, test].map((measure) => lineOf(run, measure, model.options));
  /** @param {number} value */
  const x = (value) => (model.options.logX ? Math.log10(value) : value);
  const color = model.colour(run);
  const y = rise(model).place;
  const last = ends[0].x.length - 1;
  const [trained, tested] = ends.map((line) => smoothed(line.y, model.options.smooth)[last] ?? 0);
  /** @param {number} value @param {string} text @param {boolean} above */
  const named = (value, text, above) => ({
    x: x(ends[0].x[last]),
    y: y(value),
    text,
    showarrow: false,
    xanchor: "left",
    xshift: model.width * 3,
    yanchor: above ? "bottom" : "top",
    font: { color: model.ink, size: model.text },
  });
  /** @type {Plotly.Note[]} */
  const found = [];
  if (last >= 0 && trained > 0 && tested > 0) {
    found.push(named(trained, model.words.train, trained >= tested), named(tested, model.words.test, tested > trained));
  }
  const best = run.best ? run.history.epoch.indexOf(run.best.epoch) : -1;
  if (model.metric === "accuracy" && run.best && best >= 0 && at.length > 1) {
    found.push({
      x: x(at[best]),
      y: y(run.best.test_accuracy ?? 0),
      text: model.words.best(run.best.test_accuracy ?? 0),
      showarrow: true,
      arrowcolor: color,
      arrowwidth: 1.5,
      arrowhead: 0,
      ax: 0,
      ay: model.text * 2.4,
      bgcolor: model.page,
      font: { color: model.ink, size: model.text },
    });
  }
  return found;
}
