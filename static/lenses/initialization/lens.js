/** @type {Lens} */
export const initialization = {
  name: "initialization",
  title: { en: "First weights", "zh-Hant": "初始權重" },
  fits: () => true,
  load: () => import("./initialization.js"),
  words: (language) => import(`./words/${language}.js`),
  sheet: new URL("./initialization.css", import.meta.url).href,
};
