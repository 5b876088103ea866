/** Small events and runs for the tests of the page's pure modules. */

import { emptyState, reduceMessage } from "../../static/state/store.js";

export const CONFIG = {
  preset: "full-digits",
  dataset: "digits",
  shape: [784, 30, 10],
  eta: 3,
  batch_size: 10,
  initialization: "standard",
  epochs: 20,
  seed: 1,
};

export function created(seq, id, config = {}) {
  const run = {
    id,
    name: id,
    number: seq,
    status: "SCHEDULED",
    status_reason: null,
    wanted: "running",
    config: { ...CONFIG, ...config },
    parameters: 23860,
    epoch: 0,
    step: 0,
    steps_per_epoch: 6000,
    last: null,
    best: null,
    fingerprint: null,
    kernels: [],
  };
  return { seq, run_id: id, type: "created", ts: "2026-01-01T00:00:00Z", run };
}

export function epoch(seq, id, number, values = {}) {
  return {
    seq,
    run_id: id,
    type: "epoch",
    ts: new Date(Date.UTC(2026, 0, 1, 0, 0, 2 * number)).toISOString(),
    epoch: number,
    step: number * 6000,
    seconds: 1.5,
    train_loss: 0.5 / number,
    train_accuracy: 1 - 0.2 / number,
    test_loss: 0.6 / number,
    test_accuracy: 1 - 0.3 / number,
    predictions: [7, 2, 1],
    ...values,
  };
}

export const status = (seq, id, word, more = {}) => ({
  seq,
  run_id: id,
  type: "status",
  ts: "2026-01-01T00:00:00Z",
  status: word,
  ...more,
});

export const stateAfter = (...events) => reduceMessage(emptyState(), { events });

export const runAfter = (...events) => stateAfter(...events).runs.get(events[0].run_id);
