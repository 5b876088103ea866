/** Prints what the page's own network makes of some samples: node forward.mjs PARAMS INPUTS. */

import { readFileSync } from "node:fs";
import { forward, unpackParams } from "../../static/lenses/arithmetic/forward_pass.js";
import { layerStatistics } from "../../static/lenses/arithmetic/statistics.js";

const bytes = (path) => Uint8Array.from(readFileSync(path)).buffer;
const params = unpackParams(bytes(process.argv[2]));
const trace = forward(params, new Float32Array(bytes(process.argv[3])));
const layers = params.w.map((_, layer) => layerStatistics(params, trace, layer));
console.log(JSON.stringify({ epoch: params.epoch, outputs: [...trace.v.at(-1)], layers }));
