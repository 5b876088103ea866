/** What of the settings a student may change: app/classroom/opening.py and tasks.py, which the server holds everybody to. Pure. */

import { same } from "./config.js";

/**
 * @typedef {{opening: Opening, max_epochs: number | null}} Rules
 * @typedef {{locked: boolean, least: number | null, most: number | null}} Lock
 */

/** @type {Lock} */
const OPEN = { locked: false, least: null, most: null };

/** The rules that are on: of the task, or else of the class. @param {Opening} opening @param {ClassTask | null} task @returns {Rules} */
export function rulesOf(opening, task) {
  if (!task) return { opening, max_epochs: null };
  return { opening: task.spec.opening, max_epochs: task.spec.max_epochs };
}

/** How far a setting is open. @param {Rules | null} rules @param {string} name @returns {Lock} */
export function lockOf(rules, name) {
  if (!rules || name === "preset") return OPEN;
  const { which, settings, base } = rules.opening;
  const cap = name === "epochs" ? rules.max_epochs : null;
  if (which === "all" || !base) return { ...OPEN, most: cap };
  const open = which === "some" ? settings.find((setting) => setting.name === name) : undefined;
  if (!open) return { ...OPEN, locked: true };
  return { locked: false, least: open.least, most: lower(open.most, cap) };
}

/** Whether the lessons can be chosen. @param {Rules | null} rules @returns {Lock} */
export function lessonsLock(rules) {
  return { ...OPEN, locked: Boolean(rules && rules.opening.which !== "all" && rules.opening.base) };
}

/** @param {number | null} one @param {number | null} other */
const lower = (one, other) => (one === null ? other : other === null ? one : Math.min(one, other));

/** Settings with the class's values in place of those that are not open. @param {Rules | null} rules @param {RunConfig} config @returns {RunConfig} */
export function fitted(rules, config) {
  const base = rules?.opening.base;
  if (!base) return config;
  const locked = Object.keys(base).filter((name) => lockOf(rules, name).locked && !same(base[name], config[name]));
  return locked.length ? { ...config, ...Object.fromEntries(locked.map((name) => [name, base[name]])) } : config;
}

/**
 * What is wrong with a value under the rules: a key of the catalogue with its limit, or null.
 * @param {Rules | null} rules
 * @param {string} name
 * @param {unknown} value
 */
export function breach(rules, name, value) {
  const { least, most } = lockOf(rules, name);
  if (typeof value !== "number") return null;
  if (least !== null && value < least) return { key: "refusal.setting-at-least", values: { limit: least } };
  if (most !== null && value > most) return { key: "refusal.setting-at-most", values: { limit: most } };
  return null;
}
