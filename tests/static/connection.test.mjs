import assert from "node:assert/strict";
import { test } from "node:test";
import { backOff } from "../../static/lib/back_off.js";
import { SILENT_MS, connectionWord, isSilent } from "../../static/state/connection.js";

const open = { open: true, everOpen: true, lostAt: 0, heardAt: 1000, newsAt: 1000, streams: false };
const shut = { open: false, everOpen: true, lostAt: 1000, heardAt: 900, newsAt: 900, streams: false };

test("live as long as something was heard within four seconds", () => {
  assert.equal(connectionWord(open, true, 4999), "live");
  assert.equal(connectionWord(open, true, 5000), "stale");
});

test("what comes without a websocket has its own word, and is stale as any other", () => {
  assert.equal(connectionWord({ ...open, streams: true }, true, 4999), "streaming");
  assert.equal(connectionWord({ ...open, streams: true }, true, 5000), "stale");
});

test("silence is fine while nothing is learning", () => {
  assert.equal(connectionWord(open, false, 60_000), "live");
});

test("a server that only says that it is there has no news of a run that learns", () => {
  assert.equal(connectionWord({ ...open, heardAt: 9000 }, true, 9001), "stale");
});

test("an open connection that has missed two heartbeats is silent, whether or not a run learns", () => {
  assert.equal(isSilent(open, 1000 + SILENT_MS - 1), false);
  assert.equal(isSilent(open, 1000 + SILENT_MS), true);
  assert.equal(isSilent(shut, 1000 + SILENT_MS), false);
});

test("a lost connection is reconnecting, and offline only after five seconds", () => {
  assert.equal(connectionWord(shut, true, 5999), "reconnecting");
  assert.equal(connectionWord(shut, true, 6000), "offline");
});

test("the first connection has its own word", () => {
  assert.equal(connectionWord({ ...shut, everOpen: false }, false, 1500), "connecting");
});

test("waiting doubles up to ten seconds and is jittered over its upper half", () => {
  assert.deepEqual(
    [0, 1, 2, 9].map((n) => backOff(n, () => 0)),
    [250, 500, 1000, 5000],
  );
  assert.deepEqual(
    [0, 1, 2, 9].map((n) => backOff(n, () => 1)),
    [500, 1000, 2000, 10_000],
  );
});
