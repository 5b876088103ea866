/**
 * The page's only connection: it asks for what came after the last number it knows, for ever. A page that knows nothing, or
 * too little, begins with the state that the server has folded. Where no websocket comes through, a stream does.
 */

import { connectionWord, isSilent } from "./connection.js";
import { openSocket, openStream } from "./lines.js";
import { backOff } from "../lib/back_off.js";
import { signal } from "../lib/signal.js";

const TICK_MS = 500; // how often the pill looks at the clock
const FAR = 2_000; // events behind; more of them take longer to read than the state to load
const ANSWER_MS = 5_000; // for the first word of a websocket; some proxies let one open and nothing through
const AGAIN_MS = 60_000; // until a page that reads a stream tries the websocket again

const NOT_JOINED = 1008; // the code with which the server lets go of who is not in the class: app/api/following.py

const OPEN = { socket: openSocket, stream: openStream };

/**
 * @typedef {keyof typeof OPEN} Way
 * @param {{urls: Record<Way, (after: number) => string>, after: () => number, begin: (abort: AbortSignal) => Promise<void>,
 *   learning: () => boolean, receive: (message: FeedMessage) => void, unanswered?: () => void, sentOut?: () => void}} options
 *   `begin` brings the state that the events go on from; `unanswered` is told of a connection that did not come about,
 *   `sentOut` that the server wants this visitor no more
 */
export function createFeed({ urls, after, begin, learning, receive, unanswered = () => {}, sentOut = () => {} }) {
  const word = signal(/** @type {string} */ ("connecting"));
  const facts = { open: false, everOpen: false, lostAt: performance.now(), heardAt: 0, newsAt: 0, streams: false };
  let attempt = 0;
  let timer = 0;
  let begun = false;
  let behind = false;
  /** The way that was the last to bring something. @type {Way} */
  let way = "socket";
  let triedAt = 0;
  /** What ends the present connection, or the attempt at one. @type {AbortController | null} */
  let line = null;
  /** The same of a websocket that is tried beside the stream. @type {AbortController | null} */
  let trial = null;

  function tell() {
    word.value = connectionWord(facts, learning(), performance.now());
  }

  async function connect() {
    drop();
    const mine = new AbortController();
    line = mine;
    if (behind || !after()) {
      const found = await begin(mine.signal).then(
        () => true,
        () => false,
      );
      if (line !== mine) return;
      if (!found) return failed();
      behind = false;
    }
    listen(mine, way);
  }

  /**
   * Listen on one way until it ends; when nothing comes by websocket, by stream.
   * @param {AbortController} mine
   * @param {Way} by
   */
  function listen(mine, by) {
    let heard = false;
    if (by === "socket") triedAt = performance.now();
    const late = by === "socket" ? setTimeout(() => end(0), ANSWER_MS) : 0;
    const end = (/** @type {number} */ code) => {
      clearTimeout(late);
      opened.close();
      if (mine.signal.aborted) return;
      if (mine === trial) trial = null;
      else if (code === NOT_JOINED) sendOut();
      else if (heard) lost();
      else if (by === "socket") listen(mine, "stream");
      else failed();
    };
    const hear = (/** @type {string} */ text) => {
      if (mine.signal.aborted) return;
      clearTimeout(late);
      if (mine === trial) takeOver();
      heard = true;
      way = by;
      facts.streams = by === "stream";
      take(JSON.parse(text));
    };
    const opened = OPEN[by](urls[by](after()), { open, hear, end });
    mine.signal.addEventListener("abort", () => {
      clearTimeout(late);
      opened.close();
    });

    function open() {
      if (mine.signal.aborted || mine === trial) return;
      const now = performance.now();
      Object.assign(facts, { open: true, everOpen: true, heardAt: now, newsAt: now });
      tell();
    }
  }

  /** @param {FeedMessage} message */
  function take(message) {
    attempt = 0;
    facts.heardAt = performance.now();
    behind = after() > 0 && (message.newest ?? 0) - after() > FAR;
    if (behind) return void connect();
    if (message.events.length || message.log || message.view || message.answers) {
      facts.newsAt = facts.heardAt;
      receive(message);
    }
    tell();
  }

  /** The websocket that was tried beside the stream brings something: the stream has had its time. */
  function takeOver() {
    line?.abort();
    [line, trial] = [trial, null];
  }

  /** Neither the present connection nor an attempt counts any more. */
  function drop() {
    clearTimeout(timer);
    line?.abort();
    trial?.abort();
    line = trial = null;
  }

  /** No connection any more, until the page starts it again. */
  function stop() {
    begun = false;
    drop();
    facts.open = false;
    tell();
  }

  function sendOut() {
    stop();
    sentOut();
  }

  function start() {
    if (begun) return;
    begun = true;
    attempt = 0;
    facts.lostAt = performance.now();
    connect();
  }

  /** Nothing came of it. */
  function failed() {
    unanswered();
    way = "socket";
    lost();
  }

  function lost() {
    drop();
    if (facts.open) facts.lostAt = performance.now();
    facts.open = false;
    if (begun) timer = window.setTimeout(connect, backOff(attempt));
    attempt += 1;
    tell();
  }

  /** The network or the tab came back: do not sit out the waiting time. */
  function hurry() {
    if (!begun || line || document.hidden) return;
    attempt = 0;
    connect();
  }

  function tick() {
    const now = performance.now();
    if (isSilent(facts, now)) lost();
    else if (facts.open && facts.streams && !trial && now - triedAt >= AGAIN_MS) {
      trial = new AbortController();
      listen(trial, "socket");
    }
    tell();
  }

  addEventListener("online", hurry);
  document.addEventListener("visibilitychange", hurry);
  setInterval(tick, TICK_MS);
  /** Drop this connection and make another with the number we now have. */
  const restart = lost;
  return { word, restart, start, stop };
}
