/** Words of the page by key. The catalogues hold every string; modules hold none, and a visitor fetches one language. */

import { setNumberLocale } from "../lib/format.js";

/**
 * Languages by their own names, and where the page's words are; those of a lens come with it. app/api/pages.py knows the
 * same languages, to have the likely one fetched ahead.
 * @type {Record<Language, {name: string, load: () => Promise<Catalogue>}>}
 */
const LANGUAGES = {
  en: {
    name: "English",
    load: () => import("./words/en.js"),
  },
  "zh-Hant": {
    name: "繁體中文",
    load: () => import("./words/zh-Hant.js"),
  },
};
const STORAGE = "chalknet.language";

/** @type {Language} */
let language = "en";
/** @type {Record<string, string>} */
let words = {};
let plurals = new Intl.PluralRules("en");

export const languages = /** @type {Language[]} */ (Object.keys(LANGUAGES));

/** @param {string} name @returns {name is Language} */
const known = (name) => name in LANGUAGES;

/** A language by its own name. @param {Language} name */
export const languageName = (name) => LANGUAGES[name].name;

/** The visitor's choice, or else the first of the browser's languages that has a catalogue. */
export function preferredLanguage() {
  try {
    const chosen = localStorage.getItem(STORAGE);
    if (chosen) return chosen;
  } catch {
    // Storage is forbidden: the browser's languages decide.
  }
  const wanted = navigator.languages.map((name) => (/^zh\b/.test(name) ? "zh-Hant" : name.split("-")[0]));
  return wanted.find(known) ?? "en";
}

/** Every word of the page changes, so the page is built anew. @param {string} next */
export function changeLanguage(next) {
  try {
    localStorage.setItem(STORAGE, next);
  } finally {
    location.reload();
  }
}

/**
 * Speak a language from now on; English stands in for one that is not there.
 * @param {string} next
 * @returns {Promise<string>} the language that is spoken
 */
export async function setLanguage(next) {
  language = known(next) ? next : "en";
  words = (await LANGUAGES[language].load()).words;
  plurals = new Intl.PluralRules(language);
  setNumberLocale(language);
  return language;
}

/** Fetch more words, of a part of the page that is there only when it is opened. @param {Translations} translations */
export async function addWords(translations) {
  const catalogue = await translations[language]();
  words = { ...words, ...catalogue.words };
}

/** What is there in every language, in the one that is spoken. @template T @param {Record<Language, T>} texts */
export const spoken = (texts) => texts[language];

/**
 * The text of a key, with {name} replaced. With a `count`, "key.one" goes before "key" when the language says so.
 * @param {string} key
 * @param {Record<string, string | number | null | undefined>} [values] one that is missing leaves its place as it is
 */
export function t(key, values) {
  const plural =
    values && typeof values.count === "number" ? words[`${key}.${plurals.select(values.count)}`] : undefined;
  const text = plural ?? words[key] ?? key;
  return values ? text.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole)) : text;
}

/** True if the catalogue has words of its own for a key. @param {string} key */
export const has = (key) => key in words;
