/** Where everything stands in the picture of a network: the input at the left, a block of tiles for each hidden layer, the outputs at the right. Pure. */

const GAP = 3; // pixels between tiles
const LARGEST = 64; // side of a tile
const INPUT = { most: 150, height: 0.62, width: 0.17 }; // side of the input, and its shares of the picture
const OUTPUTS = { most: 120, width: 0.2 };
const WIRES = 0.4; // of the room of a hidden layer is left to the lines that go on from it

/**
 * @typedef {{x: number, y: number, side: number}} Tile
 * @typedef {{input: Tile, blocks: {x: number, width: number, tiles: Tile[]}[], outputs: {x: number, y: number, width: number, height: number}[]}} Arrangement
 */

/**
 * @param {{width: number, height: number, counts: number[], outputs: number}} room `counts`: tiles of each hidden layer
 * @returns {Arrangement}
 */
export function arranged({ width, height, counts, outputs }) {
  const side = Math.floor(Math.min(INPUT.most, height * INPUT.height, width * INPUT.width));
  const bars = Math.floor(Math.min(OUTPUTS.most, width * OUTPUTS.width));
  const wedge = Math.min(48, width * 0.06);
  const from = side + wedge;
  const each = (width - bars - from) / Math.max(1, counts.length);
  return {
    input: { x: 0, y: (height - side) / 2, side },
    blocks: counts.map((count, layer) => block(count, from + layer * each, each * (1 - WIRES), height)),
    outputs: Array.from({ length: outputs }, (_, k) => ({
      x: width - bars,
      y: (k * height) / outputs,
      width: bars,
      height: height / outputs,
    })),
  };
}

/**
 * Tiles in as many columns as make them largest, row by row.
 * @param {number} count @param {number} x @param {number} width @param {number} height
 */
function block(count, x, width, height) {
  let best = { columns: 1, side: 0 };
  for (let columns = 1; columns <= count; columns += 1) {
    const rows = Math.ceil(count / columns);
    const side = Math.min(LARGEST, (height + GAP) / rows - GAP, (width + GAP) / columns - GAP);
    if (side > best.side) best = { columns, side };
  }
  const { columns } = best;
  const side = Math.max(1, Math.floor(best.side));
  const pitch = side + GAP;
  const top = (height - Math.ceil(count / columns) * pitch + GAP) / 2;
  const tiles = Array.from({ length: count }, (_, k) => ({
    x: x + (k % columns) * pitch,
    y: top + Math.floor(k / columns) * pitch,
    side,
  }));
  return { x, width: columns * pitch - GAP, tiles };
}

/**
 * The neurons of a hidden layer that tell most: those whose lines to the next layer are strongest, in their own order.
 * @param {Float32Array} onward weights to the next layer, a row for each of its neurons
 * @param {number} size of the layer
 * @param {number} most
 * @returns {number[]}
 */
export function mostTelling(onward, size, most) {
  const all = Array.from({ length: size }, (_, k) => k);
  if (size <= most) return all;
  const strength = new Float64Array(size);
  for (let at = 0; at < onward.length; at += 1) strength[at % size] += Math.abs(onward[at]);
  return all
    .sort((a, b) => strength[b] - strength[a] || a - b)
    .slice(0, most)
    .sort((a, b) => a - b);
}

/**
 * What flows on for one sample: the strongest of weight times activation between two layers, weakest first so that the strongest lie on top.
 * @param {{w: Float32Array, v: Float32Array, from: number[], to: number[], size: number}} layers `from`, `to`: neurons that are shown; `size`: of the earlier layer
 * @param {number} most
 * @returns {{from: number, to: number, value: number}[]} places in `from` and `to`
 */
export function strongest({ w, v, from, to, size }, most) {
  const found = [];
  for (let j = 0; j < to.length; j += 1)
    for (let i = 0; i < from.length; i += 1)
      found.push({ from: i, to: j, value: w[to[j] * size + from[i]] * v[from[i]] });
  return found
    .sort((a, b) => Math.abs(b.value) - Math.abs(a.value))
    .slice(0, most)
    .reverse();
}
