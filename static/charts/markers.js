/** The signs on lines: the same words as Plotly's, for the same outlines. Pure. */

/** @param {number} r @param {number} count @param {(k: number) => number} radius of each corner, in r @param {number} turn */
function polygon(r, count, radius, turn) {
  const corners = Array.from({ length: count }, (_, k) => {
    const angle = turn + (2 * Math.PI * k) / count;
    return `${(r * radius(k) * Math.cos(angle)).toFixed(2)} ${(r * radius(k) * Math.sin(angle)).toFixed(2)}`;
  });
  return `M${corners.join("L")}Z`;
}

const UP = -Math.PI / 2;
const ARM = 0.42; // half the width of a cross's arm

/** @param {number} r */
function cross(r) {
  const [a, b] = [r * ARM, r * 1.15];
  return `M${-a} ${-b}H${a}V${-a}H${b}V${a}H${a}V${b}H${-a}V${a}H${-b}V${-a}H${-a}Z`;
}

/** @type {Record<string, (r: number) => string>} */
const OUTLINES = {
  circle: (r) => `M${-r} 0A${r} ${r} 0 1 1 ${r} 0A${r} ${r} 0 1 1 ${-r} 0Z`,
  square: (r) => polygon(r, 4, () => 1.25, Math.PI / 4),
  diamond: (r) => polygon(r, 4, () => 1.3, 0),
  "triangle-up": (r) => polygon(r, 3, () => 1.3, UP),
  cross,
  x: (r) => polygon(r, 12, (k) => [0.5, 1.3, 1.3][k % 3], Math.PI / 12),
  star: (r) => polygon(r, 10, (k) => (k % 2 ? 0.6 : 1.45), UP),
};

/**
 * The outline of a marker around the origin, and whether it is hollow.
 * @param {string} symbol
 * @param {number} size its width in pixels
 */
export function marker(symbol, size) {
  const name = symbol.replace("-open", "");
  return { d: (OUTLINES[name] ?? OUTLINES.circle)(size / 2), hollow: name !== symbol };
}
