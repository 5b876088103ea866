/** Words of the page by key. The catalogues hold every string; modules hold none. */

import { setNumberLocale } from "./lib/format.js";
import { en as page } from "./i18n/en.js";
import { en as lenses } from "./i18n/lenses-en.js";

const en = { ...page, ...lenses };

/** @type {Record<string, Record<string, string>>} */
const CATALOGUES = { en };

let language = "en";
let words = en;
let plurals = new Intl.PluralRules("en");

export const languages = Object.keys(CATALOGUES);

/** @param {string} next a key of the catalogues */
export function setLanguage(next) {
  language = next in CATALOGUES ? next : "en";
  words = CATALOGUES[language];
  plurals = new Intl.PluralRules(language);
  setNumberLocale(language);
  return language;
}

/**
 * The text of a key, with {name} replaced. With a `count`, "key.one" goes before "key" when the language says so.
 * @param {string} key
 * @param {Record<string, string | number>} [values]
 */
export function t(key, values) {
  const plural = values && typeof values.count === "number" ? words[`${key}.${plurals.select(values.count)}`] : undefined;
  const text = plural ?? words[key] ?? en[key] ?? key;
  return values ? text.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole)) : text;
}

/** True if the catalogue has words of its own for a key. */
export const has = (key) => key in words;
