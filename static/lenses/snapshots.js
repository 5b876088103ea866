/** The network at the epoch looked at, fetched while a lens is open. At most one request is under way; the newest wish wins. */

import { ApiError } from "../state/api.js";
import { signal } from "../lib/signal.js";
import { unpackParams } from "./arithmetic/forward_pass.js";
import { nearest } from "./arithmetic/nearest.js";

const KEPT_BYTES = 48_000_000;

/**
 * @typedef {{run: import("../state/store.js").Run, epoch: number, asked: number, params: import("./arithmetic/forward_pass.js").Params}} Snapshot
 * @param {{api: any, store: any, view: any}} context
 */
export function createSnapshots({ api, store, view }) {
  const current = signal(/** @type {Snapshot | null} */ (null));
  const failed = signal(false);
  /** @type {Map<string, import("./arithmetic/forward_pass.js").Params>} */
  const known = new Map();
  const kept = new Map();
  let bytes = 0;
  let viewers = 0;
  let busy = false;
  let done = "";

  const front = () => store.state.value.runs.get(view.focus.value) ?? null;
  const wish = () => {
    const run = front();
    return run ? `${run.id} ${view.hover.value ?? run.epoch}` : "";
  };

  /** Parameters of a run at the kept epoch nearest to the one asked for. */
  async function at(run, asked) {
    const epoch = nearest(await epochsOf(run), asked);
    const key = `${run.id} ${epoch}`;
    if (!known.has(key)) remember(key, unpackParams(await api.askBytes(`/runs/${run.id}/params?epoch=${epoch}`)));
    return { run, epoch, asked, params: known.get(key) };
  }

  function remember(key, params) {
    known.set(key, params);
    bytes += params.w[0].buffer.byteLength;
    for (const [old, { w }] of known) {
      if (bytes <= KEPT_BYTES || old === key) break;
      known.delete(old);
      bytes -= w[0].buffer.byteLength;
    }
  }

  /** The list grows with the run, so it is asked for again after each epoch; not for every look back. */
  async function epochsOf(run) {
    const entry = kept.get(run.id);
    if (entry?.newest !== run.epoch)
      kept.set(run.id, await api.ask(`/runs/${run.id}/epochs`).then(({ epochs }) => ({ epochs, newest: run.epoch })));
    return kept.get(run.id).epochs;
  }

  async function update() {
    if (busy || !viewers) return;
    busy = true;
    try {
      while (viewers && wish() !== done) {
        const now = wish();
        const run = front();
        current.value = run ? await at(run, view.hover.value ?? run.epoch) : null;
        failed.value = false;
        done = now;
      }
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      failed.value = true; // asked again when anything has changed
    } finally {
      busy = false;
    }
  }
  for (const source of [store.state, view.focus, view.hover]) source.subscribe(update);

  /** Keep `current` up to date until the returned function is called. */
  function follow() {
    viewers += 1;
    update();
    return () => (viewers -= 1);
  }

  return { current, failed, follow, at };
}
