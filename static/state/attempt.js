/** Asking the server for something that it may refuse. */

import { ApiError } from "./api.js";
import { refusalOf } from "./refusal.js";

/**
 * @typedef {(work: () => Promise<unknown>) => Promise<boolean>} Attempt whether it was done; a refusal is told where the visitor looks
 * @param {Actions} actions
 * @returns {Attempt}
 */
export function createAttempt(actions) {
  let told = 0;
  return async (work) => {
    actions.withdraw(told); // what was refused before is not what is tried now
    try {
      await work();
      return true;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      told = actions.notify(refusalOf(error), { kind: "error" });
      return false;
    }
  };
}
