import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import test from "node:test";
import { centreOfMass, inputOf, isEmpty } from "../../static/lenses/draw/strokes.js";
import { positionOf, turned, widthAt } from "../../static/lenses/initialization/first_weights.js";
import { nearest } from "../../static/lenses/arithmetic/nearest.js";
import { decimal, raised, short } from "../../static/lenses/elements/numbers.js";
import { ticksOf } from "../../static/lenses/elements/plot.js";
import { bell, deviation, histogram } from "../../static/lenses/arithmetic/statistics.js";
import { LENSES } from "../../static/lenses/list.js";
import { createLookingBack } from "../../static/state/looking_back.js";

const near = (a, b, tolerance = 1e-9) => assert.ok(Math.abs(a - b) <= tolerance, `${a} is not ${b}`);

test("the pointer goes before the slider, and leaves what the slider holds", () => {
  const { hover, held } = createLookingBack();
  const seen = [];
  hover.subscribe((epoch) => seen.push(epoch));
  held.value = 7;
  hover.value = 3;
  hover.value = null;
  assert.equal(hover.value, 7);
  held.value = null;
  assert.deepEqual(seen, [7, 3, 7, null]);
});

test("the nearest kept epoch is found, the earlier of two as near", () => {
  assert.equal(nearest([0, 3, 6, 9], 7), 6);
  assert.equal(nearest([0, 3, 6, 9], 8), 9);
  assert.equal(nearest([0, 2, 4], 3), 2);
  assert.equal(nearest([0], 12), 0);
});

test("a histogram counts what lies inside, once", () => {
  assert.deepEqual([...histogram([-1, 0, 0.49, 0.5, 0.99, 1, 7], 0, 1, 2)], [2, 2]);
});

test("widths and the bell agree", () => {
  near(deviation([1, 3]), 1);
  near(bell(2)(0), 1 / (2 * Math.sqrt(2 * Math.PI)));
});

test("the dial turns standard into scaled and back", () => {
  near(widthAt(0, 784), 1);
  near(widthAt(1, 784), 1 / 28);
  near(positionOf("scaled", [784, 30, 10]), 1);
  near(positionOf("standard", [784, 30, 10]), 0);
  const params = { shape: [4, 1], w: [Float32Array.of(1, -2, 3, -4)], b: [Float32Array.of(5)] };
  const narrow = turned(params, "standard", 1);
  assert.deepEqual([...narrow.w[0]], [0.5, -1, 1.5, -2]);
  assert.deepEqual([...turned(narrow, "scaled", 0).w[0]], [1, -2, 3, -4]);
  assert.equal(narrow.b[0][0], 5);
});

test("an empty paper is all dark", () => {
  assert.ok(isEmpty([]));
  assert.ok(inputOf([], true).every((value) => value === 0));
});

test("a centred drawing balances in the middle and fits the box, wherever it was drawn", () => {
  const seven = (x, y, scale) => [
    [
      { x, y },
      { x: x + 0.3 * scale, y },
      { x: x + 0.1 * scale, y: y + 0.5 * scale },
    ],
  ];
  for (const strokes of [seven(0.05, 0.05, 1), seven(0.6, 0.45, 0.7), seven(0.4, 0.4, 0.3)]) {
    const grey = inputOf(strokes, true);
    const { x, y } = centreOfMass(grey);
    near(x, 0.5, 0.02);
    near(y, 0.5, 0.02);
    const rows = Array.from({ length: 28 }, (_, r) => grey.subarray(28 * r, 28 * r + 28).some((value) => value > 0));
    const tall = rows.lastIndexOf(true) - rows.indexOf(true) + 1;
    assert.ok(tall >= 19 && tall <= 22, `${tall} rows`);
    assert.ok(grey.every((value) => value >= 0 && value <= 1));
  }
});

test("raw, a drawing stays where it is", () => {
  const { x, y } = centreOfMass(inputOf([[{ x: 0.25, y: 0.75 }]], false));
  near(x, 0.25, 0.01);
  near(y, 0.75, 0.01);
});

test("numbers are written as people write them", () => {
  assert.equal(decimal(-1.234), "−1.23");
  assert.equal(decimal(-0), "0.00");
  assert.equal(short(0.000123), "1.23·10⁻⁴");
  assert.equal(short(-12.3456), "−12.3");
  assert.equal(raised(-12), "⁻¹²");
  assert.deepEqual(
    ticksOf(-75, 75).map(({ text }) => text),
    ["−50", "0", "50"],
  );
});

test("every folder that declares a lens is in the list, under its own name, with its sheet", () => {
  const lenses = new URL("../../static/lenses/", import.meta.url);
  const folders = readdirSync(lenses).filter((name) => existsSync(new URL(`${name}/lens.js`, lenses)));
  assert.deepEqual(LENSES.map(({ name }) => name).sort(), folders.sort());
  for (const { name, sheet } of LENSES) {
    assert.equal(sheet, new URL(`${name}/${name}.css`, lenses).href);
    assert.ok(existsSync(new URL(sheet)), sheet);
  }
});
