/** What of the settings a student may change: app/classroom/opening.py and tasks.py, which the server holds everybody to. Pure. */

import { integer } from "../lib/format.js";
import { parameterCount, same } from "../runs/config.js";

/** @type {SettingLock} */
const OPEN = { locked: false, least: null, most: null };

/** The rules that are on: of the task, or else of the class. @param {Opening} opening @param {ClassTask | null} task @returns {Rules} */
export function rulesOf(opening, task) {
  const { which, settings, base } = task?.spec.opening ?? opening;
  const isAll = which === "all" || !base;

  /** @param {string} name @returns {SettingLock} */
  function lock(name) {
    const cap = name === "epochs" ? (task?.spec.max_epochs ?? null) : null;
    if (name === "preset") return OPEN;
    if (isAll) return { ...OPEN, most: cap };
    const open = which === "some" ? settings.find((setting) => setting.name === name) : undefined;
    return open ? { locked: false, least: open.least, most: lower(open.most, cap) } : { ...OPEN, locked: true };
  }

  const parameters = task?.spec.max_parameters ?? null;

  return {
    parameters,
    lock,
    fit(config) {
      if (isAll) return config;
      const locked = Object.keys(base).filter((name) => lock(name).locked && !same(base[name], config[name]));
      return { ...config, ...Object.fromEntries(locked.map((name) => [name, base[name]])) };
    },
    breach(name, value) {
      if (name === "shape" && Array.isArray(value) && parameters !== null && parameterCount(value) > parameters)
        return { key: "rules.parameters", values: { limit: integer(parameters) } };
      const { least, most } = lock(name);
      if (typeof value !== "number") return null;
      if (least !== null && value < least) return { key: "refusal.setting-at-least", values: { limit: least } };
      if (most !== null && value > most) return { key: "refusal.setting-at-most", values: { limit: most } };
      return null;
    },
  };
}

/** @param {number | null} one @param {number | null} other */
const lower = (one, other) => (one === null ? other : other === null ? one : Math.min(one, other));
