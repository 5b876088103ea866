/** The data sets there are: those the page came with, and those that people have brought since. */

import { signal, untracked } from "../lib/signal.js";

/** @param {Pick<Shared, "api" | "bootstrap">} shared */
export function createDatasets({ api, bootstrap }) {
  const all = signal(bootstrap.datasets);
  /** Names that were asked for in vain: each is asked for once. @type {Set<string>} */
  const missed = new Set();
  const refresh = async () => {
    all.value = (await api.ask("/datasets")).datasets;
  };

  return {
    all,
    refresh,
    /** @param {string | undefined} name @returns {Dataset | undefined} */
    find(name) {
      const found = all.value.find((one) => one.name === name);
      if (!found && name && !missed.has(name)) {
        missed.add(name);
        untracked(() => void refresh().catch(() => {}));
      }
      return found;
    },
  };
}
