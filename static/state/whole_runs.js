/** Of the runs that are looked at the page has every epoch: what the first state has left out is fetched. */

import { resource } from "../lib/resource.js";
import { computed, effect, untracked } from "../lib/signal.js";

const BLOCK = 100; // epochs whose digits are fetched together: ten seconds of playing them

/** @param {Pick<Shared, "api" | "store" | "view">} shared */
export function createWholeRuns({ api, store, view }) {
  /** The first of the runs on the charts, or of those that answer a question, that has only some of its epochs. */
  const thinned = computed(() => {
    const { runs, room } = store.state.value;
    const told = [...(room?.questions.values() ?? [])].filter(({ status }) => status === "revealed");
    const ids = [view.focus.value, view.ghost.value, ...view.compared.value, ...told.map(({ spec }) => spec.run_id)];
    return ids.map((id) => runs.get(id)).find((run) => run?.thinned) ?? null;
  });
  const series = resource(
    // What was told before the page was cut off does not reach as far as what is missing now.
    () => thinned.value && `/runs/${thinned.value.id}/metrics#${thinned.value.thinned}`,
    async (key, abort) => ({ id: idOf(key), columns: (await api.ask(key.split("#")[0], abort)).columns }),
  );
  effect(() => {
    const found = series.value;
    if (found) untracked(() => store.complete(found.id, found.columns));
  });

  /** The first epoch of the block that has the digits looked at, if they are not here; the one before is in it too. */
  const missing = computed(() => {
    const run = view.front.value;
    const epoch = view.hover.value ?? run?.epoch ?? 0;
    if (!run || epoch < 1 || epoch > run.epoch || run.predictions[epoch - 1]) return null;
    const first = Math.max(1, epoch - (epoch % BLOCK));
    return { id: run.id, first, count: Math.min(BLOCK + 1, run.epoch - first + 1) };
  });
  const grids = resource(
    () => missing.value && `/runs/${missing.value.id}/grids?first=${missing.value.first}&count=${missing.value.count}`,
    async (key, abort) => ({ id: idOf(key), ...(await api.ask(key, abort)) }),
  );
  effect(() => {
    const found = grids.latest; // also what was asked for before the run learned on
    if (found) untracked(() => store.addGrids(found.id, found.first, found.predictions));
  });
}

/** @param {string} path */
const idOf = (path) => path.split("/")[2];
