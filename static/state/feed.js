/** The page's only websocket: it asks for what came after the last number it knows, for ever. */

import { connectionWord, isSilent } from "./connection.js";
import { backOff } from "../lib/back_off.js";
import { signal } from "../lib/signal.js";

const TICK_MS = 500; // how often the pill looks at the clock

const NOT_JOINED = 1008; // the code with which the server lets go of who is not in the class: app/api/websocket.py

/**
 * @param {{url: (after: number) => string, after: () => number, learning: () => boolean,
 *   receive: (message: FeedMessage) => void, unanswered?: () => void, sentOut?: () => void}} options
 *   `unanswered` is told of a connection that did not come about, `sentOut` that the server wants this visitor no more
 */
export function createFeed({ url, after, learning, receive, unanswered = () => {}, sentOut = () => {} }) {
  const word = signal(/** @type {string} */ ("connecting"));
  const facts = { open: false, everOpen: false, lostAt: performance.now(), heardAt: 0, newsAt: 0 };
  let attempt = 0;
  let timer = 0;
  let begun = false;
  /** @type {WebSocket | null} */
  let socket = null;

  function tell() {
    word.value = connectionWord(facts, learning(), performance.now());
  }

  function connect() {
    clearTimeout(timer);
    const mine = new WebSocket(url(after()));
    socket = mine;
    mine.onopen = () => {
      const now = performance.now();
      Object.assign(facts, { open: true, everOpen: true, heardAt: now, newsAt: now });
      tell();
    };
    mine.onmessage = ({ data }) => {
      if (socket !== mine) return;
      attempt = 0;
      facts.heardAt = performance.now();
      const message = JSON.parse(data);
      if (message.events.length || message.log || message.view) {
        facts.newsAt = facts.heardAt;
        receive(message);
      }
      tell();
    };
    mine.onclose = ({ code }) => {
      if (socket !== mine) return;
      if (!facts.open) unanswered();
      if (code !== NOT_JOINED) return lost();
      stop();
      return sentOut();
    };
  }

  /** No connection any more, until the page starts it again. */
  function stop() {
    begun = false;
    clearTimeout(timer);
    const old = socket;
    socket = null;
    facts.open = false;
    old?.close();
    tell();
  }

  function start() {
    if (begun) return;
    begun = true;
    attempt = 0;
    facts.lostAt = performance.now();
    connect();
  }

  function lost() {
    socket = null;
    if (facts.open) facts.lostAt = performance.now();
    facts.open = false;
    timer = window.setTimeout(connect, backOff(attempt));
    attempt += 1;
    tell();
  }

  /** The network or the tab came back: do not sit out the waiting time. */
  function hurry() {
    if (!begun || socket || document.hidden) return;
    attempt = 0;
    connect();
  }

  function tick() {
    if (socket && isSilent(facts, performance.now())) restart();
    tell();
  }

  /** Drop this socket and connect again with the number we now have. */
  function restart() {
    const old = socket;
    lost();
    old?.close();
  }

  addEventListener("online", hurry);
  document.addEventListener("visibilitychange", hurry);
  setInterval(tick, TICK_MS);
  return { word, restart, start, stop };
}
