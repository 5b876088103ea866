/** A row of bars for signed numbers, one per class or neuron, with the zero line where it belongs. */

import { svg } from "../../lib/dom.js";

const PITCH = 28;
const HEIGHT = 72;

/**
 * @param {ArrayLike<number>} values
 * @param {{label: string, names?: string[], scale?: number, roles?: (k: number) => string}} options `scale` is the size of a full bar
 * @returns {SVGElement}
 */
export function signedBars(values, { label, names = [], scale = 0, roles = () => "" }) {
  const list = Array.from(values);
  const full = scale || Math.max(...list.map(Math.abs), 1e-30);
  const below = list.some((value) => value < 0);
  const zero = below ? HEIGHT / 2 : HEIGHT;
  const unit = zero / full;
  return svg(
    "svg",
    { class: "signed-bars", viewBox: `0 0 ${PITCH * list.length} ${HEIGHT + 18}`, role: "img", "aria-label": label },
    svg("path", { class: "plot-axis", d: `M0 ${zero}H${PITCH * list.length}` }),
    ...list.map((value, k) => {
      const tall = Math.max(1, Math.min(Math.abs(value), full) * unit);
      return svg(
        "g",
        { class: `${value < 0 ? "minus" : "plus"} ${roles(k)}` },
        svg("rect", {
          x: PITCH * (k + 0.18),
          y: value < 0 ? zero : zero - tall,
          width: PITCH * 0.64,
          height: tall,
          rx: 2,
        }),
        svg("text", { x: PITCH * (k + 0.5), y: HEIGHT + 15, "text-anchor": "middle" }, names[k] ?? String(k)),
      );
    }),
  );
}
