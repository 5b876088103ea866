import assert from "node:assert/strict";
import { test } from "node:test";
import { secondsLeft } from "../../static/runs/run.js";
import { createStore, emptyState, newestFirst, reduce, reduceMessage } from "../../static/state/store.js";
import { created, epoch, runAfter, stateAfter, status } from "./runs.mjs";

test("an epoch adds a point, the predictions, and the best so far", () => {
  const run = runAfter(created(1, "a"), epoch(2, "a", 1), epoch(3, "a", 2), epoch(4, "a", 3, { test_accuracy: 0.5 }));
  assert.deepEqual(run.history.epoch, [1, 2, 3]);
  assert.equal(run.last.test_accuracy, 0.5);
  assert.equal(run.best.epoch, 2);
  assert.deepEqual([...run.predictions[2]], [7, 2, 1]);
});

test("an epoch sent twice is folded once, whatever its number in the log", () => {
  const once = stateAfter(created(1, "a"), epoch(2, "a", 1));
  assert.deepEqual(reduce(once, epoch(2, "a", 1)), once);
  assert.deepEqual(reduce(once, epoch(9, "a", 1)).runs.get("a").history.epoch, [1]);
});

test("a page that was cut off and one that was not end in the same state", () => {
  const events = [
    created(1, "a"),
    status(2, "a", "RUNNING"),
    epoch(3, "a", 1),
    created(4, "b"),
    epoch(5, "a", 2),
    status(6, "a", "FINISHED", { fingerprint: "ff" }),
  ];
  let cutOff = reduceMessage(emptyState(), { events: events.slice(0, 4) });
  cutOff = reduceMessage(cutOff, { events: events.slice(2) });
  assert.deepEqual(cutOff, stateAfter(...events));
});

test("folding leaves the state before untouched", () => {
  const before = stateAfter(created(1, "a"), epoch(2, "a", 1));
  const copy = structuredClone(before);
  reduce(before, epoch(3, "a", 2));
  assert.deepEqual(before, copy);
});

test("unknown types, unknown runs and deleted runs do no harm", () => {
  const state = stateAfter(created(1, "a"), { seq: 2, run_id: "a", type: "sparkle" }, epoch(3, "nobody", 1), {
    seq: 4,
    run_id: "a",
    type: "deleted",
  });
  assert.equal(state.runs.size, 0);
  assert.equal(state.seq, 4);
});

test("another log starts anew; the same log goes on", () => {
  const state = reduceMessage(emptyState(), { n: 0, events: [created(1, "a")], log: "one", version: "0.1.0" });
  assert.equal(reduceMessage(state, { events: [], log: "one" }).runs.size, 1);
  const other = reduceMessage(state, { events: [], log: "two" });
  assert.deepEqual([other.runs.size, other.seq, other.log], [0, 0, "two"]);
});

test("a diverged epoch is a hole in the curve and never the best", () => {
  const lost = { train_loss: null, test_loss: null, train_accuracy: null, test_accuracy: null };
  const run = runAfter(
    created(1, "a"),
    epoch(2, "a", 1),
    epoch(3, "a", 2, lost),
    status(4, "a", "FAILED", { status_reason: "DIVERGED" }),
  );
  assert.deepEqual(run.history.train_loss, [0.5, null]);
  assert.equal(run.best.epoch, 1);
  assert.equal(run.status_reason, "DIVERGED");
});

test("time left follows the pace of the latest epochs, and nobody knows it before two", () => {
  assert.equal(secondsLeft(runAfter(created(1, "a"), status(2, "a", "RUNNING"), epoch(3, "a", 1))), null);
  const run = runAfter(created(1, "a"), status(2, "a", "RUNNING"), epoch(3, "a", 1), epoch(4, "a", 2));
  assert.equal(secondsLeft(run), 2 * 18);
});

test("old news is shown when all of it has come, and new news at once", () => {
  const store = createStore();
  const shown = [];
  store.state.subscribe(({ runs }) => shown.push([...runs.keys()].join("")));
  store.receive({ events: [], log: "l", newest: 3 });
  store.receive({ events: [created(1, "a")] });
  store.receive({ events: [created(2, "b")] });
  assert.deepEqual(shown, []);
  assert.equal(store.seq(), 2, "a connection lost on the way goes on from there");
  store.receive({ events: [created(4, "c")] });
  assert.deepEqual(shown, ["abc"]);
  store.receive({ events: [created(5, "d")] });
  assert.deepEqual(shown, ["abc", "abcd"]);
});

test("an empty server is shown as soon as it says so", () => {
  const store = createStore();
  let shown = 0;
  store.state.subscribe(() => (shown += 1));
  store.receive({ events: [], log: "l", newest: 0 });
  assert.equal(shown, 1);
});

test("numbers of another log start anew", () => {
  const store = createStore();
  assert.equal(store.receive({ events: [], log: "l", newest: 1 }), false);
  store.receive({ events: [created(1, "a")] });
  assert.equal(store.receive({ events: [], log: "other", newest: 1 }), true);
  assert.equal(store.seq(), 0);
  store.receive({ events: [created(1, "b")] });
  assert.deepEqual([...store.state.value.runs.keys()], ["b"]);
});

test("a run shown before its event keeps its number and gets its points once", () => {
  const store = createStore();
  store.insert(created(1, "a").run);
  store.receive({ events: [created(1, "a"), epoch(2, "a", 1), created(3, "b")] });
  assert.deepEqual(
    newestFirst(store.state.value).map(({ id, number }) => [id, number]),
    [
      ["b", 3],
      ["a", 1],
    ],
  );
  assert.deepEqual(store.state.value.runs.get("a").history.epoch, [1]);
});
