/** @type {Lens} */
export const hints = {
  name: "hints",
  title: { en: "Hints", "zh-Hant": "提示" },
  fits: () => true,
  load: () => import("./hints.js"),
  words: { en: () => import("./words/en.js"), "zh-Hant": () => import("./words/zh-Hant.js") },
  sheet: new URL("./hints.css", import.meta.url).href,
};
