// The desk, the class in one picture, and whose turn it is: what is decided without a page.

import assert from "node:assert/strict";
import { test } from "node:test";
import { boundOf, openingOf, wrongWith } from "../../static/class/desk/opening_form.js";
import { ordered } from "../../static/class/desk/sorting.js";
import { filtered, newestOfEach, newsOf } from "../../static/class/overview/filter.js";
import { BANDS, bandOf, outline, scaleOf, spread } from "../../static/class/overview/points.js";
import { runsLeft, waitingRun } from "../../static/class/turns/left.js";

const close = (one, other) => assert.ok(Math.abs(one - other) < 1e-9, `${one} is not ${other}`);

test("colour and shape of a point follow its accuracy, and each band has a shape of its own", () => {
  const bands = [null, 0, 0.5, 0.7999, 0.8, 0.9, 0.95, 1].map((accuracy) =>
    bandOf({ best: accuracy === null ? null : { test_accuracy: accuracy } }),
  );
  assert.deepEqual(bands, [-1, 0, 1, 1, 2, 3, 4, 4]);
  assert.equal(new Set(BANDS.map(({ shape }) => outline(shape, 8))).size, BANDS.length);
});

test("an axis of numbers is logarithmic where they differ widely, and names its ends", () => {
  const narrow = scaleOf([10, 30, 20]);
  assert.equal(narrow.log, false);
  close(narrow.place(20), 0.5);
  const wide = scaleOf([0.01, 1, 100]);
  assert.equal(wide.log, true);
  close(wide.place(1), 0.5);
  assert.deepEqual(
    wide.ticks.map(({ value }) => value),
    [0.01, 1, 100],
  );
  assert.equal(scaleOf([0, 1000]).log, false); // no hidden neurons have no logarithm
});

test("an axis with one value, or none, has a place for it", () => {
  assert.equal(scaleOf([3, 3]).place(3), 0.5);
  assert.deepEqual(scaleOf([]).ticks, []);
});

test("words have places side by side", () => {
  const { place, ticks } = scaleOf(["scaled", "standard", "scaled"]);
  assert.deepEqual([place("scaled"), place("standard")], [0.25, 0.75]);
  assert.equal(ticks.length, 2);
});

test("ticks leave room for each other", () => {
  const { ticks } = scaleOf(Array.from({ length: 500 }, (_, at) => at + 100));
  assert.ok(ticks.length < 13);
  for (const [at, tick] of ticks.slice(1).entries()) assert.ok(tick.at - ticks[at].at > 0.08);
});

test("forty points of one place do not hide each other", () => {
  const points = spread(
    Array.from({ length: 40 }, (_, id) => ({ id, x: 100, y: 100 })),
    16,
  );
  assert.deepEqual([points[0].x, points[0].y], [100, 100]);
  for (const one of points)
    for (const other of points.filter(({ id }) => id < one.id))
      assert.ok(Math.hypot(one.x - other.x, one.y - other.y) > 8, `${one.id} and ${other.id}`);
});

const run = (number, owner, more = {}) => ({
  id: `r${number}`,
  number,
  owner,
  name: `Run ${number}`,
  status: "FINISHED",
  created_at: `2026-01-01T0${number}`,
  history: { ts: [] },
  config: { dataset: "digits" },
  ...more,
});
const NAMES = { a: "Ann", b: "Ben" };
const nameOf = ({ owner }) => NAMES[owner];
const ids = (runs) => runs.map(({ id }) => id);

