/** Phrases made of a run or a configuration, in the visitor's language. */

import { has, t } from "../i18n/translate.js";
import { plain, shapeText } from "../lib/format.js";
import { unusual } from "./table.js";

/**
 * The word of a choice such as an initialization; a choice the catalogue does not know is its own word.
 * @param {string} field
 * @param {string} option
 */
export function choice(field, option) {
  const key = `field.${field}.${option}`;
  return has(key) ? t(key) : option;
}

/** @param {Field} field */
export function fieldName(field) {
  const key = `field.${field.name}`;
  return has(key) ? t(key) : (field.title ?? field.name);
}

/**
 * The learning rate a run began with, and the one it has now if that is another.
 * @param {{config: RunConfig, eta?: number}} run
 */
export function etaText({ config, eta = config.eta }) {
  return eta === config.eta ? plain(eta) : `${plain(config.eta)} → ${plain(eta)}`;
}

/**
 * The settings as one line, which breaks between two of them only: the lecture's four, and what is not as in the lecture.
 * @param {RunConfig} config
 * @param {Record<string, Field>} fields
 * @param {string} [eta]
 */
export function summary(config, fields, eta = plain(config.eta)) {
  const four = t("summary", {
    shape: shapeText(config.shape),
    eta,
    batch: plain(config.batch_size),
    initialization: choice("initialization", config.initialization),
  });
  const others = unusual(config, fields).map((field) => settingText(field, config[field]));
  return [four, ...others].join(" · ").replaceAll(/(?<!·) (?!·)/g, "\u00a0");
}

/** The name of a setting in a table. @param {string} name */
export function fieldTitle(name) {
  return has(`field.${name}`) ? t(`field.${name}`) : name;
}

/** One setting with its value, short enough for a line of many. @param {string} field @param {any} value */
export function settingText(field, value) {
  if (field === "shape") return shapeText(value);
  // A data set that was brought is called by its name, without the part that tells its content.
  if (field === "dataset") return choice(field, value).replace(/-[0-9a-f]{12}$/, "");
  if (field === "initialization") return choice(field, value);
  const text =
    typeof value === "number" ? plain(value) : value === null ? t("field.all") : choice(field, String(value));
  return has(`setting.${field}`) ? t(`setting.${field}`, { value: text }) : `${fieldTitle(field)} ${text}`;
}

/** A setting of a run that exists, for the same line. @param {Run} run @param {string} field */
export function runSetting(run, field) {
  return field === "eta" ? t("setting.eta", { value: etaText(run) }) : settingText(field, run.config[field]);
}

/** What a run is doing, as a word; what was asked of it counts until it has happened. @param {Run} run */
export function statusWord(run) {
  if (run.status === "FAILED" || ["TARGET", "IMPORTED"].includes(run.status_reason ?? ""))
    return has(`reason.${run.status_reason}`) ? t(`reason.${run.status_reason}`) : t("status.FAILED");
  const active = run.status === "RUNNING" || run.status === "SCHEDULED";
  if (active && run.wanted === "paused") return t("status.pausing");
  if ((active || run.status === "PAUSED") && run.wanted === "stopped") return t("status.stopping");
  return t(`status.${run.status}`);
}
