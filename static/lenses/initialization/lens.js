/** @type {Lens} */
export const initialization = {
  name: "initialization",
  title: { en: "First weights", "zh-Hant": "初始權重" },
  fits: () => true,
  load: () => import("./initialization.js"),
  words: { en: () => import("./words/en.js"), "zh-Hant": () => import("./words/zh-Hant.js") },
  sheet: new URL("./initialization.css", import.meta.url).href,
};
