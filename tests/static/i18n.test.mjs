import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { addWords, has, preferredLanguage, setLanguage, spoken, t } from "../../static/i18n/translate.js";
import { LENSES } from "../../static/lenses/list.js";
import { duration, percent, plain } from "../../static/lib/format.js";

const STATIC = new URL("../../static/", import.meta.url);
const files = readdirSync(new URL("i18n/words/", STATIC)).map((name) => name.replace(".js", ""));
/** Where words are: the page's own, and those of parts that bring theirs. */
const places = readdirSync(STATIC, { recursive: true }).filter((name) => /\bwords\/en\.js$/.test(name));
const everywhere = async (language) =>
  Object.assign({}, ...(await Promise.all(places.map(async (name) => (await read(name, language)).words))));
const read = (name, language) => import(new URL(name.replace("en.js", `${language}.js`), STATIC).href);

/** Every language with the page's own words, and with all of them. */
const pages = {};
const catalogues = {};
for (const language of files) {
  pages[language] = (await import(`../../static/i18n/words/${language}.js`)).words;
  catalogues[language] = await everywhere(language);
}
const { en } = catalogues;
const enPage = pages.en;
const PLURAL = /\.(zero|one|two|few|many)$/; // Chinese has one form
const FROM_SERVER = /^(preset|refusal)\./; // mostly the server's own English; tests/static/test_words.py asks for the rest

/** The texts of a module and of all that it imports before it runs. */
function startingWith(name, known = new Set()) {
  const url = new URL(name, STATIC).href;
  if (known.has(url)) return [];
  known.add(url);
  const text = readFileSync(new URL(url), "utf8");
  const imports = [...text.matchAll(/^(?:import|export|}).*? from "(\.[^"]+)"/gm)].map(
    ([, path]) => new URL(path, url).href,
  );
  return [text, ...imports.flatMap((path) => startingWith(path, known))];
}

const code = readdirSync(STATIC, { recursive: true })
  .filter((name) => name.endsWith(".js") && !name.includes("words/"))
  .map((name) => readFileSync(new URL(name, STATIC), "utf8"))
  .join("\n");

test("all catalogues have the same keys", () => {
  assert.ok(files.length > 1);
  const keys = (words) =>
    Object.keys(words)
      .filter((key) => !PLURAL.test(key) && !FROM_SERVER.test(key))
      .sort();
  for (const [language, words] of Object.entries(catalogues)) assert.deepEqual(keys(words), keys(en), language);
});

test("a translation fills in the same values", () => {
  const values = (text) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();
  for (const [language, words] of Object.entries(catalogues))
    for (const key of Object.keys(en).filter((key) => key in words))
      assert.deepEqual(values(words[key]), values(en[key]), `${language}: ${key}`);
});

test("every key that the code names has words", () => {
  const named = [...code.matchAll(/\bt\("([^"]+)"/g)].map(([, key]) => key);
  assert.ok(named.length > 100);
  assert.deepEqual(
    named.filter((key) => !(key in en)),
    [],
  );
});

test("every word is used: by its key, or by a key that is put together", () => {
  const starts = [...code.matchAll(/`([a-z]+(?:\.[a-z-]+)*\.)\$\{/g)].map(([, start]) => start);
  const used = (key) => code.includes(`"${key}"`) || starts.some((start) => key.startsWith(start));
  assert.deepEqual(
    Object.keys(en).filter((key) => !PLURAL.test(key) && !used(key)),
    [],
  );
});

test("values are filled in, with the plural of the language", async () => {
  await setLanguage("en");
  assert.equal(t("network.depth", { count: 1 }), "1 hidden layer");
  assert.equal(t("network.depth", { count: 2 }), "2 hidden layers");
  await setLanguage("zh-Hant");
  assert.equal(t("network.depth", { count: 1 }), "1 個隱藏層");
  assert.ok(has("preset.overfitting.title"));
});

test("a name written from right to left moves nothing beside it", async () => {
  await setLanguage("en");
  assert.equal(t("runs.new-name", { name: "Ada" }).includes("\u2068"), false);
  assert.ok(t("runs.new-name", { name: "نور" }).includes("\u2068نور\u2069"));
});

test("the words of a lens come when they are asked for", async () => {
  await setLanguage("en");
  assert.ok(!has("lens.weights.about"));
  const { words, title } = LENSES.find(({ name }) => name === "weights");
  await addWords(words);
  assert.equal(t("lens.weights.about"), en["lens.weights.about"]);
  assert.equal(spoken(title), "Weights");
  assert.equal(t("buttons.start"), enPage["buttons.start"]);
});

/** The language of a visitor whose browser has these, and who has perhaps chosen one. */
function preferred(wishes, chosen = null, tags = ["en", "zh-Hans", "zh-Hant"]) {
  const browser = { navigator: { languages: wishes }, localStorage: { getItem: () => chosen } };
  for (const [name, value] of Object.entries(browser))
    Object.defineProperty(globalThis, name, { value, configurable: true });
  return preferredLanguage(Object.fromEntries(tags.map((tag) => [tag, tag])));
}

test("a language that is not there is English", () => {
  assert.equal(preferred(["xx"]), "en");
  assert.equal(preferred(["xx"], "xx"), "en");
  assert.equal(preferred(["not the name of one"]), "en");
  assert.equal(preferred([]), "en");
});

test("a visitor's choice goes before the browser's languages, and the script before the place", () => {
  assert.equal(preferred(["en"], "zh-Hant"), "zh-Hant");
  assert.equal(preferred(["fr", "zh-TW", "en"]), "zh-Hant");
  assert.equal(preferred(["zh-CN"]), "zh-Hans");
  assert.equal(preferred(["zh-CN"], null, ["en", "zh-Hant"]), "zh-Hant");
  assert.equal(preferred(["en-GB", "zh-TW"]), "en");
});

test("what the page says before a part with words of its own is opened is in its own catalogue", async () => {
  // Where there are people to tell apart, their words come before the first panel: people/door.js.
  const told = { ...enPage, ...(await read("people/words/en.js", "en")).words };
  const main = readFileSync(new URL("main.js", STATIC), "utf8");
  const later = [...main.matchAll(/\bimport\("([^"]+)"\)(?!\.then\(prepared\))/g)].map(([, path]) => path);
  assert.ok(later.length > 3);
  const named = ["main.js", ...later]
    .flatMap((name) => startingWith(name))
    .flatMap((text) => [...text.matchAll(/\bt\("([^"]+)"/g)].map(([, key]) => key));
  assert.ok(named.length > 100);
  assert.deepEqual(
    named.filter((key) => !(key in told)),
    [],
  );
});

test("every lens has its title, its explanation and its own words in every language", async () => {
  for (const { name, title, words } of LENSES) {
    for (const language of files) {
      assert.ok(title[language], name);
      assert.ok((await words(language)).words[`lens.${name}.about`], name);
    }
  }
});

test("numbers and times follow the language", async () => {
  await setLanguage("en");
  assert.deepEqual(
    [percent(0.9486), duration(75), duration(0), duration(3900)],
    ["94.86%", "1 min 15 sec", "1 sec", "1 hr 5 min"],
  );
  await setLanguage("zh-Hant");
  assert.match(duration(75), /分.*秒/);
  await setLanguage("en");
});

test("settings are short, and a seed keeps every digit", () => {
  assert.deepEqual([0.1 + 0.2, 1e-4, 3, 2 ** 32 - 1].map(plain), ["0.3", "0.0001", "3", "4294967295"]);
});
