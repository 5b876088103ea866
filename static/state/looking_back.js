/** The epoch looked at: the one under the pointer, or else the one the slider holds, or else now (null). */

import { derive, signal } from "../lib/signal.js";

export function createLookingBack() {
  const pointed = signal(/** @type {number | null} */ (null));
  const held = signal(/** @type {number | null} */ (null));
  const looked = derive([pointed, held], () => pointed.value ?? held.value);
  const hover = {
    get value() {
      return looked.value;
    },
    /** What the pointer is over; null when it leaves. */
    set value(epoch) {
      pointed.value = epoch;
    },
    subscribe: looked.subscribe,
  };
  return { hover, held };
}
