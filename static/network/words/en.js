/** Words of the picture of the network. */

export const words = {
  "portrait.label": "The network, neuron by neuron",
  "portrait.of": "The network of {run} with test digit number {digit}: neurons and what they say",
  "portrait.neuron": "Hidden layer {layer}, neuron {neuron}",
  "portrait.output": "Output {digit}",
  "portrait.more": "{count} more",
  "portrait.telling": "Only the most telling",
  "portrait.facts": "{inputs} inputs · bias {bias} · z {z} · v {v} · δ {delta}",
  "portrait.weights": "Its weights",
  "portrait.plane": "In the plane",
  "portrait.backward": "Back-propagation",
};
