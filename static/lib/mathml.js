/** Equations as elements: m("mi", "w"), row(...), sub(...). MathML needs no library. */

const MATHML = "http://www.w3.org/1998/Math/MathML";

/** @param {string} tag @param {...Element | string} children @returns {Element} */
export function m(tag, ...children) {
  const element = document.createElementNS(MATHML, tag);
  element.append(...children);
  return element;
}

/** @param {string} name */
export const i = (name) => m("mi", name);
/** @param {string} number */
export const n = (number) => m("mn", number);
/** @param {string} sign */
export const o = (sign) => m("mo", sign);
/** @param {...Element} parts */
export const row = (...parts) => m("mrow", ...parts);
/** @param {Element} base @param {Element} below */
export const sub = (base, below) => m("msub", base, below);
/** @param {Element} base @param {Element} above */
export const sup = (base, above) => m("msup", base, above);
/** @param {Element} over @param {Element} under */
export const frac = (over, under) => m("mfrac", over, under);
/** @param {Element} below @param {Element} [above] */
export const sum = (below, above) => (above ? m("munderover", o("∑"), below, above) : m("munder", o("∑"), below));

/** A displayed equation. @param {...Element} parts */
export function equation(...parts) {
  const math = m("math", row(...parts));
  math.setAttribute("display", "block");
  return math;
}
