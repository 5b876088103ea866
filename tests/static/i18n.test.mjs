import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { addWords, has, languages, setLanguage, spoken, t } from "../../static/i18n/translate.js";
import { words as enPage } from "../../static/i18n/words/en.js";
import { words as zhHantPage } from "../../static/i18n/words/zh-Hant.js";
import { LENSES } from "../../static/lenses/list.js";
import { words as enLenses } from "../../static/lenses/words/en.js";
import { words as zhHantLenses } from "../../static/lenses/words/zh-Hant.js";
import { duration, percent, plain } from "../../static/lib/format.js";

const ofLenses = async (language) =>
  Object.assign({}, ...(await Promise.all(LENSES.map(async (lens) => (await lens.words[language]()).words))));
const en = { ...enPage, ...enLenses, ...(await ofLenses("en")) };
const zhHant = { ...zhHantPage, ...zhHantLenses, ...(await ofLenses("zh-Hant")) };
const PLURAL = /\.(zero|one|two|few|many)$/; // Chinese has one form
const FROM_SERVER = /^(preset|refusal)\./; // mostly the server's own English; tests/static/test_words.py asks for the rest
const STATIC = new URL("../../static/", import.meta.url);

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

test("both catalogues have the same keys", () => {
  const keys = (words) =>
    Object.keys(words)
      .filter((key) => !PLURAL.test(key) && !FROM_SERVER.test(key))
      .sort();
  assert.deepEqual(keys(zhHant), keys(en));
});

test("a translation fills in the same values", () => {
  const values = (text) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();
  for (const key of Object.keys(en).filter((key) => key in zhHant))
    assert.deepEqual(values(zhHant[key]), values(en[key]), key);
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

test("a language that is not there is English, and the words of a lens come when they are asked for", async () => {
  assert.equal(await setLanguage("xx"), "en");
  assert.ok(!has("lens.weights.about"));
  const { words, title } = LENSES.find(({ name }) => name === "weights");
  await addWords(words);
  assert.equal(t("lens.weights.about"), en["lens.weights.about"]);
  assert.equal(spoken(title), "Weights");
  assert.equal(t("buttons.start"), enPage["buttons.start"]);
});

test("what the page says before a lens is opened is in its own catalogue", () => {
  const main = readFileSync(new URL("main.js", STATIC), "utf8");
  const later = [...main.matchAll(/\bimport\("([^"]+)"\)/g)].map(([, path]) => path);
  assert.ok(later.length > 3);
  const named = ["main.js", ...later]
    .flatMap((name) => startingWith(name))
    .flatMap((text) => [...text.matchAll(/\bt\("([^"]+)"/g)].map(([, key]) => key));
  assert.ok(named.length > 100);
  assert.deepEqual(
    named.filter((key) => !(key in enPage)),
    [],
  );
});

test("every lens has its title, its explanation and its own words in every language", async () => {
  for (const { name, title, words } of LENSES) {
    for (const language of languages) {
      assert.ok(title[language], name);
      assert.ok((await words[language]()).words[`lens.${name}.about`], name);
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
