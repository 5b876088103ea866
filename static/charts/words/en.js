/** Words of the card of options, and of the dialog in which a chart is explored. */

export const words = {
  "curves.axis": "Horizontal axis",
  "curves.smooth": "Smoothing",
  "curves.save": "Save",
  "curves.weights": "weights",
  "curves.archive": "all runs (zip)",
  "curves.open": "Open a saved run",
  "curves.open.title": "Weights that were saved (npz): a run to look inside",
  "curves.log": "Logarithmic: loss, and the error of the accuracy",
  "curves.log-x": "Horizontal axis logarithmic",
  "curves.fingerprint": "Fingerprint {fingerprint}: weights and biases to the last bit.",
  "curves.kernels": "Computed with {kernels}. The same settings end in the same bits wherever this is the same.",
  "curves.kernels.several": "Computed with {kernels}: not the same bits as on one machine.",
  "curves.kernels.then": ", then ",
  "explore.log-x": "horizontal axis logarithmic",
  "explore.log-y": "vertical axis logarithmic",
  "explore.reset": "All of it",
  "explore.loading": "Fetching Plotly …",
  "explore.about": "Drag a rectangle to zoom in; the wheel does, too. A press in the legend takes a line away.",
  "explore.empty": "There is nothing to explore yet.",
};
