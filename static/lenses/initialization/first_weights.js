/** How the first weights become wider or narrower on the dial: from the draws themselves to draws / sqrt(fan_in), and beyond. Pure. */

/**
 * The width that an initialization gives to weights drawn with width 1; one to which no factor leads is not here.
 * @type {Record<string, (fanIn: number, fanOut: number) => number>}
 */
const WIDTH = {
  standard: () => 1,
  scaled: (fanIn) => 1 / Math.sqrt(fanIn),
  he: (fanIn) => Math.sqrt(2 / fanIn),
  glorot: (fanIn, fanOut) => Math.sqrt(2 / (fanIn + fanOut)),
};

/** @param {string} initialization */
export const canTurn = (initialization) => initialization in WIDTH;

/**
 * Width of the weights at a position of the dial: 0 is the standard normal, 1 is divided by sqrt(fan_in).
 * @param {number} position
 * @param {number} fanIn
 */
export const widthAt = (position, fanIn) => fanIn ** (-position / 2);

/**
 * The position at which the dial shows an initialization as it is, for its first layer.
 * @param {string} initialization
 * @param {number[]} shape
 */
export function positionOf(initialization, shape) {
  return (-2 * Math.log(WIDTH[initialization](shape[0], shape[1]))) / Math.log(shape[0]);
}

/**
 * The first parameters as they would be at a position of the dial; biases stay as they were drawn.
 * @param {Params} params of epoch 0
 * @param {string} initialization
 * @param {number} position
 */
export function turned(params, initialization, position) {
  const w = params.w.map((weights, l) => {
    const factor = widthAt(position, params.shape[l]) / WIDTH[initialization](params.shape[l], params.shape[l + 1]);
    return factor === 1 ? weights : weights.map((weight) => weight * factor);
  });
  return { ...params, w };
}
