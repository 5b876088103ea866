import assert from "node:assert/strict";
import { test } from "node:test";
import { figure, positions, smoothed } from "../../static/charts/figure.js";
import { series } from "../../static/runs/colours.js";
import { created, epoch, stateAfter } from "./runs.mjs";

const state = stateAfter(
  created(1, "a"),
  epoch(2, "a", 1),
  epoch(3, "a", 2),
  created(4, "b", { epochs: 50 }),
  epoch(5, "b", 1),
);
const runs = [...state.runs.values()];
const words = { train: "training", test: "test", axis: "epoch", best: () => "best" };
const options = { log: false, logX: false, smooth: 0, axis: "epoch" };
const model = (more) =>
  figure({
    metric: "accuracy",
    runs,
    focus: "a",
    ghost: null,
    options,
    epochs: 20,
    width: 2.5,
    colour: (run) => `rgb(${series(run)}, 0, 0)`,
    ink: "",
    grid: "",
    page: "",
    font: "",
    text: 13,
    words,
    ...more,
  });

test("training is solid, test is dashed, both in the run's colour", () => {
  const [train, test] = model().data.slice(-2);
  assert.equal(train.line.dash, "solid");
  assert.notEqual(test.line.dash, "solid");
  assert.deepEqual([train.line.color, test.line.color], ["rgb(0, 0, 0)", "rgb(0, 0, 0)"]);
  assert.deepEqual(train.y, [0.8, 0.9]);
});

test("the run in front lies on top and alone has its gap shaded", () => {
  const { data } = model();
  assert.deepEqual(
    data.map(({ name }) => name),
    ["b training", "b test", "a training", "a test"],
  );
  assert.deepEqual(
    data.map(({ fill }) => fill),
    [undefined, undefined, undefined, "tonexty"],
  );
});

test("the axis is as long as the longest run", () => {
  assert.equal(Math.floor(model().layout.xaxis.range[1]), 50);
  assert.equal(Math.floor(model({ runs: [] }).layout.xaxis.range[1]), 20);
});

test("the value axis has room around the lines, and a default without any", () => {
  const [low, high] = model().layout.yaxis.range;
  assert.ok(low < 0.7 && low > 0.67 && high > 0.9 && high < 0.93);
  const [least, most] = model({ metric: "loss", options: { ...options, log: true } }).layout.yaxis.range;
  assert.ok(least < Math.log10(0.25) && most > Math.log10(0.6));
  assert.deepEqual(model({ runs: [] }).layout.yaxis.range, [0, 1]);
});

test("the previous run is a ghost", () => {
  assert.deepEqual(
    model({ ghost: "b" }).data.map(({ opacity }) => opacity),
    [0.35, 0.35, 1, 1],
  );
});

test("on a logarithmic axis an accuracy is its error, upside down, and its numbers are accuracies", () => {
  const { data, layout } = model({ options: { ...options, log: true } });
  assert.equal(layout.yaxis.type, "log");
  assert.deepEqual(
    data.at(-1).y.map((value) => Number(value.toFixed(6))),
    [0.3, 0.15],
  );
  const [below, above] = layout.yaxis.range;
  assert.ok(below > Math.log10(0.3) && above < Math.log10(0.1));
  assert.deepEqual(layout.yaxis.ticktext.slice(0, 2), ["90%", "80%"]);
  assert.equal(model({ options: { ...options, log: true }, metric: "loss" }).layout.yaxis.tickvals, undefined);
});

test("a hair's breadth is no chasm", () => {
  const flat = stateAfter(created(1, "f"), epoch(2, "f", 1), epoch(3, "f", 2)).runs.get("f");
  flat.history.train_accuracy = [0.098, 0.0987];
  flat.history.test_accuracy = [0.098, 0.098];
  const [low, high] = model({ runs: [flat], focus: "f" }).layout.yaxis.range;
  assert.ok(high - low >= 0.02);
});

test("a run without points draws nothing and breaks nothing", () => {
  const bare = stateAfter(created(1, "c"));
  assert.deepEqual(
    model({ runs: [...bare.runs.values()], focus: "c" }).data.map(({ x }) => x.length),
    [0, 0],
  );
});

test("smoothing lays the raw line faint behind, and keeps holes", () => {
  const { data } = model({ options: { ...options, smooth: 0.5 }, runs: [state.runs.get("a")] });
  assert.deepEqual(
    data.map(({ opacity }) => opacity),
    [0.25, 0.25, 1, 1],
  );
  const [first, second] = smoothed([1, 4], 0.5);
  assert.equal(first, 1);
  assert.ok(Math.abs(second - 3) < 1e-12);
  assert.deepEqual(
    smoothed([1, null, 1], 0.9).map((value) => value && Math.round(value)),
    [1, null, 1],
  );
});

test("short runs have a marker at each point, long ones and many only where their lines end", () => {
  const long = stateAfter(created(1, "c"), ...Array.from({ length: 31 }, (_, k) => epoch(k + 2, "c", k + 1))).runs.get(
    "c",
  );
  const { data } = model({ runs: [...runs, long] });
  assert.deepEqual(
    data.map(({ mode }) => mode),
    ["lines+markers", "lines+markers", "lines", "lines", "lines+markers", "lines+markers", "markers"],
  );
  const end = data.at(-1);
  assert.deepEqual(
    [end.x, end.y, end.marker.symbol],
    [
      [31, 31],
      [1 - 0.2 / 31, 1 - 0.3 / 31],
      ["circle", "circle"],
    ],
  );
  const many = Array.from({ length: 7 }, (_, k) => ({
    ...stateAfter(created(1, "d"), ...Array.from({ length: 20 }, (_, e) => epoch(e + 2, "d", e + 1))).runs.get("d"),
    id: `d${k}`,
  }));
  assert.equal(model({ runs: many.slice(1) }).data.at(-1).mode, "lines+markers");
  assert.equal(model({ runs: many }).data.filter(({ mode }) => mode === "lines").length, 14);
});

test("points stand at epochs, steps, or seconds of computing", () => {
  const run = state.runs.get("a");
  assert.deepEqual(
    [positions(run, "epoch"), positions(run, "step"), positions(run, "seconds")],
    [
      [1, 2],
      [6000, 12000],
      [1.5, 3],
    ],
  );
});