test("runs are filtered by name, by state and by the task during which they began", () => {
  const plane = { config: { dataset: "two-features" } };
  const runs = [run(1, "a"), run(3, "b", { status: "RUNNING", ...plane }), run(5, "a", { name: "Ben's rival" })];
  const tasks = [
    { id: "t1", set_at: "2026-01-01T02", ended_at: "2026-01-01T04" },
    { id: "t2", set_at: "2026-01-01T04", ended_at: null },
  ];
  const none = { name: "", status: "", task: "", data: "" };
  const by = (filter) => ids(filtered(runs, { ...none, ...filter }, nameOf, tasks));
  assert.deepEqual(by({}), ["r1", "r3", "r5"]);
  assert.deepEqual(by({ name: " bEn " }), ["r3", "r5"]);
  assert.deepEqual(by({ status: "learning" }), ["r3"]);
  assert.deepEqual(by({ task: "t1" }), ["r3"]);
  assert.deepEqual(by({ task: "t2" }), ["r5"]);
  assert.deepEqual(by({ task: "t2", status: "learning" }), []);
  assert.deepEqual(by({ data: "digits" }), ["r1", "r5"]);
});

test("the wall has the newest run of each, in the order in which they came", () => {
  assert.deepEqual(ids(newestOfEach([run(4, "a"), run(1, "a"), run(2, "b")])), ["r4", "r2"]);
});

test("the newest news is marked, what is not much older a little, by the server's clock", () => {
  const at = (...ts) => ({ history: { ts } });
  assert.deepEqual(newsOf([at(1000, 90_000), at(100_000), at(97_000), at()]), [2, 0, 1, 2]);
  assert.deepEqual(newsOf([at(), at()]), [2, 2]);
});

test("students are ordered, those sent out last", () => {
  const members = [
    { name: "Cem", best: 0.9, connected: 1, removed: false, joined_at: "1" },
    { name: "Ann", best: null, connected: 0, removed: false, joined_at: "3" },
    { name: "Ben", best: 0.95, connected: 2, removed: true, joined_at: "2" },
  ];
  const names = (order) => ordered(members, order).map(({ name }) => name);
  assert.deepEqual(names("name"), ["Ann", "Cem", "Ben"]);
  assert.deepEqual(names("best"), ["Cem", "Ann", "Ben"]);
  assert.deepEqual(names("away"), ["Ann", "Cem", "Ben"]);
  assert.deepEqual(names("joined"), ["Cem", "Ann", "Ben"]);
});

test("the form of what is open says what the server takes", () => {
  const choices = [
    { name: "eta", open: true, least: 0.1, most: null },
    { name: "epochs", open: false, least: 1, most: 2 },
  ];
  const base = { dataset: "digits" };
  assert.deepEqual(openingOf("all", choices, base), { which: "all", settings: [], base: null });
  assert.deepEqual(openingOf("none", choices, base), { which: "none", settings: [], base });
  assert.deepEqual(openingOf("some", choices, base), {
    which: "some",
    settings: [{ name: "eta", least: 0.1, most: null }],
    base,
  });
  assert.equal(wrongWith("some", choices), null);
  assert.equal(wrongWith("some", [{ ...choices[0], open: false }]), "desk.opening.nothing");
  assert.equal(wrongWith("some", [{ ...choices[0], most: 0.01 }]), "desk.opening.crossed");
  assert.equal(wrongWith("none", []), null);
  assert.deepEqual([boundOf(""), boundOf(" 0 "), boundOf("0.5"), boundOf("x")], [null, 0, 0.5, null]);
});

test("what one may use up is said when it is nearly used up", () => {
  const mine = (count, status = "SCHEDULED") => Array.from({ length: count }, (_, at) => run(at, "a", { status }));
  assert.equal(runsLeft(mine(3), "a", 30), null);
  assert.equal(runsLeft(mine(25), "a", 30), 5);
  assert.equal(runsLeft(mine(30), "a", 30), 0);
  assert.equal(runsLeft(mine(30), "b", 30), null);
  assert.equal(runsLeft(mine(30, "FINISHED"), "a", 30), null);
  assert.equal(runsLeft([], "a", 3), null);
});

test("of the own runs that wait, one that is not in front is told about", () => {
  const runs = [run(1, "b", { status: "SCHEDULED" }), run(2, "a"), run(3, "a", { status: "SCHEDULED" })];
  assert.equal(waitingRun(runs, "a", null)?.id, "r3");
  assert.equal(waitingRun(runs, "a", "r3"), null);
});
