import assert from "node:assert/strict";
import { test } from "node:test";
import { band, bestOf, cellsOf, combinations, spread } from "../../static/experiments/grid.js";
import { setLanguage } from "../../static/i18n/translate.js";
import { read, shown, suggested } from "../../static/experiments/values.js";
import { emptyState, reduceMessage } from "../../static/state/store.js";

const STARTED = {
  seq: 1,
  ts: "2026-11-25T10:00:00.000Z",
  experiment_id: "e",
  type: "experiment-started",
  name: "Experiment 1",
  number: 1,
  owner: "o",
  settings: {},
  vary: { eta: [0.5, 3], batch_size: [10, 30] },
  seeds: [1, 2],
};
const history = (...accuracies) => ({
  epoch: accuracies.map((_, k) => k + 1),
  test_accuracy: accuracies,
});
const run = (place, accuracy, status = "FINISHED") => ({
  id: `r${place}`,
  experiment: "e",
  place,
  status,
  last: { test_accuracy: accuracy },
  history: history(accuracy / 2, accuracy),
});

test("an experiment is there from its event on, and gone with the next", () => {
  const begun = reduceMessage(emptyState(), { events: [STARTED] });
  assert.deepEqual([...begun.experiments.keys()], ["e"]);
  assert.deepEqual(begun.experiments.get("e").seeds, [1, 2]);
  const gone = reduceMessage(begun, {
    events: [{ seq: 2, experiment_id: "e", type: "experiment-deleted", number: 1 }],
  });
  assert.equal(gone.experiments.size, 0);
  assert.equal(begun.experiments.size, 1);
});

test("cells are in the server's order, with mean and spread of those that ended well", () => {
  assert.deepEqual(combinations(STARTED.vary), [
    { eta: 0.5, batch_size: 10 },
    { eta: 0.5, batch_size: 30 },
    { eta: 3, batch_size: 10 },
    { eta: 3, batch_size: 30 },
  ]);
  const experiment = { id: "e", ...STARTED };
  const runs = [run(6, 0.1, "FAILED"), run(4, 0.8), run(0, 0.9), run(2, 0.86), run(1, 0.99, "RUNNING")];
  const cells = cellsOf(experiment, [...runs, { ...run(3, 1), experiment: "other" }]);
  assert.deepEqual(
    cells[0].runs.map(({ id }) => id),
    ["r0", "r4"],
  );
  assert.ok(Math.abs(cells[0].accuracy.mean - 0.85) < 1e-12);
  assert.ok(Math.abs(cells[0].accuracy.std - 0.0707106781) < 1e-9);
  assert.deepEqual(cells[2].accuracy, { mean: 0.86, std: null, count: 1 });
  assert.deepEqual([cells[2].ended, cells[2].failed], [2, 1]);
  assert.equal(cells[1].accuracy, null);
  assert.equal(bestOf(cells), 2);
  assert.equal(bestOf(cells.slice(1, 2)), -1);
  assert.equal(spread([null]), null);
});

test("a band has the mean of the runs that are so far, and one standard deviation", () => {
  const points = band([{ history: history(0.2, 0.6, 0.9) }, { history: history(0.4, 0.8) }]);
  assert.deepEqual(
    points.map(({ epoch }) => epoch),
    [1, 2, 3],
  );
  assert.ok(Math.abs(points[0].mean - 0.3) < 1e-12);
  assert.ok(Math.abs(points[0].high - points[0].mean - Math.SQRT2 / 10) < 1e-12);
  assert.deepEqual(points[2], { epoch: 3, mean: 0.9, low: 0.9, high: 0.9 });
});

test("values are read as people write them", async () => {
  await setLanguage("en");
  const eta = { name: "eta", kind: "number", options: [], minimum: 0.0001, maximum: 1000 };
  const shape = { name: "shape", kind: "list", options: [] };
  const loss = { name: "loss", kind: "enum", options: ["quadratic", "cross-entropy"] };
  assert.deepEqual(read(eta, "0.5, 1 3", [2, 5, 2]), [0.5, 1, 3]);
  assert.deepEqual(read(shape, "10、30-20", [784, 30, 10]), [
    [784, 10, 10],
    [784, 30, 20, 10],
  ]);
  assert.deepEqual(read(loss, "cross-entropy", []), ["cross-entropy"]);
  for (const [field, text] of [
    [eta, ""],
    [eta, "much"],
    [shape, "0"],
    [shape, "a-b"],
    [loss, "none"],
  ])
    assert.equal(read(field, text, [2, 5, 2]), null, text);
  assert.equal(suggested(eta, { eta: 3 }), "0.3, 1, 3, 9");
  assert.equal(shown("shape", [784, 30, 20, 10]), "30–20");
});
