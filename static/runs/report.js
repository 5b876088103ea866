/** The report of one epoch of a run: its measures, and its predictions if they are here. Pure. */

import { indexOfEpoch } from "./run.js";

/**
 * What there is to see of a run at an epoch (null: now).
 * @param {Run | null | undefined} run
 * @param {number | null} epoch
 */
export function reportOf(run, epoch) {
  const index = run ? indexOfEpoch(run, epoch) : -1;
  if (!run || index < 0) return null;
  const { history } = run;
  const at = history.epoch[index];
  return {
    epoch: at,
    train_loss: history.train_loss[index],
    train_accuracy: history.train_accuracy[index],
    test_loss: history.test_loss[index],
    test_accuracy: history.test_accuracy[index],
    predictions: run.predictions[at - 1] ?? null,
    before: run.predictions[at - 2] ?? null,
  };
}
