import assert from "node:assert/strict";
import { after, test } from "node:test";
import { ApiError } from "../../static/state/api.js";
import { addWords, setLanguage } from "../../static/i18n/translate.js";
import { complaintOf, refusalOf } from "../../static/state/refusal.js";

after(async () => await setLanguage("en"));

/** The page fetches what a refusal says with the first refusal. */
async function chinese() {
  await setLanguage("zh-Hant");
  await addWords((language) => import(`../../static/state/words/${language}.js`));
}

const budget = { field: "epochs", code: "work-budget", message: "Too much work: at most 30 epochs.", limit: 30 };
const unknown = { field: "eta", code: "of-a-newer-server", message: "Not today." };
const problem = (...errors) =>
  new ApiError({ code: "invalid", detail: errors.map(({ message }) => message).join("; "), errors });

test("English keeps the server's words", async () => {
  await setLanguage("en");
  assert.equal(complaintOf(budget), budget.message);
  assert.equal(refusalOf(problem(budget)), `Not possible: ${budget.message}`);
});

test("another language has its own, with the limit", async () => {
  await chinese();
  assert.match(complaintOf(budget), /最多 30 個週期。$/);
  assert.equal(refusalOf(problem(budget)), `無法執行：${complaintOf(budget)}`);
  const full = new ApiError({ code: "too-many-of-yours", detail: "You have 8 unfinished runs.", limit: 8 });
  assert.match(refusalOf(full), /^無法執行：你有 8 次訓練/);
});

test("a code without words is told in the server's", async () => {
  await chinese();
  assert.equal(complaintOf(unknown), "Not today.");
  assert.equal(refusalOf(problem(budget, unknown)), `無法執行：${budget.message}; Not today.`);
});

test("a server that does not answer has no words: the page has", async () => {
  await chinese();
  assert.match(refusalOf(new ApiError({ code: "unreachable" })), /^伺服器沒有回應/);
});
