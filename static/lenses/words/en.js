export const words = {
  "lens.layer.hidden": "hidden {layer}",
  "lens.layer.output": "output",

  "lens.digit": "test digit {number}",
};
