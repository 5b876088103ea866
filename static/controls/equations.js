/** The lecture's equations by topic: where each control enters. A topic without one has only words. */

import { t } from "../i18n/translate.js";
import { equation, frac, i, m, n, o, row, sub, sum, sup } from "../lib/mathml.js";

const gradient = () => row(o("∂"), sub(i("L"), i("k")));
const lower = () => row(i("ℓ"), o("−"), n("1"));

function space() {
  const gap = m("mspace");
  gap.setAttribute("width", "1em");
  return gap;
}

/** @type {Record<string, () => Element[]>} */
export const EQUATIONS = {
  shape: () => [
    equation(
      sub(i("v"), i("ℓ")),
      o("="),
      i("σ"),
      o("("),
      sub(i("w"), i("ℓ")),
      sub(i("v"), lower()),
      o("+"),
      sub(i("b"), i("ℓ")),
      o(")"),
    ),
  ],
  eta: () => [
    equation(i("w"), o("→"), i("w"), o("−"), frac(i("η"), i("m")), sum(i("k")), frac(gradient(), row(o("∂"), i("w")))),
  ],
  batch_size: () => [
    equation(
      o("∇"),
      i("L"),
      o("≈"),
      frac(n("1"), i("m")),
      sum(row(i("k"), o("="), n("1")), i("m")),
      o("∇"),
      sub(i("L"), i("k")),
    ),
  ],
  initialization: () => [
    equation(
      i("z"),
      o("="),
      sum(i("i")),
      sub(i("w"), i("i")),
      sub(i("x"), i("i")),
      o("+"),
      i("b"),
      o(","),
      space(),
      i("w"),
      o("∼"),
      i("N"),
      o("("),
      n("0"),
      o(","),
      n("1"),
      o(")"),
    ),
    equation(
      m("mtext", t("field.initialization.scaled")),
      o(":"),
      space(),
      i("w"),
      o("→"),
      frac(i("w"), m("msqrt", sub(i("n"), m("mtext", "in")))),
    ),
  ],
  epochs: () => [
    equation(
      m("mtext", t("equation.steps")),
      o("="),
      m("mtext", t("equation.epochs")),
      o("×"),
      o("⌈"),
      frac(i("n"), i("m")),
      o("⌉"),
    ),
  ],
  activation: () => [
    equation(
      i("σ"),
      o("("),
      i("z"),
      o(")"),
      o("="),
      frac(n("1"), row(n("1"), o("+"), sup(i("e"), row(o("−"), i("z"))))),
    ),
  ],
  loss: () => [
    equation(
      i("L"),
      o("="),
      frac(n("1"), row(n("2"), i("n"))),
      sum(i("x")),
      sup(row(o("|"), i("v"), o("−"), i("t"), o("|")), n("2")),
    ),
  ],
  accuracy: () => [
    equation(
      frac(n("1"), i("n")),
      sum(i("x")),
      o("["),
      m("mtext", "argmax"),
      i("v"),
      o("="),
      m("mtext", t("equation.label")),
      o("]"),
    ),
  ],
  momentum: () => [
    equation(
      i("u"),
      o("→"),
      i("μ"),
      i("u"),
      o("−"),
      i("η"),
      o("∇"),
      i("L"),
      o(","),
      space(),
      i("w"),
      o("→"),
      i("w"),
      o("+"),
      i("u"),
    ),
  ],
  l2: () => [equation(i("L"), o("+"), frac(i("λ"), n("2")), sum(i("w")), sup(i("w"), n("2")))],
};
