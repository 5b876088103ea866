/** Numbers, times and shapes as people read them, in the visitor's language. */

let locale = "en";
const cache = new Map();

/** @param {string} next */
export function setNumberLocale(next) {
  locale = next;
  cache.clear();
}

/** @param {string} key @param {Intl.NumberFormatOptions} options */
function formatter(key, options) {
  if (!cache.has(key)) cache.set(key, new Intl.NumberFormat(locale, options));
  return cache.get(key);
}

/** @param {unknown} value */
const shown = (value) => typeof value === "number" && Number.isFinite(value);

/** 0.9486 as 94.86 %. @param {number | null | undefined} value */
export function percent(value, digits = 2) {
  if (!shown(value)) return "–";
  return formatter(`p${digits}`, {
    style: "percent",
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(value);
}

/** @param {number | null | undefined} value */
export function integer(value) {
  return shown(value) ? formatter("i", { maximumFractionDigits: 0 }).format(value) : "–";
}

/** @param {number | null | undefined} value */
export function loss(value) {
  return shown(value) ? formatter("l", { minimumFractionDigits: 4, maximumFractionDigits: 4 }).format(value) : "–";
}

/**
 * A setting such as eta or the seed: as short as it can be written; whole numbers to the last digit.
 * @param {number | null | undefined} value
 */
export function plain(value) {
  if (Number.isInteger(value)) return String(value);
  return shown(value)
    ? formatter("n", { maximumSignificantDigits: 8, useGrouping: false }).format(value)
    : String(value);
}

/** [784, 30, 10] as 784–30–10. @param {number[]} sizes */
export function shapeText(sizes) {
  return sizes.join("–");
}

/** Seconds in the two largest units that matter: 40 sec, 3 min 20 sec, 1 hr 5 min. @param {number} seconds */
export function duration(seconds) {
  const s = Math.max(0, Math.round(seconds));
  /** @param {number} value @param {string} name */
  const unit = (value, name) =>
    value > 0 && formatter(name, { style: "unit", unit: name, unitDisplay: "short" }).format(value);
  const parts =
    s < 60
      ? [unit(s, "second") || unit(1, "second")]
      : s < 3600
        ? [unit(Math.floor(s / 60), "minute"), unit(s % 60, "second")]
        : [unit(Math.floor(s / 3600), "hour"), unit(Math.floor((s % 3600) / 60), "minute")];
  return parts.filter(Boolean).join(" ");
}
