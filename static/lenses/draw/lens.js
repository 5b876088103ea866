/** @type {Lens} */
export const draw = {
  name: "draw",
  title: { en: "Draw a digit", "zh-Hant": "寫一個數字" },
  fits: ({ dataset }) => dataset === "digits",
  load: () => import("./draw.js"),
  words: (language) => import(`./words/${language}.js`),
  sheet: new URL("./draw.css", import.meta.url).href,
};
