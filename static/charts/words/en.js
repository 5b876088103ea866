/** Words of the dialog in which a chart is explored. */

export const words = {
  "explore.log-x": "horizontal axis logarithmic",
  "explore.log-y": "vertical axis logarithmic",
  "explore.reset": "All of it",
  "explore.loading": "Fetching Plotly …",
  "explore.about": "Drag a rectangle to zoom in; the wheel does, too. A press in the legend takes a line away.",
  "explore.empty": "There is nothing to explore yet.",
};
