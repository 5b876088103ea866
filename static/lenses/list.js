/** Every lens, in the order of the tabs. To add one is to add it here: docs/lenses.md. */

import { confusion } from "./confusion/lens.js";
import { draw } from "./draw/lens.js";
import { hints } from "./hints/lens.js";
import { initialization } from "./initialization/lens.js";
import { microscope } from "./microscope/lens.js";
import { plane } from "./plane/lens.js";
import { weights } from "./weights/lens.js";

/** @type {Lens[]} */
export const LENSES = [initialization, weights, microscope, confusion, plane, draw, hints];
