/** What may truthfully be said about the connection. Pure: facts and a time in, one word out. */

export const STALE_MS = 4_000; // nothing heard although a run is learning
export const OFFLINE_MS = 5_000; // shorter gaps are a reconnect, not worth a fright

/**
 * @typedef {{open: boolean, everOpen: boolean, lostAt: number, heardAt: number}} ConnectionFacts
 * @param {ConnectionFacts} facts
 * @param {boolean} learning whether a run should be sending
 * @param {number} now
 * @returns {"connecting" | "live" | "stale" | "reconnecting" | "offline"}
 */
export function connectionWord(facts, learning, now) {
  if (!facts.open) {
    if (now - facts.lostAt >= OFFLINE_MS) return "offline";
    return facts.everOpen ? "reconnecting" : "connecting";
  }
  return learning && now - facts.heardAt >= STALE_MS ? "stale" : "live";
}

/**
 * Wait before attempt number n (from 0): doubling from half a second to ten, jittered so that a class does not
 * come back in one burst.
 * @param {number} attempt
 * @param {() => number} random
 */
export function backOff(attempt, random = Math.random) {
  const full = Math.min(10_000, 500 * 2 ** attempt);
  return full / 2 + (full / 2) * random();
}
