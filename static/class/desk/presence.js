/** Who is here: connections are passing facts that no event tells, so they are asked for while somebody looks. */

import { ApiError } from "../../state/api.js";
import { effect, signal } from "../../lib/signal.js";

const AGAIN_MS = 2_000;

/**
 * @typedef {{id: string, name: string, removed: boolean, connected: number, following: boolean, runs: number,
 *   unfinished: number, best: number | null, joined_at: string}} PresentMember `GET /class/members`
 * @param {Api} api
 * @param {ReadonlySignal<boolean>} wanted
 */
export function createPresence(api, wanted) {
  const members = signal(/** @type {PresentMember[] | null} */ (null));
  /** Whether the last answer is not there, so that what is shown is old. */
  const stale = signal(false);
  let timer = 0;

  async function ask() {
    clearTimeout(timer);
    try {
      if (!document.hidden) members.value = (await api.ask("/class/members")).members;
      stale.value = false;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      stale.value = true;
    }
    clearTimeout(timer);
    if (wanted.peek()) timer = window.setTimeout(ask, AGAIN_MS);
  }

  effect(() => {
    if (!wanted.value) return undefined;
    ask();
    return () => clearTimeout(timer);
  });
  return { members, stale, ask };
}
