/** Words of the page by key. The catalogues hold every string; modules hold none. */

import { setNumberLocale } from "./lib/format.js";
import { en as enLenses } from "./i18n/lenses-en.js";
import { zhHant as zhHantLenses } from "./i18n/lenses-zh-Hant.js";
import { en as enPage } from "./i18n/en.js";
import { zhHant as zhHantPage } from "./i18n/zh-Hant.js";

const en = { ...enPage, ...enLenses };
const zhHant = { ...zhHantPage, ...zhHantLenses };

/** @type {Record<string, Record<string, string>>} */
const CATALOGUES = { en, "zh-Hant": zhHant };
const STORAGE = "chalknet.language";

let language = "en";
let words = en;
let plurals = new Intl.PluralRules("en");

export const languages = Object.keys(CATALOGUES);

/** A language by its own name. */
export const languageName = (name) => CATALOGUES[name]["language.name"];

/** The visitor's choice, or else the first of the browser's languages that has a catalogue. */
export function preferredLanguage() {
  try {
    const chosen = localStorage.getItem(STORAGE);
    if (chosen) return chosen;
  } catch {
    // Storage is forbidden: the browser's languages decide.
  }
  const wanted = navigator.languages.map((name) => (/^zh\b/.test(name) ? "zh-Hant" : name.split("-")[0]));
  return wanted.find((name) => name in CATALOGUES) ?? "en";
}

/** Every word of the page changes, so the page is built anew. */
export function changeLanguage(next) {
  try {
    localStorage.setItem(STORAGE, next);
  } finally {
    location.reload();
  }
}

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
