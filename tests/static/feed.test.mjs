// The feed between a page and a network that the test plays.

import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

/** Connections in the order in which they were asked for. */
let asked = [];

class Line {
  constructor(url) {
    Object.assign(this, { url, closed: false, listeners: {} });
    asked.push(this);
  }
  close() {
    this.closed = true;
  }
  addEventListener(name, listener) {
    this.listeners[name] = listener;
  }
  say(message) {
    this.onopen?.();
    this.onmessage({ data: JSON.stringify({ events: [], ...message }) });
  }
}
Object.assign(globalThis, {
  WebSocket: class extends Line {},
  EventSource: class extends Line {},
  addEventListener() {},
  document: { addEventListener() {}, hidden: false },
  window: globalThis,
});
const { createFeed } = await import("../../static/state/feed.js");

const settled = () => new Promise((resolve) => setImmediate(resolve));
let told;
let seq;
let feed;

beforeEach(async () => {
  mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
  asked = [];
  told = [];
  seq = 0;
  feed = createFeed({
    urls: { socket: (after) => `ws?after=${after}`, stream: (after) => `events?after=${after}` },
    after: () => seq,
    begin: async () => {
      told.push("begun");
      seq = 500;
    },
    learning: () => false,
    receive: ({ events }) => told.push(events.length),
    unanswered: () => told.push("unanswered"),
    sentOut: () => told.push("sent out"),
  });
  feed.start();
  await settled();
});

afterEach(() => {
  feed.stop();
  mock.timers.reset();
});

const urls = () => asked.map(({ url }) => url);

test("a page that knows nothing begins with the state, and then follows from its number", () => {
  assert.deepEqual([told, urls()], [["begun"], ["ws?after=500"]]);
  asked[0].say({ log: "l", newest: 500 });
  assert.equal(feed.word.value, "live");
});

test("who comes back having missed little is told what was missed; having missed much, begins again", async () => {
  asked[0].say({ log: "l", newest: 500 });
  asked[0].onclose({ code: 1006 });
  mock.timers.tick(1000);
  await settled();
  assert.deepEqual(urls(), ["ws?after=500", "ws?after=500"]);
  asked[1].say({ log: "l", newest: 2500 });
  await settled();
  assert.equal(told.filter((one) => one === "begun").length, 1);
  asked[1].onclose({ code: 1012 });
  mock.timers.tick(1000);
  await settled();
  asked[2].say({ log: "l", newest: 2501 });
  await settled();
  assert.equal(told.filter((one) => one === "begun").length, 2);
  assert.equal(asked.length, 4);
  assert.ok(asked[2].closed);
});

test("a websocket that is refused, or says nothing, is followed by a stream, which is tried first from then on", async () => {
  asked[0].onclose({ code: 1006 });
  assert.deepEqual(urls(), ["ws?after=500", "events?after=500"]);
  asked[1].say({ log: "l", newest: 500 });
  assert.equal(feed.word.value, "streaming");
  asked[1].onerror();
  assert.equal(feed.word.value, "reconnecting");
  mock.timers.tick(1000);
  await settled();
  assert.equal(urls()[2], "events?after=500");
  asked[2].onerror();
  mock.timers.tick(1000);
  await settled();
  assert.equal(urls()[3], "ws?after=500");
  asked[3].onopen();
  mock.timers.tick(5000);
  assert.equal(urls()[4], "events?after=500");
});

test("where neither comes through the page asks why, and tries both again", async () => {
  asked[0].onclose({ code: 1006 });
  asked[1].onerror();
  assert.deepEqual(told, ["begun", "unanswered"]);
  mock.timers.tick(1000);
  await settled();
  assert.equal(urls()[2], "ws?after=500");
});

test("who is sent out of the class is told so, by either way, and does not come back", async () => {
  asked[0].onclose({ code: 1006 });
  asked[1].say({ log: "l", newest: 500 });
  asked[1].listeners.goodbye({ data: JSON.stringify({ code: 1008, reason: "join the class first" }) });
  mock.timers.tick(60_000);
  await settled();
  assert.equal(told.at(-1), "sent out");
  assert.ok(asked.every(({ closed }) => closed));
  assert.equal(asked.length, 2);
});

test("a page that cannot have the state asks again", async () => {
  feed.stop();
  asked = [];
  let attempts = 0;
  const other = createFeed({
    urls: { socket: () => "ws", stream: () => "events" },
    after: () => 0,
    begin: async () => {
      attempts += 1;
      if (attempts === 1) throw new Error("unreachable");
    },
    learning: () => false,
    receive: () => {},
  });
  other.start();
  await settled();
  assert.deepEqual(urls(), []);
  mock.timers.tick(1000);
  await settled();
  assert.deepEqual(urls(), ["ws"]);
  other.stop();
});
