/** Which of the test digits a run gets wrong, and what changed since the epoch before. Pure. */

import { indexOfEpoch } from "./store.js";

/**
 * What there is to see of a run at an epoch (null: now).
 * @param {import("./store.js").Run | null | undefined} run
 * @param {number | null} epoch
 */
export function momentOf(run, epoch) {
  const index = run ? indexOfEpoch(run, epoch) : -1;
  if (!run || index < 0) return null;
  const { history } = run;
  return {
    epoch: history.epoch[index],
    train_loss: history.train_loss[index],
    train_accuracy: history.train_accuracy[index],
    test_loss: history.test_loss[index],
    test_accuracy: history.test_accuracy[index],
    predictions: run.predictions[index],
    before: run.predictions[index - 1] ?? null,
  };
}

/**
 * One entry per digit: right or wrong, and whether that is new.
 * @param {ArrayLike<number>} labels
 * @param {ArrayLike<number>} predictions
 * @param {ArrayLike<number> | null} before
 * @returns {{label: number, predicted: number, right: boolean, flip: "gained" | "lost" | null}[]}
 */
export function verdicts(labels, predictions, before) {
  return Array.from(labels, (label, i) => {
    const predicted = predictions[i];
    const right = predicted === label;
    const wasRight = before ? before[i] === label : right;
    return { label, predicted, right, flip: right === wasRight ? null : right ? "gained" : "lost" };
  });
}

export function wrongCount(labels, predictions) {
  return Array.from(labels).reduce((count, label, i) => count + Number(predictions[i] !== label), 0);
}
