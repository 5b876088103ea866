/** The network at the epoch looked at, fetched while a lens is open. */

import { createCache } from "../lib/cache.js";
import { resource } from "../lib/resource.js";
import { effect, signal } from "../lib/signal.js";
import { newestPoint } from "../runs/curve_points.js";
import { unpackParams } from "./arithmetic/forward_pass.js";
import { nearest } from "./arithmetic/nearest.js";

const KEPT_BYTES = 48_000_000;

/** What is kept from one opening to the next. */
export const createSnapshotCaches = () => ({
  params: createCache({
    entries: Infinity,
    bytes: KEPT_BYTES,
    sizeOf: (/** @type {Params} */ { w }) => w[0].buffer.byteLength,
  }),
  epochs: createCache(),
});

/**
 * Where the server answers a question about the network of a snapshot.
 * @param {Snapshot} snapshot
 * @param {string} name of the lens
 * @param {string} [more] of the query
 */
export function questionAbout({ run, epoch, step }, name, more = "") {
  const query = [step === null && `epoch=${epoch}`, more].filter(Boolean).join("&");
  return `/runs/${run.id}/${name}?${query}${step === null ? "" : `#${step}`}`;
}

/**
 * @param {Pick<Context, "api" | "view">} context
 * @param {ReturnType<typeof createSnapshotCaches>} caches
 */
export function createSnapshots({ api, view }, caches) {
  /** @param {string} path @param {AbortSignal} abort */
  const fetchParams = async (path, abort) => unpackParams(await api.askBytes(path, abort));

  /** The latest that has come; it stands until the next one does. */
  const current = signal(/** @type {Snapshot | null} */ (null));
  const wish = () => view.hover.value ?? view.front.value?.epoch ?? 0;
  /** The step of now within an epoch, if that is looked at: in slow motion, or where a run stands. At full speed now is over too soon. */
  const within = () => {
    const run = view.front.value;
    const follows = run && view.hover.value === null && (run.now || run.status !== "RUNNING");
    return (follows && newestPoint(run)?.step) || null;
  };
  const asked = resource(
    () => (view.front.value ? `/runs/${view.front.value.id}/params?asked=${wish()}#${within() ?? ""}` : null),
    (_, abort) => (within() === null ? at : ofNow)(/** @type {Run} */ (view.front.value), wish(), abort),
    createCache({ entries: 1 }),
  );
  effect(() => {
    if (asked.latest || !view.front.value) current.value = asked.latest;
  });

  /**
   * Parameters of a run at the kept epoch nearest to the one asked for.
   * @param {Run} run
   * @param {number} epoch
   * @param {AbortSignal} abort
   * @returns {Promise<Snapshot>}
   */
  async function at(run, epoch, abort) {
    // The list grows with the run, so it is asked for again after each epoch; not for every look back.
    const { epochs } = await caches.epochs.ask(`/runs/${run.id}/epochs#${run.epoch}`, api.ask, abort);
    const kept = nearest(epochs, epoch);
    const params = await caches.params.ask(`/runs/${run.id}/params?epoch=${kept}`, fetchParams, abort);
    return { run, epoch: kept, step: null, asked: epoch, params };
  }

  /**
   * Parameters of a run as it stands, within an epoch.
   * @param {Run} run
   * @param {number} epoch
   * @param {AbortSignal} abort
   * @returns {Promise<Snapshot>}
   */
  async function ofNow(run, epoch, abort) {
    const { step } = newestPoint(run) ?? { step: null };
    return { run, epoch, step, asked: epoch, params: await fetchParams(`/runs/${run.id}/params`, abort) };
  }

  return {
    current,
    at,
    /** Whether the one that is wanted could not be fetched. */
    get failed() {
      return asked.failed;
    },
  };
}
