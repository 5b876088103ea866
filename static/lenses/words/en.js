export const words = {
  "lenses.save": "Save as {format}",
  "lens.layer.hidden": "hidden {layer}",
  "lens.layer.output": "output",

  "lens.digit": "test digit {number}",
};
