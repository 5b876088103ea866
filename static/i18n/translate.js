/** Words of the page by key. The catalogues hold every string; modules hold none, and a visitor fetches one language. */

import { setNumberLocale } from "../lib/format.js";

const STORAGE = "chalknet.language";

let language = "en";
/** @type {Record<string, string>} */
let words = {};
let plurals = new Intl.PluralRules("en");

/**
 * The visitor's choice, or else what comes nearest to the first of the browser's languages that the page speaks at all.
 * @param {Record<string, string>} languages by their own names, as the server found them
 */
export function preferredLanguage(languages) {
  const known = Object.keys(languages);
  try {
    const chosen = localStorage.getItem(STORAGE);
    if (chosen && known.includes(chosen)) return chosen;
  } catch {
    // Storage is forbidden: the browser's languages decide.
  }
  for (const wish of navigator.languages) {
    const found = nearest(wish, known);
    if (found) return found;
  }
  return "en";
}

/** The same language, in the same script if there are several: zh-TW is written in zh-Hant. @param {string} wish @param {string[]} known */
function nearest(wish, known) {
  try {
    const { language, script } = new Intl.Locale(wish).maximize();
    const same = known.filter((name) => new Intl.Locale(name).language === language);
    return same.find((name) => new Intl.Locale(name).maximize().script === script) ?? same[0];
  } catch {
    return undefined; // not the name of a language
  }
}

/** Every word of the page changes, so the page is built anew. @param {string} next */
export function changeLanguage(next) {
  try {
    localStorage.setItem(STORAGE, next);
  } finally {
    location.reload();
  }
}

/** Speak a language from now on: one that the page has words for. @param {string} next */
export async function setLanguage(next) {
  const catalogue = /** @type {Catalogue} */ (await import(`./words/${next}.js`));
  language = next;
  words = catalogue.words;
  plurals = new Intl.PluralRules(language);
  setNumberLocale(language);
  return language;
}

/** Fetch more words, of a part of the page that is there only when it is opened. @param {Translations} translations */
export async function addWords(translations) {
  const catalogue = await translations(language);
  words = { ...words, ...catalogue.words };
}

/** A text in the language that is spoken, or in English. @param {Texts} texts */
export const spoken = (texts) => texts[language] ?? texts.en;

/**
 * The text of a key, with {name} replaced. With a `count`, "key.one" goes before "key" when the language says so.
 * @param {string} key
 * @param {Record<string, string | number | null | undefined>} [values] one that is missing leaves its place as it is
 */
export function t(key, values) {
  const plural =
    values && typeof values.count === "number" ? words[`${key}.${plurals.select(values.count)}`] : undefined;
  const text = plural ?? words[key] ?? key;
  return values ? text.replace(/\{(\w+)\}/g, (whole, name) => isolated(String(values[name] ?? whole))) : text;
}

const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]/;

/** A name written from right to left would take the numbers and marks beside it along. @param {string} value */
const isolated = (value) => (RIGHT_TO_LEFT.test(value) ? `\u2068${value}\u2069` : value);

/** True if the catalogue has words of its own for a key. @param {string} key */
export const has = (key) => key in words;
