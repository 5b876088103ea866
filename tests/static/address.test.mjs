import assert from "node:assert/strict";
import { test } from "node:test";
import { CHART_DEFAULTS, readView, writeView } from "../../static/state/address.js";

const first = {
  run: null,
  compared: [],
  options: CHART_DEFAULTS,
  grid: { first: 0, wrongOnly: false },
  digit: null,
  epoch: null,
  lens: null,
  projector: false,
};
const written = (changes) => writeView(new URLSearchParams(), { ...first, ...changes }).toString();

test("the first visit has an empty address", () => {
  assert.equal(written({}), "");
});

test("a view written and read is the same view", () => {
  const view = {
    run: "r1",
    compared: ["r2", "r3"],
    options: { log: true, logX: false, smooth: 0.6, axis: "step" },
    grid: { first: 200, wrongOnly: true },
    digit: 204,
    epoch: 7,
    lens: "weights",
    projector: true,
  };
  const text = written(view);
  assert.equal(
    text,
    "run=r1&with=r2.r3&x=step&log=1&smooth=0.6&from=201&wrong=1&digit=205&epoch=7&lens=weights&view=projector",
  );
  const read = readView(new URLSearchParams(text));
  assert.deepEqual({ ...read, options: { ...CHART_DEFAULTS, ...read.options } }, view);
});

test("nonsense is as if it were not there", () => {
  const read = readView(new URLSearchParams("x=years&smooth=7&from=-3&digit=two&epoch=-1&view=cinema"));
  assert.deepEqual(read, {
    run: null,
    compared: undefined,
    options: {},
    grid: {},
    digit: null,
    epoch: null,
    lens: null,
    projector: false,
  });
});

test("a page of the grid begins at a hundred", () => {
  assert.equal(readView(new URLSearchParams("from=250")).grid.first, 200);
});
