// A page that begins with the server's state, over tests/shared/first_state.json, which tests/app/engine/test_first_state.py writes down.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { completed, stateFrom, withGrids } from "../../static/state/first_state.js";
import { emptyState, reduceMessage } from "../../static/state/store.js";
import { secondsLeft } from "../../static/runs/run.js";
import { reportOf } from "../../static/runs/report.js";
import { created, epoch, runAfter, stateAfter, status } from "./runs.mjs";

const CASES = JSON.parse(readFileSync(new URL("../shared/first_state.json", import.meta.url)));

/** The same without what a first state does not have: predictions before the newest two epochs, and losses of passing batches. */
function comparable(state) {
  const runs = [...state.runs].map(([id, run]) => [id, { ...run, trace: [], predictions: run.predictions.slice(-2) }]);
  return { ...state, log: null, version: null, runs: new Map(runs) };
}

for (const { title, told, states } of CASES) {
  test(`${title}: the first state and the tail make what the whole log makes`, () => {
    const whole = reduceMessage(emptyState(), { events: told });
    for (const answer of states) {
      const begun = stateFrom(answer, emptyState());
      const tail = told.filter(({ seq }) => seq > answer.seq);
      assert.deepEqual(
        comparable(reduceMessage(begun, { events: tail })),
        comparable(whole),
        `begun after ${answer.seq}`,
      );
    }
  });
}

const LONG = Array.from({ length: 300 }, (_, k) => epoch(3 + k, "a", k + 1));
const whole = runAfter(created(1, "a"), status(2, "a", "RUNNING"), ...LONG);

/** The run as a first state has it: every fourth epoch, and the newest. */
function thinned() {
  const kept = whole.history.epoch
    .map((number, at) => ({ number, at }))
    .filter(({ number }) => number % 4 === 1 || number === 300);
  const columns = Object.entries(whole.history).map(([name, values]) => [name, kept.map(({ at }) => values[at])]);
  const predictions = whole.predictions.slice(-2).map((labels) => [...labels]);
  const run = { ...whole, history: Object.fromEntries(columns), predictions };
  const answer = { log: "l", seq: 302, version: "1", experiments: [], runs: [run], class: null };
  return stateFrom(answer, emptyState()).runs.get("a");
}

test("of a long run the report of an epoch is there when the epoch is, and its digits when they have come", () => {
  const run = thinned();
  assert.equal(run.thinned, 300);
  assert.equal(reportOf(run, null).epoch, 300);
  assert.deepEqual([...reportOf(run, null).before], [...whole.predictions[298]]);
  assert.equal(reportOf(run, 5).test_accuracy, whole.history.test_accuracy[4]);
  assert.equal(reportOf(run, 5).predictions, null);
  assert.equal(reportOf(run, 6), null);
  const filled = { ...run, predictions: withGrids(run.predictions, 4, [[1], [2]]) };
  assert.deepEqual([...reportOf(filled, 5).predictions, ...reportOf(filled, 5).before], [2, 1]);
});

test("time left is by the epoch, however many are missing in between", () => {
  assert.equal(secondsLeft(thinned()), secondsLeft(whole));
});

test("with all epochs it is the run of the whole log, also when it has learned on in the meantime", () => {
  const more = [epoch(303, "a", 301), epoch(304, "a", 302)];
  const now = reduceMessage(
    { ...emptyState(), seq: 302, runs: new Map([["a", thinned()]]) },
    { events: more },
  ).runs.get("a");
  const all = runAfter(created(1, "a"), status(2, "a", "RUNNING"), ...LONG, ...more);
  for (const known of [300, 301, 302]) {
    const told = Object.entries(all.history).map(([name, values]) => [name, values.slice(0, known)]);
    assert.deepEqual(completed(now, Object.fromEntries(told)).history, all.history, `${known} were told`);
  }
  const early = completed(thinned(), all.history);
  assert.deepEqual(early.history, whole.history, "what has not been folded yet is not shown");
  const old = Object.entries(all.history).map(([name, values]) => [name, values.slice(0, 200)]);
  assert.equal(completed(now, Object.fromEntries(old)).thinned, 300, "an old answer completes nothing");
});

test("a view that was told stays with the same log, and a first state leaves what was before untouched", () => {
  const before = { ...stateAfter(created(1, "a")), log: "l", shared: { run: "a" } };
  const copy = structuredClone(before);
  const answer = { log: "l", seq: 9, version: "1", experiments: [], runs: [], class: null };
  assert.deepEqual(stateFrom(answer, before).shared, { run: "a" });
  assert.equal(stateFrom({ ...answer, log: "other" }, before).shared, null);
  assert.deepEqual(before, copy);
});
