/** @type {Lens} */
export const draw = {
  name: "draw",
  title: { en: "Draw a digit", "zh-Hant": "寫一個數字" },
  fits: ({ dataset }) => dataset === "digits",
  load: () => import("./draw.js"),
  words: { en: () => import("./words/en.js"), "zh-Hant": () => import("./words/zh-Hant.js") },
  sheet: new URL("./draw.css", import.meta.url).href,
};
