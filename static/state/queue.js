/** How long the run in front still waits for its turn: the one thing events do not tell, so it is asked for. */

import { signal } from "../lib/signal.js";

const FIRST_MS = 1_000; // most runs have their turn before anybody wonders
const AGAIN_MS = 2_000;

/** @param {Pick<Shared, "api" | "store" | "view">} shared @returns {Signal<QueuePlace | null>} */
export function createQueue({ api, store, view }) {
  const queue = signal(/** @type {QueuePlace | null} */ (null));
  let asked = /** @type {string | null} */ (null);
  let timer = 0;

  const waiting = () => {
    const run = store.state.value.runs.get(view.focus.value);
    return run?.status === "SCHEDULED" ? run.id : null;
  };

  async function ask() {
    const id = asked;
    if (id === null) return;
    const run = await api.readRun(id).catch(() => null); // the pill tells of a lost connection
    if (asked !== id) return;
    queue.value = run?.queue ?? null;
    timer = window.setTimeout(ask, AGAIN_MS);
  }

  function follow() {
    const id = waiting();
    if (id === asked) return;
    asked = id;
    clearTimeout(timer);
    queue.value = null;
    if (id) timer = window.setTimeout(ask, FIRST_MS);
  }

  store.state.subscribe(follow);
  view.focus.subscribe(follow);
  return queue;
}
