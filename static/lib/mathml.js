/** Equations as elements: m("mi", "w"), row(...), sub(...). MathML needs no library. */

const MATHML = "http://www.w3.org/1998/Math/MathML";

/** @returns {Element} */
export function m(tag, ...children) {
  const element = document.createElementNS(MATHML, tag);
  element.append(...children);
  return element;
}

export const i = (name) => m("mi", name);
export const n = (number) => m("mn", number);
export const o = (sign) => m("mo", sign);
export const row = (...parts) => m("mrow", ...parts);
export const sub = (base, below) => m("msub", base, below);
export const sup = (base, above) => m("msup", base, above);
export const frac = (over, under) => m("mfrac", over, under);
export const sum = (below, above) => (above ? m("munderover", o("∑"), below, above) : m("munder", o("∑"), below));

/** A displayed equation. */
export function equation(...parts) {
  const math = m("math", row(...parts));
  math.setAttribute("display", "block");
  return math;
}
