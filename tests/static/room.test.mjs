// The page's fold of a class over tests/shared/class.json, which tests/app/classroom/test_fold.py holds the server's fold to.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { rulesOf } from "../../static/people/opening.js";
import { emptyState, reduceMessage } from "../../static/state/store.js";

const STEPS = JSON.parse(readFileSync(new URL("../shared/class.json", import.meta.url)));
const told = STEPS.filter((step) => step.told || step.counts).map(messageOf);

/** What viewers are told of a step. */
function messageOf({ told: event, counts }) {
  return { events: event ? [event] : [], ...(counts ? { answers: counts } : {}) };
}

/** The class as `GET /class` has it. */
function asTheServerHasIt(room, seq) {
  if (!room) return null;
  return {
    ...room,
    members: [...room.members.values()],
    questions: [...room.questions.values()].map(({ correct, spec, ...question }) => ({
      ...question,
      spec: { ...spec, correct },
    })),
    tasks: [...room.tasks.values()],
    seq,
  };
}

test("a lesson told event by event makes the class that the server has", () => {
  let state = emptyState();
  for (const step of STEPS) {
    state = reduceMessage(state, messageOf(step));
    assert.deepEqual(asTheServerHasIt(state.room, step.room?.seq), step.room);
  }
});

test("told again from every place, it is the same", () => {
  for (let cut = 0; cut < told.length; cut += 1) {
    const first = told.slice(0, cut).reduce(reduceMessage, emptyState());
    const all = told.reduce(reduceMessage, emptyState());
    assert.deepEqual(told.slice(Math.max(0, cut - 3)).reduce(reduceMessage, first), all);
  }
});

const base = { preset: "digits", eta: 3, batch_size: 10, epochs: 20, shape: [784, 30, 10] };
const config = { ...base, eta: 0.5, batch_size: 100 };

test("where all is open nothing is locked", () => {
  const rules = rulesOf({ which: "all", settings: [], base: null }, null);
  assert.equal(rules.lock("eta").locked, false);
  assert.equal(rules.lock("lessons").locked, false);
  assert.deepEqual(rules.fit(config), config);
});

test("where some is open the rest is as in the class's settings, and what is open has bounds", () => {
  const rules = rulesOf({ which: "some", settings: [{ name: "eta", least: 0.1, most: 1 }], base }, null);
  assert.deepEqual(rules.fit(config), { ...base, eta: 0.5 });
  assert.equal(rules.lock("batch_size").locked, true);
  assert.equal(rules.lock("lessons").locked, true);
  assert.equal(rules.breach("eta", 0.5), null);
  assert.deepEqual(rules.breach("eta", 2), { key: "refusal.setting-at-most", values: { limit: 1 } });
  assert.deepEqual(rules.breach("eta", 0.01), { key: "refusal.setting-at-least", values: { limit: 0.1 } });
});

test("a task's rules go before the class's, and its epochs are a bound of their own", () => {
  const opening = { which: "all", settings: [], base: null };
  const task = { spec: { opening, max_epochs: 5 } };
  const rules = rulesOf({ which: "none", settings: [], base }, task);
  assert.equal(rules.lock("eta").locked, false);
  assert.deepEqual(rules.breach("epochs", 6), { key: "refusal.setting-at-most", values: { limit: 5 } });
});

test("a task's bound on weights and biases is one on the shape", () => {
  const opening = { which: "all", settings: [], base: null };
  const rules = rulesOf(opening, { spec: { opening, max_epochs: null, max_parameters: 10_000 } });
  assert.equal(rules.parameters, 10_000);
  assert.equal(rules.breach("shape", [784, 12, 10]), null);
  assert.deepEqual(rules.breach("shape", [784, 13, 10]), {
    key: "rules.parameters",
    values: { limit: "10,000" },
  });
  assert.equal(rulesOf(opening, null).parameters, null);
});

test("what happened to somebody or something that there is not is left out", () => {
  const told = { class_id: "class-1", ts: "2026-11-25T10:00:00.000Z" };
  const { room } = reduceMessage(emptyState(), {
    events: [
      { ...told, seq: 1, type: "class-started", code: "ABCDEF" },
      { ...told, seq: 2, type: "member-renamed", member: "nobody", name: "Bob" },
      { ...told, seq: 3, type: "question-closed", question: "none" },
      { ...told, seq: 4, type: "task-changed", task: "none", named: true, ended: false },
    ],
  });
  assert.deepEqual([room.members.size, room.questions.size, room.tasks.size], [0, 0, 0]);
});
