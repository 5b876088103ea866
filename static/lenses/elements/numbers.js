/** Numbers in pictures and equations, with a true minus sign. */

const cache = new Map();

/** A fixed number of decimals. @param {number} value */
export function decimal(value, digits = 2) {
  if (!Number.isFinite(value)) return "–";
  if (!cache.has(digits))
    cache.set(digits, new Intl.NumberFormat("en", { minimumFractionDigits: digits, maximumFractionDigits: digits }));
  return minus(cache.get(digits).format(value === 0 ? 0 : value));
}

/** Three significant digits; very small and very large numbers as powers of ten. @param {number} value */
export function short(value, digits = 3) {
  if (!Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  if (size === 0) return "0";
  if (size >= 1e-3 && size < 1e5) return minus(String(Number(value.toPrecision(digits))));
  const [front, power] = value.toExponential(digits - 1).split("e");
  return minus(`${front}·10${raised(power)}`);
}

const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** A whole number as an exponent. @param {number | string} power */
export function raised(power) {
  return String(Number(power))
    .replace("-", "⁻")
    .replace(/\d/g, (digit) => RAISED[Number(digit)]);
}

/** @param {string} text */
const minus = (text) => text.replace("-", "−");
