/** Back and Forward of the browser: a lens that was opened closes, and the run looked at before comes to the front. */

import { readView } from "./address.js";
import { batch, computed } from "../lib/signal.js";
import { throttled } from "../lib/throttled.js";

const ADDRESS_MS = 500; // between two changes of the address; browsers refuse more than a hundred in thirty seconds

/**
 * Keep the address of what is on the screen. A lens opened or closed, and another run to look at, is a visit of its own, which
 * Back leaves; everything else is written over the present one, or else Back would go through every epoch of a slider.
 * @param {{address: () => string, chosen: Signal<string | null>, lens: Signal<string | null>, held: Signal<number | null>,
 *   following: Signal<boolean>}} view
 */
export function keepVisits({ address, chosen, lens, held, following }) {
  let run = chosen.peek();
  let inside = lens.peek() !== null;

  function write() {
    const text = address();
    const url = text ? `?${text}` : location.pathname;
    const anotherRun = run !== null && chosen.peek() !== run;
    const fresh = !following.peek() && (anotherRun || inside !== (lens.peek() !== null));
    [run, inside] = [chosen.peek(), lens.peek() !== null];
    if (fresh) history.pushState(null, "", url);
    else history.replaceState(null, "", url);
  }

  computed(address).subscribe(throttled(write, ADDRESS_MS));

  addEventListener("popstate", () => {
    if (following.peek()) return;
    const visit = readView(new URLSearchParams(location.search));
    [run, inside] = [visit.run, visit.lens !== null];
    batch(() => {
      chosen.value = visit.run;
      lens.value = visit.lens;
    });
    held.value = visit.epoch; // after the run has come to the front, which looks at its newest epoch
  });
}
