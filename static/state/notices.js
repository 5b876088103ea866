/** Messages that float. One that goes by itself stays as long as a hand or the focus is on it. */

import { signal } from "../lib/signal.js";

export function createNotices() {
  const notices = signal(/** @type {Notice[]} */ ([]));
  /** What ends by itself, by the message's number. @type {Map<number, {lasts: number, end: () => void, timer: number}>} */
  const clocks = new Map();
  let last = 0;

  /**
   * @param {string} text
   * @param {{kind?: Notice["kind"], action?: Notice["action"], lasts?: number, end?: () => void}} options `end` is what happens when its time is up
   */
  function notify(text, { kind = "info", action = undefined, lasts = 0, end = () => {} } = {}) {
    for (const other of notices.value.filter((notice) => notice.text === text)) expire(other.id);
    last += 1;
    const id = last;
    notices.value = [...notices.value, { id, text, kind, action }];
    if (lasts) clocks.set(id, { lasts, end, timer: 0 });
    release(id);
    return id;
  }

  /** @param {number} id */
  function expire(id) {
    const clock = clocks.get(id);
    withdraw(id);
    clock?.end();
  }

  /** @param {number} id */
  const hold = (id) => clearTimeout(clocks.get(id)?.timer);

  /** Its time begins anew. @param {number} id */
  function release(id) {
    const clock = clocks.get(id);
    if (!clock) return;
    clearTimeout(clock.timer);
    clock.timer = window.setTimeout(() => expire(id), clock.lasts);
  }

  /** Off the screen; what happens at its end happens in its time. @param {number} id */
  function dismiss(id) {
    notices.value = notices.value.filter((notice) => notice.id !== id);
    release(id);
  }

  /** Off the screen, and nothing happens at its end. @param {number} id */
  function withdraw(id) {
    hold(id);
    clocks.delete(id);
    dismiss(id);
  }

  return { notices, notify, hold, release, dismiss, withdraw };
}
