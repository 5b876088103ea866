import assert from "node:assert/strict";
import { test } from "node:test";
import { differing, majority, nextSorting, notable, sorted, unusual } from "../../static/runs/table.js";
import { CONFIG } from "./runs.mjs";

const run = (number, changes = {}, more = {}) => ({
  number,
  name: `Run ${number}`,
  status: "FINISHED",
  config: { ...CONFIG, ...changes },
  best: null,
  last: null,
  ...more,
});
const three = [run(1), run(2, { eta: 0.5 }), run(3, { seed: 9 })];
const odd = (one, shared) =>
  notable(one, shared)
    .filter((part) => part.odd)
    .map(({ field }) => field);

test("what most runs share does not stand out; what one has alone does", () => {
  const shared = majority(three);
  assert.deepEqual(
    three.map((one) => odd(one, shared)),
    [[], ["eta"], ["seed"]],
  );
});

test("two runs that differ both stand out", () => {
  const two = [run(1), run(2, { shape: [784, 100, 10] })];
  assert.deepEqual(
    two.map((one) => odd(one, majority(two))),
    [["shape"], ["shape"]],
  );
});

test("a lone run has nothing to stand out from", () => {
  assert.deepEqual(odd(run(1), majority([run(1)])), []);
});

test("only fields that differ are compared", () => {
  assert.deepEqual(differing(three).sort(), ["eta", "seed"]);
  assert.deepEqual(differing([run(1), run(2)]), []);
});

test("sorting by best puts the best first, then turns round; runs without a result come last", () => {
  const runs = [run(1, {}, { best: { test_accuracy: 0.9 } }), run(2, {}, { best: { test_accuracy: 0.95 } }), run(3)];
  const once = nextSorting({ by: "number", falling: true }, "best");
  assert.deepEqual(
    sorted(runs, once).map(({ number }) => number),
    [2, 1, 3],
  );
  assert.deepEqual(
    sorted(runs, nextSorting(once, "best")).map(({ number }) => number),
    [3, 1, 2],
  );
});

test("equal runs stay newest first", () => {
  assert.deepEqual(
    sorted([run(1), run(2)], { by: "status", falling: false }).map(({ number }) => number),
    [2, 1],
  );
});

test("beside the lecture's four a run is told by what is not as in the lecture", () => {
  const fields = Object.fromEntries(
    Object.entries({ eta: 3, loss: "quadratic", train_size: null, seed: 1, name: "" }).map(([name, usual]) => [
      name,
      { name, default: usual },
    ]),
  );
  const lecture = { ...CONFIG, loss: "quadratic", train_size: null };
  assert.deepEqual(unusual({ ...lecture, eta: 0.5, seed: 9 }, fields), []);
  assert.deepEqual(unusual({ ...lecture, loss: "cross-entropy", train_size: 100 }, fields), ["loss", "train_size"]);
});
