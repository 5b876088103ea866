/** Which of the test digits a run gets wrong, and what changed since the epoch before. Pure. */

/**
 * One entry per digit: right or wrong, and whether that is new.
 * @param {ArrayLike<number>} labels
 * @param {ArrayLike<number>} predictions
 * @param {ArrayLike<number> | null} before
 * @returns {{label: number, predicted: number, right: boolean, flip: "gained" | "lost" | null}[]}
 */
export function correctness(labels, predictions, before) {
  return Array.from(labels, (label, i) => {
    const predicted = predictions[i];
    const right = predicted === label;
    const wasRight = before ? before[i] === label : right;
    return { label, predicted, right, flip: right === wasRight ? null : right ? "gained" : "lost" };
  });
}

/** @param {ArrayLike<number>} labels @param {ArrayLike<number>} predictions */
export function wrongCount(labels, predictions) {
  return Array.from(labels).reduce((count, label, i) => count + Number(predictions[i] !== label), 0);
}
