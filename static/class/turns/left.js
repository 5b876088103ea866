/** How much of what one person may use is used up. Pure. */

import { ENDED } from "../../runs/run.js";

const CLOSE = 5; // runs left, from which on it is said

/**
 * How many more runs somebody may start; null while that is no matter.
 * @param {Iterable<Pick<Run, "owner" | "status">>} runs
 * @param {string | null} member
 * @param {number} most
 */
export function runsLeft(runs, member, most) {
  let used = 0;
  for (const { owner, status } of runs) if (owner === member && !ENDED.has(status)) used += 1;
  const left = Math.max(0, most - used);
  return used && left <= Math.min(CLOSE, most - 1) ? left : null;
}

/** The own run that has waited longest for its first turn, unless it is the one in front, about which the page says it anyway. */
export function waitingRun(
  /** @type {Iterable<Run>} */ runs,
  /** @type {string | null} */ member,
  /** @type {string | null} */ front,
) {
  for (const run of runs) if (run.owner === member && run.status === "SCHEDULED" && run.id !== front) return run;
  return null;
}
