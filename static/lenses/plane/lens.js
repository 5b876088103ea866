/** @type {Lens} */
export const plane = {
  name: "plane",
  title: { en: "Plane", "zh-Hant": "平面" },
  fits: ({ dataset }) => dataset === "two-features",
  load: () => import("./plane.js"),
  words: (language) => import(`./words/${language}.js`),
  sheet: new URL("./plane.css", import.meta.url).href,
};
