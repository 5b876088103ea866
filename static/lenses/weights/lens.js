/** @type {Lens} */
export const weights = {
  name: "weights",
  title: { en: "Weights", "zh-Hant": "權重" },
  fits: ({ dataset }) => dataset === "digits",
  load: () => import("./weights.js"),
  words: { en: () => import("./words/en.js"), "zh-Hant": () => import("./words/zh-Hant.js") },
  sheet: new URL("./weights.css", import.meta.url).href,
};
