/** From strokes to 28 x 28 grey values, as MNIST was made: pure arithmetic, no canvas. */

export const SIDE = 28;
const FINE = 4; // the pen is drawn this much finer, then averaged
const PEN = 0.045; // radius of the pen, of the side of the paper
const MOST = 12; // times that a small digit is enlarged
const BOX = 20; // MNIST fits the digit into a square of 20 pixels

/**
 * @typedef {{x: number, y: number}} Point from 0 to 1 on both axes
 * @typedef {Point[]} Stroke
 */

/**
 * What the network sees of some strokes; all zero without any.
 * @param {Stroke[]} strokes
 * @param {boolean} centred scaled to 20 pixels and moved to the centre of mass, as MNIST was
 * @returns {Float32Array} SIDE x SIDE values from 0 to 1
 */
export function inputOf(strokes, centred) {
  return ink(centred ? fitted(strokes) : strokes, PEN);
}

/** @param {Stroke[]} strokes */
export const isEmpty = (strokes) => strokes.every((stroke) => stroke.length === 0);

/**
 * Strokes moved and scaled so that the picture fits the box, then so that its centre of mass lies in the middle.
 * @param {Stroke[]} strokes
 */
function fitted(strokes) {
  const points = strokes.flat();
  if (!points.length) return strokes;
  const [left, right, top, bottom] = [least(points, "x"), most(points, "x"), least(points, "y"), most(points, "y")];
  // The pen keeps its width, as if the digit had been written in that size; a dot stays a dot.
  const scale = Math.min((BOX / SIDE - 2 * PEN) / Math.max(right - left, bottom - top), MOST);
  const middle = { x: (left + right) / 2, y: (top + bottom) / 2 };
  const boxed = strokes.map((stroke) =>
    stroke.map(({ x, y }) => ({ x: 0.5 + (x - middle.x) * scale, y: 0.5 + (y - middle.y) * scale })),
  );
  const heavy = centreOfMass(ink(boxed, PEN));
  return boxed.map((stroke) => stroke.map(({ x, y }) => ({ x: x + 0.5 - heavy.x, y: y + 0.5 - heavy.y })));
}

/** @param {Stroke} points @param {"x" | "y"} axis */
const least = (points, axis) => Math.min(...points.map((point) => point[axis]));
/** @param {Stroke} points @param {"x" | "y"} axis */
const most = (points, axis) => Math.max(...points.map((point) => point[axis]));

/** Where a picture balances, from 0 to 1 on both axes. @param {Float32Array} grey */
export function centreOfMass(grey) {
  let [total, x, y] = [0, 0, 0];
  grey.forEach((value, i) => {
    total += value;
    x += value * ((i % SIDE) + 0.5);
    y += value * (Math.floor(i / SIDE) + 0.5);
  });
  return total ? { x: x / total / SIDE, y: y / total / SIDE } : { x: 0.5, y: 0.5 };
}

/** The share of every pixel that a round pen has covered. @param {Stroke[]} strokes @param {number} pen */
function ink(strokes, pen) {
  const side = SIDE * FINE;
  const covered = new Uint8Array(side * side);
  for (const stroke of strokes) {
    stroke.forEach((point, at) => cover(covered, side, stroke[Math.max(0, at - 1)], point, pen));
  }
  const grey = new Float32Array(SIDE * SIDE);
  for (let i = 0; i < covered.length; i += 1) {
    if (covered[i]) grey[Math.floor(i / side / FINE) * SIDE + Math.floor((i % side) / FINE)] += 1 / (FINE * FINE);
  }
  return grey;
}

/**
 * Mark what lies within the pen's radius of the line between two points.
 * @param {Uint8Array} covered
 * @param {number} side
 * @param {Point} a
 * @param {Point} b
 * @param {number} pen
 */
function cover(covered, side, a, b, pen) {
  /** @param {number} low @param {number} high */
  const range = (low, high) => [
    Math.max(0, Math.floor((low - pen) * side)),
    Math.min(side - 1, Math.ceil((high + pen) * side)),
  ];
  const [x0, x1] = range(Math.min(a.x, b.x), Math.max(a.x, b.x));
  const [y0, y1] = range(Math.min(a.y, b.y), Math.max(a.y, b.y));
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const length = dx * dx + dy * dy;
  for (let row = y0; row <= y1; row += 1) {
    for (let column = x0; column <= x1; column += 1) {
      const [px, py] = [(column + 0.5) / side - a.x, (row + 0.5) / side - a.y];
      const along = length ? Math.min(1, Math.max(0, (px * dx + py * dy) / length)) : 0;
      if ((px - along * dx) ** 2 + (py - along * dy) ** 2 <= pen * pen) covered[row * side + column] = 1;
    }
  }
}
