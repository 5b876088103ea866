/** How long the run in front still waits for its turn: the one thing events do not tell, so it is asked for. */

import { resource } from "../lib/resource.js";
import { computed, effect, signal } from "../lib/signal.js";

const FIRST_MS = 1_000; // most runs have their turn before anybody wonders
const AGAIN_MS = 2_000;

/** @param {{api: Pick<Api, "readRun">, view: Pick<View, "front">}} shared @returns {ReadonlySignal<QueuePlace | null>} */
export function createQueue({ api, view }) {
  const waits = computed(() => (view.front.value?.status === "SCHEDULED" ? view.front.value.id : null));
  const asked = signal(/** @type {{run: string | null, count: number}} */ ({ run: null, count: 0 }));
  const answer = resource(
    () => (waits.value && waits.value === asked.value.run ? `${waits.value}?${asked.value.count}` : null),
    (_, abort) => api.readRun(waits.value ?? "", abort),
  );

  effect(() => {
    const run = waits.value;
    if (!run) return undefined;
    let timer = window.setTimeout(ask, FIRST_MS);
    function ask() {
      asked.value = { run, count: asked.value.count + 1 };
      timer = window.setTimeout(ask, AGAIN_MS);
    }
    return () => clearTimeout(timer);
  });

  return computed(() => answer.latest?.queue ?? null);
}
