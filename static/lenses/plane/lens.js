/** @type {Lens} */
export const plane = {
  name: "plane",
  title: { en: "Plane", "zh-Hant": "平面" },
  fits: ({ shape }) => shape[0] === 2,
  load: () => import("./plane.js"),
  words: { en: () => import("./words/en.js"), "zh-Hant": () => import("./words/zh-Hant.js") },
  sheet: new URL("./plane.css", import.meta.url).href,
};
