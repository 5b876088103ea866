/** Which of the epochs that are kept is meant. Pure. */

/**
 * The kept epoch nearest to the one asked for; the earlier of two as near.
 * @param {number[]} kept rising, never empty
 * @param {number} asked
 */
export function nearest(kept, asked) {
  return kept.reduce((best, epoch) => (Math.abs(epoch - asked) < Math.abs(best - asked) ? epoch : best));
}
