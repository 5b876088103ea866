/** @type {Lens} */
export const hints = {
  name: "hints",
  title: { en: "Hints", "zh-Hant": "提示" },
  fits: () => true,
  load: () => import("./hints.js"),
  words: (language) => import(`./words/${language}.js`),
  sheet: new URL("./hints.css", import.meta.url).href,
};
