import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { addLensWords, has, setLanguage, t } from "../../static/i18n/translate.js";
import { en as enPage } from "../../static/i18n/words/en.js";
import { en as enLenses } from "../../static/i18n/words/lenses-en.js";
import { zhHant as zhHantLenses } from "../../static/i18n/words/lenses-zh-Hant.js";
import { zhHant as zhHantPage } from "../../static/i18n/words/zh-Hant.js";
import { duration, percent, plain } from "../../static/lib/format.js";

const en = { ...enPage, ...enLenses };
const zhHant = { ...zhHantPage, ...zhHantLenses };
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
  .filter((name) => name.endsWith(".js") && !name.startsWith("i18n/words"))
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

test("a language that is not there is English, and the words of the lenses come when they are asked for", async () => {
  assert.equal(await setLanguage("xx"), "en");
  assert.ok(!has("lens.weights.about"));
  await addLensWords();
  assert.equal(t("lens.weights.about"), enLenses["lens.weights.about"]);
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
  const tabs = [...readFileSync(new URL("lenses/panel.js", STATIC), "utf8").matchAll(/name: "(\w+)", fits/g)].map(
    ([, name]) => `lens.${name}`,
  );
  assert.ok(tabs.length > 5);
  assert.deepEqual(
    tabs.filter((key) => !(key in enPage)),
    [],
  );
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
