import assert from "node:assert/strict";
import { test } from "node:test";
import { arranged, mostTelling, strongest } from "../../static/network/arrangement.js";

const overlaps = (a, b) => a.x < b.x + b.side && b.x < a.x + a.side && a.y < b.y + b.side && b.y < a.y + a.side;

test("input, tiles and outputs stand in the picture, from left to right, none on another", () => {
  for (const [width, height] of [
    [660, 190],
    [340, 150],
    [1100, 380],
  ])
    for (const counts of [[1], [30], [60], [30, 30], [6, 4], [1000], [10, 20, 30]]) {
      const { input, blocks, outputs } = arranged({ width, height, counts, outputs: 10 });
      let right = input.x + input.side;
      for (const [layer, { tiles }] of blocks.entries()) {
        assert.equal(tiles.length, counts[layer]);
        for (const tile of tiles) {
          assert.ok(tile.side >= 1 && tile.x >= right, `${counts} in ${width} x ${height}`);
          assert.ok(tile.y >= -1 && tile.y + tile.side <= height + 1, `${counts} in ${width} x ${height}`);
        }
        for (const one of tiles.slice(0, 40))
          for (const other of tiles.slice(0, 40)) assert.ok(one === other || !overlaps(one, other));
        right = Math.max(...tiles.map(({ x, side }) => x + side));
      }
      assert.ok(
        outputs.every(
          ({ x, y, width: wide, height: high }) => x >= right && x + wide <= width && y + high <= height + 1e-9,
        ),
      );
    }
});

test("of many neurons those are shown whose lines onward are strongest, in their own order", () => {
  const onward = Float32Array.from([0.1, -5, 0, 2, 0.1, 4, 0, -2]); // two rows of four
  assert.deepEqual(mostTelling(onward, 4, 2), [1, 3]);
  assert.deepEqual(mostTelling(onward, 4, 4), [0, 1, 2, 3]);
});

test("what flows on is weight times activation, the strongest on top", () => {
  const w = Float32Array.from([1, -2, 3, 4, 5, -6]); // two neurons of three inputs
  const v = Float32Array.from([1, 0.75, 0]);
  assert.deepEqual(strongest({ w, v, from: [0, 1], to: [0, 1], size: 3 }, 3), [
    { from: 1, to: 0, value: -1.5 },
    { from: 1, to: 1, value: 3.75 },
    { from: 0, to: 1, value: 4 },
  ]);
});
