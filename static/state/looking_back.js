/** The epoch looked at: the one under the pointer, or else the one the slider holds, or else now (null). */

import { computed, signal } from "../lib/signal.js";

export function createLookingBack() {
  const pointed = signal(/** @type {number | null} */ (null));
  const held = signal(/** @type {number | null} */ (null));
  const looked = computed(() => pointed.value ?? held.value);
  const hover = {
    get value() {
      return looked.value;
    },
    /** What the pointer is over; null when it leaves. */
    set value(epoch) {
      pointed.value = epoch;
    },
    peek: looked.peek,
    subscribe: looked.subscribe,
  };
  return { hover, held };
}
