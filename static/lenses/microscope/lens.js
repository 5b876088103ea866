/** @type {Lens} */
export const microscope = {
  name: "microscope",
  title: { en: "Back-propagation", "zh-Hant": "反向傳播" },
  fits: () => true,
  load: () => import("./microscope.js"),
  words: (language) => import(`./words/${language}.js`),
  sheet: new URL("./microscope.css", import.meta.url).href,
};
