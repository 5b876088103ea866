/** @type {Lens} */
export const weights = {
  name: "weights",
  title: { en: "Weights", "zh-Hant": "權重" },
  fits: ({ dataset }) => dataset === "digits",
  load: () => import("./weights.js"),
  words: (language) => import(`./words/${language}.js`),
  sheet: new URL("./weights.css", import.meta.url).href,
};
