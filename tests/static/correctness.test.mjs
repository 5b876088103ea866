import assert from "node:assert/strict";
import { test } from "node:test";
import { correctness, wrongCount } from "../../static/digits/correctness.js";
import { reportOf } from "../../static/runs/report.js";
import { created, epoch, runAfter } from "./runs.mjs";

test("digits are right or wrong, and gained or lost since the epoch before", () => {
  const found = correctness([7, 2, 1, 0], [7, 3, 1, 5], [7, 2, 4, 6]);
  assert.deepEqual(
    found.map(({ right, flip }) => [right, flip]),
    [
      [true, null],
      [false, "lost"],
      [true, "gained"],
      [false, null],
    ],
  );
  assert.equal(wrongCount([7, 2, 1, 0], [7, 3, 1, 5]), 2);
});

test("in the first epoch nothing is gained or lost", () => {
  assert.deepEqual(
    correctness([7, 2], [7, 9], null).map(({ flip }) => flip),
    [null, null],
  );
});

test("a run can be looked at as it was", () => {
  const run = runAfter(created(1, "a"), epoch(2, "a", 1, { predictions: [1] }), epoch(3, "a", 2, { predictions: [2] }));
  assert.deepEqual([...reportOf(run, 1).predictions, reportOf(run, 1).before], [1, null]);
  assert.deepEqual([...reportOf(run, null).predictions, ...reportOf(run, null).before], [2, 1]);
  assert.equal(reportOf(run, 7), null);
});
