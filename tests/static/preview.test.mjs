import assert from "node:assert/strict";
import { test } from "node:test";
import { path, scale } from "../../static/charts/preview.js";

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
