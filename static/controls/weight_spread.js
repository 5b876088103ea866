/** A small picture of how the first weights are spread: how wide the bell is, at the same area. */

import { svg } from "../lib/dom.js";

const WIDTH = 44;
const HEIGHT = 16;
/** @type {Record<string, number>} */
const SPREAD = { standard: 1, scaled: 0.22, he: 0.34, glorot: 0.28 };

/** @param {string} initialization @returns {SVGElement | null} null for one without a picture */
export function weightSpread(initialization) {
  const d = initialization === "zeros" ? spike() : initialization in SPREAD ? bell(SPREAD[initialization]) : null;
  if (d === null) return null;
  return svg(
    "svg",
    { class: "distribution", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, "aria-hidden": "true" },
    svg("path", { class: "distribution-axis", d: `M0 ${HEIGHT - 1}H${WIDTH}` }),
    svg("path", { class: "distribution-curve", d }),
  );
}

/** @param {number} spread */
function bell(spread) {
  const points = Array.from({ length: WIDTH + 1 }, (_, x) => {
    const z = (6 * (x / WIDTH - 0.5)) / spread / 2;
    const tall = (HEIGHT - 3) * Math.min(1, 0.35 / spread + 0.25);
    return `${x} ${(HEIGHT - 1 - tall * Math.exp(-z * z)).toFixed(1)}`;
  });
  return `M${points.join("L")}`;
}

const spike = () => `M0 ${HEIGHT - 1}H${WIDTH / 2}V2V${HEIGHT - 1}H${WIDTH}`;
