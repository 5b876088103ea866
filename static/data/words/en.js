/** Words of the sheet for one's own data. */

export const words = {
  "bring.class": "class",
  "bring.sheet": "Bring your own data",
  "bring.file": "Choose a file, or drop it here",
  "bring.formats":
    "A CSV with numbers and, in its last column, the class of each row; or an npz with X and y, where X may be grey pictures. Nothing is kept before you say so. Whoever can reach this server can then see it: bring nothing about people.",
  "bring.title": "Name",
  "bring.untitled": "own data",
  "bring.label": "Column with the classes",
  "bring.last": "the last one",
  "bring.keep": "Keep and use it",
  "bring.busy": "The server reads it …",
  "bring.wrong": "It cannot be used:",
  "bring.sizes": "{samples} samples, {features} inputs, {classes} classes",
  "bring.classes": "Classes: {list}",
  "bring.rows": "First rows",
  "bring.pictures": "First pictures",
  "bring.kept": "Data that were brought",
  "bring.forget": "Delete {title}",
};
