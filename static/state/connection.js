/** What may truthfully be said about the connection. Pure: facts and a time in, one word out. */

export const STALE_MS = 4_000; // no news although a run is learning
export const SILENT_MS = 25_000; // the server says something every ten seconds: who misses two of them has lost it
export const OFFLINE_MS = 5_000; // shorter gaps are a reconnect, not worth a fright

/**
 * @typedef {{open: boolean, everOpen: boolean, lostAt: number, heardAt: number, newsAt: number, streams: boolean}} ConnectionFacts
 *   `heardAt`: the last message of any kind; `newsAt`: the last with something in it; `streams`: there is no websocket
 * @param {ConnectionFacts} facts
 * @param {boolean} learning whether a run should be sending
 * @param {number} now
 * @returns {"connecting" | "live" | "streaming" | "stale" | "reconnecting" | "offline"}
 */
export function connectionWord(facts, learning, now) {
  if (!facts.open) {
    if (now - facts.lostAt >= OFFLINE_MS) return "offline";
    return facts.everOpen ? "reconnecting" : "connecting";
  }
  if (learning && now - facts.newsAt >= STALE_MS) return "stale";
  return facts.streams ? "streaming" : "live";
}

/** Whether an open socket is so only by name: nothing comes any more, and nobody has closed it. @param {ConnectionFacts} facts @param {number} now */
export const isSilent = (facts, now) => facts.open && now - facts.heardAt >= SILENT_MS;
