/** @type {Lens} */
export const confusion = {
  name: "confusion",
  title: { en: "Confusion", "zh-Hant": "混淆矩陣" },
  fits: () => true,
  load: () => import("./confusion.js"),
  words: (language) => import(`./words/${language}.js`),
  sheet: new URL("./confusion.css", import.meta.url).href,
};
