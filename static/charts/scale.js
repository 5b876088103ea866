/** From values to places in pixels and back, and the round numbers that stand at an axis. Pure. */

const SIZES = [1, 2, 5, 10]; // of a round step, in powers of ten
const DECADES = 2; // from so many on a logarithmic axis names powers of ten alone

/**
 * From a value to its place in pixels.
 * @param {{range: number[], type: string}} axis of a logarithmic one the range is of exponents, as in Plotly
 * @param {number} from
 * @param {number} to
 * @returns {(value: number) => number}
 */
export function scale({ range: [low, high], type }, from, to) {
  const along = type === "log" ? Math.log10 : Number;
  return (value) => from + ((along(value) - low) / (high - low)) * (to - from);
}

/**
 * The way back: from a place in pixels to its value.
 * @param {{range: number[], type: string}} axis
 * @param {number} from
 * @param {number} to
 * @returns {(place: number) => number}
 */
export function inverse({ range: [low, high], type }, from, to) {
  return (place) => {
    const along = low + ((place - from) / (to - from)) * (high - low);
    return type === "log" ? 10 ** along : along;
  };
}

/** A line through points; where a value is missing it has a hole. @param {number[]} xs @param {(number | null)[]} ys */
export function path(xs, ys) {
  let pen = "M";
  return xs
    .map((x, k) => {
      const y = ys[k];
      const part = typeof y === "number" && Number.isFinite(y) ? `${pen}${x.toFixed(1)} ${y.toFixed(1)}` : "";
      pen = part ? "L" : "M";
      return part;
    })
    .join("");
}

/**
 * Round numbers between two others, at most about so many.
 * @param {number} low
 * @param {number} high
 * @param {number} most
 * @param {number} [least] the smallest step: 1 for what is counted
 * @returns {number[]}
 */
export function roundNumbers(low, high, most, least = 0) {
  if (!(high > low)) return [low];
  const rough = Math.max((high - low) / most, least);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = (SIZES.find((size) => size * power >= rough * (1 - 1e-9)) ?? 10) * power;
  const first = Math.ceil(low / step - 1e-9);
  const count = Math.floor(high / step + 1e-9) - first + 1;
  return Array.from({ length: Math.max(0, count) }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/**
 * The same for a logarithmic axis: powers of ten, with 2 and 5 between them where there are few, and where there is not even one
 * between, numbers as on a linear axis.
 * @param {number} low exponent, as in the range of such an axis
 * @param {number} high
 * @param {number} most
 */
export function roundPowers(low, high, most) {
  const inner = high - low < DECADES ? SIZES.slice(0, 3) : [1];
  const found = [];
  for (let exponent = Math.floor(low); exponent <= Math.ceil(high); exponent += 1)
    for (const size of inner) {
      const value = Number((size * 10 ** exponent).toPrecision(12));
      const at = Math.log10(value);
      if (at >= low - 1e-9 && at <= high + 1e-9) found.push(value);
    }
  if (found.length < 2) return roundNumbers(10 ** low, 10 ** high, most);
  const every = Math.ceil(found.length / most);
  return found.filter((_, k) => k % every === 0);
}

/** What stands at an axis. @param {Plotly.AxisLayout} axis @returns {{at: number, text: string}[]} */
export function ticksOf(axis) {
  if (axis.tickvals) return axis.tickvals.map((at, k) => ({ at, text: axis.ticktext?.[k] ?? String(at) }));
  const [low, high] = [...axis.range].sort((a, b) => a - b);
  const most = axis.nticks ?? 6;
  const counted = axis.tickformat === "d" || axis.tickformat === "~s" ? 1 : 0;
  const values = axis.type === "log" ? roundPowers(low, high, most) : roundNumbers(low, high, most, counted);
  const format = FORMATS[axis.tickformat ?? ""] ?? short;
  return values.map((at) => ({ at, text: format(at) }));
}

/** What Plotly's words for formats mean. @type {Record<string, (value: number) => string>} */
const FORMATS = {
  d: (value) => String(Math.round(value)),
  "~s": (value) => {
    const [unit, name] = value >= 1e9 ? [1e9, "G"] : value >= 1e6 ? [1e6, "M"] : value >= 1e3 ? [1e3, "k"] : [1, ""];
    return short(value / unit) + name;
  },
  ".2~%": (value) => `${short(value * 100)}%`,
};

/** As short as it can be written, with a true minus. @param {number} value */
export function short(value) {
  const text = String(Number(value.toPrecision(6)));
  return text.replace("-", "−");
}

/**
 * Places moved up and down as little as it takes for none to be nearer to the next than a gap, all within bounds.
 * @param {number[]} places
 * @param {number} gap
 * @param {[number, number]} bounds
 * @returns {number[]} in the order of the places
 */
export function spreadOut(places, gap, [top, bottom]) {
  const order = places.map((_, k) => k).sort((a, b) => places[a] - places[b] || a - b);
  const moved = [...places];
  let least = top;
  for (const k of order) {
    moved[k] = Math.max(moved[k], least);
    least = moved[k] + gap;
  }
  let most = bottom;
  for (const k of order.reverse()) {
    moved[k] = Math.min(moved[k], most);
    most = moved[k] - gap;
  }
  return moved;
}
