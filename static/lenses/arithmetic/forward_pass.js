/** A network in the browser: its parameters as they come from the server, and the way forward. Pure; the same numbers as nncore. */

/**
 * What the page knows of an activation: its slope from z and v, and the largest slope.
 * @typedef {{sign: string, value: (z: number) => number, slope: (z: number, v: number) => number, steepest: number}} Activation
 */

/** @type {Record<string, Activation>} */
const ACTIVATIONS = {
  sigmoid: {
    sign: "σ" /** @param {Float32Array} z */,
    value: (z) => 0.5 * (Math.tanh(0.5 * z) + 1),
    slope: (_z, v) => v * (1 - v),
    steepest: 0.25,
  },
  tanh: { sign: "tanh", value: Math.tanh, slope: (_z, v) => 1 - v * v, steepest: 1 },
  relu: {
    sign: "ReLU" /** @param {Float32Array} z */,
    value: (z) => Math.max(z, 0) /** @param {Float32Array} z */,
    slope: (z) => (z > 0 ? 1 : 0),
    steepest: 1,
  },
};

/** Read the answer of /runs/{id}/params. @param {ArrayBuffer} buffer @returns {Params} */
export function unpackParams(buffer) {
  const size = new DataView(buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, size)));
  const { shape } = header;
  const w = [];
  const b = [];
  let at = 4 + size;
  /** @param {number} count */
  const take = (count) => {
    const part = new Float32Array(buffer, at, count);
    at += 4 * count;
    return part;
  };
  for (let l = 0; l + 1 < shape.length; l += 1) {
    w.push(take(shape[l] * shape[l + 1]));
    b.push(take(shape[l + 1]));
  }
  return { ...header, w, b };
}

/** @param {Params} params */
export const hiddenActivation = (params) => ACTIVATIONS[params.activation];

/**
 * The activation of a layer; null for softmax outputs, which have no slope each.
 * @param {Params} params
 * @param {number} layer
 */
export function activationOf(params, layer) {
  if (layer < params.w.length - 1) return hiddenActivation(params);
  return params.loss === "cross-entropy" ? null : ACTIVATIONS.sigmoid;
}

/** @param {Params} params */
export const weightCount = (params) => params.w.reduce((sum, w) => sum + w.length, 0);

/** Pass samples through: inputs row by row, as many as fit. @param {Params} params @param {Float32Array} inputs @returns {Trace} */
export function forward(params, inputs) {
  const count = inputs.length / params.shape[0];
  const z = [];
  const v = [inputs];
  for (let l = 0; l < params.w.length; l += 1) {
    z.push(weightedSums(params.w[l], params.b[l], v[l], params.shape[l], count));
    v.push(activate(params, l, z[l], count));
  }
  return { z, v, count };
}

/** What the network says: the values of the last layer. @param {Params} params @param {Float32Array} inputs */
export function outputsOf(params, inputs) {
  const { v } = forward(params, inputs);
  return v[v.length - 1];
}

/**
 * z = w v + b for every sample. Dark pixels are zero, so only the others are gone through.
 * @param {Float32Array} w
 * @param {Float32Array} b
 * @param {Float32Array} v
 * @param {number} fanIn
 * @param {number} count
 */
function weightedSums(w, b, v, fanIn, count) {
  const fanOut = b.length;
  const z = new Float32Array(count * fanOut);
  const lit = new Int32Array(fanIn);
  for (let s = 0; s < count; s += 1) {
    const start = s * fanIn;
    let many = 0;
    for (let k = 0; k < fanIn; k += 1) if (v[start + k] !== 0) lit[many++] = k;
    for (let j = 0; j < fanOut; j += 1) {
      const row = j * fanIn;
      let sum = b[j];
      for (let i = 0; i < many; i += 1) sum += w[row + lit[i]] * v[start + lit[i]];
      z[s * fanOut + j] = sum;
    }
  }
  return z;
}

/** @param {Params} params @param {number} layer @param {Float32Array} z @param {number} count */
function activate(params, layer, z, count) {
  const activation = activationOf(params, layer);
  if (activation) return z.map(activation.value);
  const size = z.length / count;
  const v = new Float32Array(z.length);
  for (let s = 0; s < count; s += 1) v.set(softmax(z.subarray(s * size, (s + 1) * size)), s * size);
  return v;
}

/** @param {Float32Array} z */
function softmax(z) {
  const top = z.reduce((a, x) => Math.max(a, x), -Infinity);
  const e = z.map((x) => Math.exp(x - top));
  const sum = e.reduce((a, x) => a + x, 0);
  return e.map((x) => x / sum);
}

/** Index of the largest value; the first of equals. @param {ArrayLike<number>} values */
export function argmax(values) {
  let best = 0;
  for (let i = 1; i < values.length; i += 1) if (values[i] > values[best]) best = i;
  return best;
}
