import assert from "node:assert/strict";
import { test } from "node:test";
import { batchLossTrace, curvePoints, newestPoint } from "../../static/runs/curve_points.js";
import { reportOf } from "../../static/runs/report.js";
import { secondsLeft } from "../../static/runs/run.js";
import { created, epoch, runAfter, status } from "./runs.mjs";

/** A point whose measures can be told from its step. */
const point = (step, sample = 500) => ({
  step,
  sample,
  batch_loss: step ? 1 / step : null,
  train_loss: 0.5,
  train_accuracy: 0.2,
  test_loss: 0.6,
  test_accuracy: step / 10000,
  predictions: [step % 10],
});
const measured = (seq, step, sample) => ({ seq, run_id: "a", type: "measured", ts: "", ...point(step, sample) });
const progress = (seq, step, now = undefined) => ({
  seq,
  run_id: "a",
  type: "progress",
  ts: "",
  step,
  steps_per_epoch: 6000,
  ...(now && { now }),
});
const begun = [created(1, "a"), status(2, "a", "RUNNING"), measured(3, 0), measured(4, 1), measured(5, 3000)];

test("the curve begins before the first batch, and says what was measured on a sample", () => {
  const run = runAfter(...begun, epoch(6, "a", 1), measured(7, 7500), epoch(8, "a", 2));
  assert.deepEqual(curvePoints(run, "test_accuracy"), {
    x: [0, 1 / 6000, 0.5, 1, 1.25, 2],
    y: [0, 0.0001, 0.3, 0.7, 0.75, 0.85],
    sampled: [true, true, true, false, true, false],
  });
});

test("a run of an older server has its epochs, and one of a small sample is measured on all of it", () => {
  const old = runAfter(created(1, "a"), epoch(2, "a", 1));
  assert.deepEqual(curvePoints(old, "train_loss"), { x: [1], y: [0.5], sampled: [false] });
  assert.deepEqual(batchLossTrace(old), { x: [], y: [] });
  assert.equal(newestPoint(old), null);
  assert.deepEqual(curvePoints(runAfter(created(1, "a"), measured(2, 0, null)), "train_loss").sampled, [false]);
});

test("each pressed batch is a point of its own until the next, and leaves its loss behind", () => {
  const pressed = [progress(6, 3001, point(3001)), progress(7, 3002, point(3002))];
  const run = runAfter(...begun, ...pressed);
  assert.deepEqual(curvePoints(run, "test_accuracy").x.at(-1), 3002 / 6000);
  assert.deepEqual(batchLossTrace(run), {
    x: [1 / 6000, 0.5, 3001 / 6000, 3002 / 6000],
    y: [1, 1 / 3000, 1 / 3001, 1 / 3002],
  });
  assert.equal(reportOf(run, null).test_accuracy, 0.3002);
  assert.deepEqual([...reportOf(run, null).predictions], [2]);
  const on = runAfter(...begun, ...pressed, progress(8, 4000));
  assert.equal(reportOf(on, null).step, 3000, "what passed is not kept by the log either");
});

test("what is shown now is the newest: a point within an epoch, or the epoch's end", () => {
  const early = reportOf(runAfter(...begun), null);
  assert.deepEqual([early.epoch, early.step, early.within, early.sample], [0, 3000, true, 500]);
  const run = runAfter(...begun, epoch(6, "a", 1), progress(7, 6001, point(6001)));
  const { step, before, predictions, epoch: last } = reportOf(run, null);
  assert.deepEqual([last, step, [...predictions], [...before]], [1, 6001, [1], [7, 2, 1]]);
  assert.equal(reportOf(run, 1).within, false);
  assert.equal(reportOf(runAfter(...begun, epoch(6, "a", 1)), null).within, false);
});

test("in slow motion the time left is what slow motion takes", () => {
  const run = { ...runAfter(...begun, epoch(6, "a", 1), epoch(7, "a", 2)), rate: 10 };
  assert.equal(secondsLeft(run), (20 * 6000 - 12000) / 10);
  assert.ok(secondsLeft({ ...run, rate: null }) < 60);
  assert.ok(secondsLeft({ ...run, rate: 10_000 }) > 18, "and never less than at full speed");
});
