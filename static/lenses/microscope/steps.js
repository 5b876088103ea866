/** The steps of back-propagation for one digit, in order, each with its equation, its numbers and its place in the source. Pure but for MathML elements. */

import { t } from "../../i18n/translate.js";
import { equation, frac, i, m, n, o, row, sub, sum, sup } from "../../lib/mathml.js";
import { argmax, activationOf, hiddenActivation } from "../arithmetic/forward_pass.js";
import { short } from "../elements/numbers.js";

const SHOWN_TERMS = 3;

/**
 * @typedef {{number: number, label: number, prediction: number, loss: number, v: number[][], z: number[][], delta: number[][]}} Sample
 * @typedef {{key: string, layer: number, values: number[], lines: string[], formula: Element, numbers: (j: number) => Element}} Step
 */

/**
 * @param {Params} params
 * @param {Sample} sample
 * @returns {Step[]}
 */
export function stepsOf(params, sample) {
  const last = params.w.length - 1;
  const steps = [];
  for (let l = 0; l <= last; l += 1) steps.push(sums(params, sample, l), values(params, sample, l));
  steps.push(lossStep(params, sample), outputDelta(params, sample));
  for (let l = last - 1; l >= 0; l -= 1) steps.push(hiddenDelta(params, sample, l));
  for (let l = last; l >= 0; l -= 1) steps.push(gradient(sample, l));
  return steps;
}

/** @param {string} letter @param {number} l @param {...string | number | Element} below */
const name = (letter, l, ...below) =>
  sub(
    i(letter),
    row(
      ...[l, ...below]
        .flatMap((part, at) => (at ? [o(","), part] : [part]))
        .map((part) => (part instanceof Element ? part : typeof part === "number" ? n(String(part)) : i(part))),
    ),
  );
/** @param {number} value */
const number = (value) => {
  const text = short(value);
  return value < 0 ? row(o("("), n(text), o(")")) : n(text);
};
/** @param {string} sign */
const prime = (sign) => sup(i(sign), o("′"));

/** The largest terms of a sum, then the rest in one number. @param {[number, number][]} pairs factors of each term */
function expanded(pairs) {
  const sorted = pairs
    .map(([a, b]) => ({ a, b, term: a * b }))
    .filter(({ term }) => term !== 0)
    .sort((x, y) => Math.abs(y.term) - Math.abs(x.term));
  const rest = sorted.slice(SHOWN_TERMS);
  const parts = sorted
    .slice(0, SHOWN_TERMS)
    .flatMap(({ a, b }, at) => [...(at ? [o("+")] : []), number(a), o("⋅"), number(b)]);
  if (!parts.length) return [n("0")];
  if (rest.length)
    parts.push(
      o("+"),
      m(
        "munder",
        m("munder", number(rest.reduce((total, { term }) => total + term, 0)), o("⏟")),
        m("mtext", t("lens.step.more", { count: rest.length })),
      ),
    );
  return parts;
}

/** @param {Params} params @param {Sample} sample @param {number} l */
function sums(params, { v, z }, l) {
  const [w, b, fanIn] = [params.w[l], params.b[l], params.shape[l]];
  return {
    key: "z",
    layer: l,
    values: z[l],
    lines: ["z"],
    formula: equation(
      name("z", l + 1, "j"),
      o("="),
      sum(i("k")),
      name("w", l + 1, "j", "k"),
      name("v", l, "k"),
      o("+"),
      name("b", l + 1, "j"),
    ),
    /** @param {number} j */
    numbers: (j) =>
      equation(
        name("z", l + 1, j + 1),
        o("="),
        ...expanded(v[l].map((value, k) => [w[j * fanIn + k], value])),
        o("+"),
        number(b[j]),
        o("="),
        n(short(z[l][j])),
      ),
  };
}

/** @param {Params} params @param {Sample} sample @param {number} l */
function values(params, { v, z }, l) {
  const plain = activationOf(params, l);
  return {
    key: "v",
    layer: l,
    values: v[l + 1],
    lines: plain ? ["v", ...(l < params.w.length - 1 || params.activation === "sigmoid" ? ["activation"] : [])] : ["v"],
    formula: plain
      ? equation(name("v", l + 1, "j"), o("="), i(plain.sign), o("("), name("z", l + 1, "j"), o(")"))
      : equation(
          name("v", l + 1, "j"),
          o("="),
          frac(sup(i("e"), name("z", l + 1, "j")), row(sum(i("k")), sup(i("e"), name("z", l + 1, "k")))),
        ),
    /** @param {number} j */
    numbers: (j) =>
      equation(
        name("v", l + 1, j + 1),
        o("="),
        i(plain ? plain.sign : "softmax"),
        o("("),
        n(short(z[l][j])),
        o(")"),
        o("="),
        n(short(v[l + 1][j])),
      ),
  };
}

const [V, T] = [() => sub(i("v"), i("j")), () => sub(i("t"), i("j"))];
const ln = () => m("mi", "ln");

/** The loss of one sample, as nncore names them. @type {Record<string, () => ReturnType<typeof equation>>} */
const LOSSES = {
  quadratic: () =>
    equation(i("L"), o("="), frac(n("1"), n("2")), sum(i("j")), sup(row(o("("), V(), o("−"), T(), o(")")), n("2"))),
  "cross-entropy": () => equation(i("L"), o("="), o("−"), sum(i("j")), T(), ln(), V()),
  "sigmoid-cross-entropy": () =>
    equation(
      i("L"),
      ...[o("="), o("−"), sum(i("j")), o("("), T(), ln(), V(), o("+"), o("("), n("1"), o("−"), T(), o(")"), ln()],
      ...[o("("), n("1"), o("−"), V(), o(")"), o(")")],
    ),
};

