import assert from "node:assert/strict";
import { test } from "node:test";
import {
  complaint,
  differences,
  fromQuery,
  parameterCount,
  readSchema,
  toQuery,
  withDataset,
} from "../../static/runs/config.js";
import { CONFIG } from "./runs.mjs";

const SCHEMA = {
  $defs: { Start: { enum: ["standard", "scaled", "zeros"], type: "string" } },
  properties: {
    preset: { anyOf: [{ type: "string" }, { type: "null" }], default: null },
    dataset: { enum: ["digits", "two-features"], default: "digits" },
    shape: { type: "array", items: { type: "integer", minimum: 1, maximum: 1000 }, maxItems: 4 },
    eta: { type: "number", exclusiveMinimum: 0, maximum: 1000, default: 3 },
    batch_size: { type: "integer", minimum: 1, maximum: 10000, default: 10 },
    initialization: { $ref: "#/$defs/Start", default: "standard", title: "Initialization" },
    epochs: { type: "integer", minimum: 1, maximum: 1000, default: 20 },
    seed: { type: "integer", minimum: 0, maximum: 4294967295, default: 1 },
    train_size: { anyOf: [{ type: "integer", minimum: 10 }, { type: "null" }], default: null },
  },
};
const fields = readSchema(SCHEMA);
const presets = [
  { name: "full-digits", config: CONFIG },
  {
    name: "scaled-initialization",
    config: { ...CONFIG, preset: "scaled-initialization", initialization: "scaled", epochs: 50 },
  },
];
const datasets = [
  { name: "digits", features: 784, classes: 10 },
  { name: "two-features", features: 2, classes: 2 },
];
const read = (text) => fromQuery(new URLSearchParams(text), presets, fields, datasets);

test("limits and choices come from the schema, through references and nullable fields", () => {
  assert.deepEqual(fields.initialization.options, ["standard", "scaled", "zeros"]);
  assert.deepEqual(
    [fields.initialization.kind, fields.train_size.kind, fields.shape.item.maximum],
    ["enum", "integer", 1000],
  );
});

test("values outside the limits are named with the limits", () => {
  assert.equal(complaint(fields.eta, 3), null);
  assert.equal(complaint(fields.eta, 0).key, "error.range");
  assert.deepEqual(complaint(fields.epochs, 1001), { key: "error.range", values: { min: 1, max: 1000, value: 1001 } });
  assert.equal(complaint(fields.epochs, 1.5).key, "error.integer");
  assert.equal(complaint(fields.eta, NaN).key, "error.number");
  assert.equal(complaint(fields.train_size, null), null);
  assert.equal(complaint(fields.train_size, 5).key, "error.range");
  assert.equal(complaint(fields.shape, [784, 0, 10]).key, "error.neurons");
  assert.equal(complaint(fields.shape, [784, 9, 9, 9, 10]).key, "error.layers");
});

test("the lecture's network has 23,860 parameters", () => {
  assert.equal(parameterCount([784, 30, 10]), 23860);
});

test("another dataset keeps the hidden layers", () => {
  assert.deepEqual(withDataset(CONFIG, datasets[1]).shape, [2, 30, 2]);
});

test("the address holds only what differs from the preset, in short words", () => {
  assert.equal(toQuery(CONFIG, presets).toString(), "");
  const changed = { ...CONFIG, shape: [784, 30, 20, 10], eta: 0.5, batch_size: 30, initialization: "scaled" };
  assert.equal(toQuery(changed, presets).toString(), "hidden=30-20&eta=0.5&batch=30&init=scaled");
});

test("an address read and written is the same address", () => {
  for (const text of [
    "",
    "preset=scaled-initialization",
    "data=two-features&hidden=5&eta=0.1",
    "preset=scaled-initialization&hidden=&seed=7",
  ]) {
    assert.equal(toQuery(read(text), presets).toString(), text);
  }
});

test("nonsense in an address is left out", () => {
  const sane = read("preset=none&eta=-4&batch=ten&init=magic&hidden=0&data=cats&epochs=5&preset=x");
  assert.deepEqual(differences(sane, CONFIG), { epochs: 5 });
});
