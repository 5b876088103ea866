/** @type {Lens} */
export const microscope = {
  name: "microscope",
  title: { en: "Back-propagation", "zh-Hant": "反向傳播" },
  fits: () => true,
  load: () => import("./microscope.js"),
  words: { en: () => import("./words/en.js"), "zh-Hant": () => import("./words/zh-Hant.js") },
  sheet: new URL("./microscope.css", import.meta.url).href,
};
