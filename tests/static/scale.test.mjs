import assert from "node:assert/strict";
import { test } from "node:test";
import { inverse, path, roundNumbers, roundPowers, scale, spreadOut, ticksOf } from "../../static/charts/scale.js";

test("values stand between the margins, by their logarithm on a logarithmic axis", () => {
  const place = scale({ range: [0, 10], type: "linear" }, 100, 20);
  assert.deepEqual([place(0), place(5), place(10)], [100, 60, 20]);
  const logarithmic = scale({ range: [0, 2], type: "log" }, 0, 100);
  assert.deepEqual([logarithmic(1), logarithmic(10), logarithmic(100)], [0, 50, 100]);
});

test("a line has a hole where a value is missing", () => {
  assert.equal(path([1, 2, 3, 4], [5, null, 6, 7]), "M1.0 5.0M3.0 6.0L4.0 7.0");
  assert.equal(path([], []), "");
});

test("a place tells the value that stands there", () => {
  for (const axis of [
    { range: [2, 12], type: "linear" },
    { range: [-1, 2], type: "log" },
  ]) {
    const [there, back] = [scale, inverse].map((make) => make(axis, 30, 250));
    for (const value of [3, 5, 11]) assert.ok(Math.abs(back(there(value)) - value) < 1e-9);
  }
});

test("numbers at an axis are round, as many as fit, and whole where things are counted", () => {
  assert.deepEqual(roundNumbers(0.68, 0.92, 6), [0.7, 0.75, 0.8, 0.85, 0.9]);
  assert.deepEqual(roundNumbers(0, 3.03, 8, 1), [0, 1, 2, 3]);
  assert.deepEqual(roundNumbers(5, 5, 6), [5]);
  assert.deepEqual(roundPowers(-3, 1, 6), [0.001, 0.01, 0.1, 1, 10]);
  assert.deepEqual(roundPowers(-1, 0, 6), [0.1, 0.2, 0.5, 1]);
  assert.deepEqual(roundPowers(Math.log10(0.91), Math.log10(0.99), 4), [0.92, 0.94, 0.96, 0.98]);
});

test("what stands at an axis is short, in the words of its format", () => {
  const words = (range, tickformat, type = "linear") =>
    ticksOf({ range, tickformat, type, nticks: 4 }).map(({ text }) => text);
  assert.deepEqual(words([0, 15000], "~s"), ["0", "5k", "10k", "15k"]);
  assert.deepEqual(words([0.9, 0.93], ".2~%"), ["90%", "91%", "92%", "93%"]);
  assert.deepEqual(words([-1, 1], ""), ["−1", "−0.5", "0", "0.5", "1"]);
  assert.deepEqual(
    ticksOf({ range: [0, -3], type: "log", tickvals: [0.1, 0.01], ticktext: ["90 %", "99 %"] }).map(({ text }) => text),
    ["90 %", "99 %"],
  );
});

test("names at the ends of lines move apart, no farther than they must, and stay in the chart", () => {
  assert.deepEqual(spreadOut([50, 20], 10, [0, 100]), [50, 20]);
  assert.deepEqual(spreadOut([50, 52, 51], 10, [0, 100]), [50, 70, 60]);
  assert.deepEqual(spreadOut([98, 99], 10, [0, 100]), [90, 100]);
});
