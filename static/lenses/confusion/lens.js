/** @type {Lens} */
export const confusion = {
  name: "confusion",
  title: { en: "Confusion", "zh-Hant": "混淆矩陣" },
  fits: () => true,
  load: () => import("./confusion.js"),
  words: { en: () => import("./words/en.js"), "zh-Hant": () => import("./words/zh-Hant.js") },
  sheet: new URL("./confusion.css", import.meta.url).href,
};
