// What answers say and how near they were, and a curve while it is drawn.

import assert from "node:assert/strict";
import { test } from "node:test";
import { completed, isBlank, moved, noPoints, stroked } from "../../static/class/questions/points.js";
import {
  binsOf,
  closest,
  countsOf,
  distanceOf,
  medianCurve,
  trueCurve,
  trueNumber,
} from "../../static/class/questions/statistics.js";

const run = (epochs, test_accuracy) => ({
  epochs,
  history: { epoch: test_accuracy.map((_, at) => at + 1), test_accuracy },
});

test("every number is in one bin, of a round width, and the truth is on the axis", () => {
  const numbers = [90, 91, 91.5, 95, 97];
  const { from, width, counts } = binsOf(numbers, 99.2);
  assert.equal(
    counts.reduce((sum, one) => sum + one),
    numbers.length,
  );
  assert.ok([1, 2, 5].includes(width));
  assert.ok(from <= 90 && from + width * counts.length > 99.2);
  assert.ok(counts.length <= 13);
});

test("equal and extreme numbers have bins too", () => {
  assert.deepEqual(binsOf([0, 0]).counts, [2]);
  assert.deepEqual(binsOf([95]).counts, [1]);
  const { counts } = binsOf([-1e12, 1e12]);
  assert.equal(
    counts.reduce((sum, one) => sum + one),
    2,
  );
  assert.ok(counts.length <= 13);
});

test("options are counted", () => {
  assert.deepEqual(countsOf([{ option: 1 }, { option: 1 }, { option: 0 }], 3), [1, 2, 0]);
});

test("the true curve has what the run has said, up to the last epoch asked for", () => {
  const spec = { kind: "curve", text: "?", metric: "test_accuracy", epochs: 3 };
  assert.deepEqual(trueCurve(run(5, [0.8, 0.9]), spec), [null, 0.8, 0.9, null]);
  assert.deepEqual(trueCurve(run(5, [0.8, 0.9, 0.92, 0.93]), spec), [null, 0.8, 0.9, 0.92]);
  assert.deepEqual(trueCurve(undefined, spec), [null, null, null, null]);
});

test("the true number is that of the epoch asked for, or the newest so far", () => {
  const spec = { kind: "number", text: "?", metric: "test_accuracy", epochs: 2, unit: "%" };
  assert.equal(trueNumber(run(5, []), spec), null);
  assert.deepEqual(trueNumber(run(5, [0.5]), spec), { value: 50, epoch: 1, final: false });
  assert.deepEqual(trueNumber(run(5, [0.5, 0.75, 0.9]), spec), { value: 75, epoch: 2, final: true });
  assert.deepEqual(trueNumber(run(1, [0.5]), { ...spec, unit: "" }), { value: 0.5, epoch: 1, final: true });
});

test("distances count the known epochs only; the nearest come first and have names", () => {
  const truth = [null, 0.8, 0.9, null];
  assert.ok(Math.abs(distanceOf([0, 0.7, 0.9, 0], truth) - 0.05) < 1e-12);
  assert.equal(distanceOf([0, 0.7], [null, null]), null);
  const answers = [
    { curve: [0, 0, 0, 0], member: "far" },
    { curve: [0, 0.8, 0.8, 0], member: "near" },
  ];
  const far = ({ curve }) => distanceOf(curve, truth);
  assert.deepEqual(
    closest(answers, far).map(({ member }) => member),
    ["near", "far"],
  );
  assert.deepEqual(
    closest(
      answers.map(({ curve }) => ({ curve })),
      far,
    ),
    [],
  );
});

test("the middle of curves is taken point by point", () => {
  assert.deepEqual(
    medianCurve(
      [
        [0, 1],
        [1, 0],
        [0.5, 0.2],
      ],
      1,
    ),
    [0.5, 0.2],
  );
});

test("a pen leaves a value at every epoch it has passed, in both directions", () => {
  const there = stroked(noPoints(4), { epoch: 0.9, value: 0 }, { epoch: 3.9, value: 3 });
  assert.deepEqual(
    there.map((value) => value !== null),
    [false, true, true, true, true],
  );
  assert.ok(Math.abs(there[2] - 1.1) < 1e-12);
  const back = stroked(noPoints(4), { epoch: 3.9, value: 3 }, { epoch: 0.9, value: 0 });
  assert.ok(Math.abs(back[2] - there[2]) < 1e-12);
  assert.deepEqual(stroked(noPoints(2), { epoch: 1.1, value: 5 }, { epoch: 1.1, value: 5 }), [null, 5, null]);
});

test("what was not drawn follows from what was", () => {
  assert.equal(completed(noPoints(3)), null);
  assert.ok(isBlank(noPoints(3)));
  assert.deepEqual(completed(moved(noPoints(3), 1, 0.5)), [0.5, 0.5, 0.5, 0.5]);
  assert.deepEqual(completed([0, null, 1, null]), [0, 0.5, 1, 1]);
});
