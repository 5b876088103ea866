// A page that began with the server's state against one that read the whole log: told by files in a folder, says how many runs are the same.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { completed, stateFrom } from "../../static/state/first_state.js";
import { emptyState, reduceMessage } from "../../static/state/store.js";

const folder = process.argv[2];
const read = (name) => JSON.parse(readFileSync(join(folder, name)));
const begun = stateFrom(read("state"), emptyState());
const whole = reduceMessage(emptyState(), { events: read("events") });
const MEASURES = ["train_loss", "train_accuracy", "test_loss", "test_accuracy"];

assert.equal(begun.seq, whole.seq);
assert.deepEqual([...begun.runs.keys()], [...whole.runs.keys()]);
for (const [id, run] of begun.runs) {
  const { history, predictions, ...facts } = run;
  const all = whole.runs.get(id);
  assert.deepEqual(facts, { ...pick(all, Object.keys(facts)), thinned: run.thinned });
  assert.deepEqual(predictions.slice(-2), all.predictions.slice(-2));
  assert.equal(run.thinned, all.epoch > 128 ? all.epoch : 0);
  history.epoch.forEach((epoch, at) => {
    for (const name of ["step", "ts"]) assert.equal(history[name][at], all.history[name][epoch - 1]);
    for (const name of MEASURES) {
      const exact = all.history[name][epoch - 1];
      assert.ok(Math.abs(history[name][at] - exact) <= 1e-6 * Math.abs(exact));
    }
  });
  if (run.thinned) assert.deepEqual(completed(run, read(`metrics-${id}`).columns).history, all.history);
}
console.log(begun.runs.size);

function pick(thing, names) {
  return Object.fromEntries(names.map((name) => [name, thing[name]]));
}
