/** Values of settings as people write and read them. Pure. */

import { t } from "../i18n/translate.js";
import { plain } from "../lib/format.js";
import { choice, fieldName } from "../runs/phrases.js";

/** What is varied in an experiment, as a line. @param {Experiment} experiment */
export function varied({ vary, seeds }) {
  const parts = Object.entries(vary).map(([name, values]) =>
    t("experiment.values", { name: title(name), values: values.map((value) => shown(name, value)).join(", ") }),
  );
  return [...parts, t("experiment.seeds", { count: seeds.length })].join(" · ");
}

/** A setting's name; of the shape only the hidden layers are varied. @param {string} name */
export const title = (name) => (name === "shape" ? t("experiment.hidden") : fieldName(/** @type {Field} */ ({ name })));

/** @param {string} name @param {any} value */
export function shown(name, value) {
  if (Array.isArray(value)) return value.slice(1, -1).join("–") || t("experiment.no-hidden");
  if (value === null) return "–";
  return typeof value === "number" ? plain(value) : choice(name, value);
}

/**
 * The values of a line such as "0.5, 1, 3"; of hidden layers such as "10, 30, 30-30".
 * @param {Field} field
 * @param {string} text
 * @param {number[]} shape of the run whose settings are varied
 * @returns {any[] | null} null: something there is no value
 */
export function read(field, text, shape) {
  const parts = text
    .split(/[,;，、\s]+/)
    .map((part) => part.trim())
    .filter(Boolean);
  const values = parts.map((part) => {
    if (field.name === "shape") {
      const hidden = part.split(/[-–]/).map(Number);
      return hidden.every((size) => Number.isInteger(size) && size > 0) ? [shape[0], ...hidden, shape.at(-1)] : null;
    }
    if (field.kind === "enum") return field.options.includes(part) ? part : null;
    const number = Number(part);
    return Number.isFinite(number) ? number : null;
  });
  return values.length > 0 && values.every((value) => value !== null) ? values : null;
}

/** Values around the one that a run has. @param {Field} field @param {RunConfig} config */
export function suggested(field, config) {
  const now = /** @type {any} */ (config)[field.name];
  if (field.name === "shape") return [10, 30, 100].map(String).join(", ");
  if (field.kind === "enum") return field.options.join(", ");
  if (typeof now !== "number") return "";
  const around = [now / 10, now / 3, now, now * 3].map((value) => Number(value.toPrecision(2)));
  const fits = (/** @type {number} */ value) =>
    value >= (field.minimum ?? -Infinity) && value <= (field.maximum ?? Infinity);
  const whole = field.kind === "integer" ? around.map(Math.round) : around;
  return [...new Set(whole.filter(fits))].map(plain).join(", ");
}