/**
 * The numbers of the same, from the outputs that are furthest from their targets on.
 * @type {Record<string, (worst: {value: number, t: number}[]) => Element[]>}
 */
const LOSS_NUMBERS = {
  quadratic: (worst) => [
    frac(n("1"), n("2")),
    o("["),
    ...worst
      .slice(0, SHOWN_TERMS)
      .flatMap(({ value, t }, at) => [
        ...(at ? [o("+")] : []),
        sup(row(o("("), n(short(value)), o("−"), n(String(t)), o(")")), n("2")),
      ]),
    ...(worst.length > SHOWN_TERMS ? [o("+"), o("…")] : []),
    o("]"),
    o("="),
  ],
  "cross-entropy": (worst) => [
    ...worst.filter(({ t }) => t).flatMap(({ value }) => [o("−"), ln(), n(short(value))]),
    o("="),
  ],
  "sigmoid-cross-entropy": (worst) => [
    ...worst.slice(0, SHOWN_TERMS).flatMap(({ value, t }) => [o("−"), ln(), n(short(t ? value : 1 - value))]),
    ...(worst.length > SHOWN_TERMS ? [o("−"), o("…")] : []),
    o("="),
  ],
};

/** @param {Params} params @param {Sample} sample */
function lossStep(params, { v, label, loss }) {
  const out = v[v.length - 1];
  const target = out.map((_, j) => (j === label ? 1 : 0));
  const worst = out
    .map((value, j) => ({ value, t: target[j] }))
    .sort((a, b) => Math.abs(b.value - b.t) - Math.abs(a.value - a.t));
  return {
    key: "loss",
    layer: params.w.length - 1,
    values: out.map((value, j) => value - target[j]),
    lines: ["loss"],
    // A loss that somebody has added is shown by its value alone.
    formula: LOSSES[params.loss]?.() ?? equation(i("L")),
    numbers: () => equation(i("L"), o("="), ...(LOSS_NUMBERS[params.loss]?.(worst) ?? []), n(short(loss))),
  };
}

/** @param {Params} params @param {Sample} sample */
function outputDelta(params, { v, delta, label }) {
  const last = params.w.length - 1;
  const quadratic = params.loss === "quadratic";
  return {
    key: "delta-output",
    layer: last,
    values: delta[last],
    lines: ["delta-output", "loss-delta"],
    formula: equation(
      name("δ", last + 1, "j"),
      o("="),
      o("("),
      name("v", last + 1, "j"),
      o("−"),
      sub(i("t"), i("j")),
      o(")"),
      ...(quadratic ? [prime("σ"), o("("), name("z", last + 1, "j"), o(")")] : []),
    ),
    /** @param {number} j */
    numbers: (j) => {
      const value = v[last + 1][j];
      return equation(
        name("δ", last + 1, j + 1),
        o("="),
        o("("),
        n(short(value)),
        o("−"),
        n(j === label ? "1" : "0"),
        o(")"),
        ...(quadratic ? [o("⋅"), n(short(value * (1 - value)))] : []),
        o("="),
        n(short(delta[last][j])),
      );
    },
  };
}

/** @param {Params} params @param {Sample} sample @param {number} l */
function hiddenDelta(params, { z, v, delta }, l) {
  const [w, fanIn] = [params.w[l + 1], params.shape[l + 1]];
  const { sign, slope } = hiddenActivation(params);
  return {
    key: "delta-hidden",
    layer: l,
    values: delta[l],
    lines: ["delta-hidden", "slope"],
    formula: equation(
      name("δ", l + 1, "j"),
      o("="),
      o("("),
      sum(i("k")),
      name("w", l + 2, "k", "j"),
      name("δ", l + 2, "k"),
      o(")"),
      prime(sign),
      o("("),
      name("z", l + 1, "j"),
      o(")"),
    ),
    /** @param {number} j */
    numbers: (j) =>
      equation(
        name("δ", l + 1, j + 1),
        o("="),
        o("("),
        ...expanded(delta[l + 1].map((value, k) => [w[k * fanIn + j], value])),
        o(")"),
        o("⋅"),
        n(short(slope(z[l][j], v[l + 1][j]))),
        o("="),
        n(short(delta[l][j])),
      ),
  };
}

/** @param {Sample} sample @param {number} l */
function gradient({ v, delta }, l) {
  const k = argmax(v[l].map(Math.abs));
  /** @param {string} letter @param {...string | number} below */
  const by = (letter, ...below) => frac(row(o("∂"), i("L")), row(o("∂"), name(letter, l + 1, ...below)));
  /** @param {...Element[]} rows */
  const table = (...rows) => m("mtable", ...rows.map((cells) => m("mtr", m("mtd", row(...cells)))));
  return {
    key: "gradient",
    layer: l,
    values: delta[l],
    lines: ["delb", "delw"],
    formula: equation(
      table(
        [by("b", "j"), o("="), name("δ", l + 1, "j")],
        [by("w", "j", "k"), o("="), name("δ", l + 1, "j"), name("v", l, "k")],
      ),
    ),
    /** @param {number} j */
    numbers: (j) =>
      equation(
        table(
          [by("b", j + 1), o("="), n(short(delta[l][j]))],
          [
            by("w", j + 1, k + 1),
            o("="),
            number(delta[l][j]),
            o("⋅"),
            number(v[l][k]),
            o("="),
            n(short(delta[l][j] * v[l][k])),
          ],
        ),
      ),
  };
}
