// The page's fold over tests/shared/fold.json, which tests/app/runs/test_fold.py holds the server's fold to.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { emptyState, reduceMessage } from "../../static/state/store.js";

const CASES = JSON.parse(readFileSync(new URL("../shared/fold.json", import.meta.url)));

/** The event as a viewer is told it. */
const told = ({ body, shown, ...head }) => ({ ...head, ...(shown ?? body) });

/** The state after some messages, each a list of events. */
const after = (...messages) => messages.reduce((state, events) => reduceMessage(state, { events }), emptyState());

/** Every field that the server knows of a run, as the page has it. */
function asTheServerHasIt(state, expected) {
  return Object.fromEntries(
    [...state.runs].map(([id, run]) => [
      id,
      Object.fromEntries(Object.keys(expected[id] ?? run).map((name) => [name, run[name]])),
    ]),
  );
}

for (const { title, events, kept, runs } of CASES) {
  const all = events.map(told);

  test(`${title}: told one by one`, () => {
    assert.deepEqual(asTheServerHasIt(after(...all.map((event) => [event])), runs), runs);
  });

  test(`${title}: told at once, of what the log has kept`, () => {
    assert.deepEqual(asTheServerHasIt(after(all.filter(({ seq }) => kept.includes(seq))), runs), runs);
  });

  test(`${title}: told again from every place`, () => {
    for (let cut = 0; cut <= all.length; cut += 1) {
      const state = after(all.slice(0, cut), all.slice(Math.max(0, cut - 3)), all);
      assert.deepEqual(asTheServerHasIt(state, runs), runs);
    }
  });

  test(`${title}: cut off, and what was missed told as the log has kept it`, () => {
    for (let cut = 0; cut <= all.length; cut += 1) {
      const state = after(
        all.slice(0, cut),
        all.filter(({ seq }) => seq > cut && kept.includes(seq)),
      );
      assert.deepEqual(asTheServerHasIt(state, runs), runs);
    }
  });
}
