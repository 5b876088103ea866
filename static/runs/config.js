/**
 * A run's configuration: its fields as the server's JSON schema describes them, checks, differences, and the address bar.
 * No limit is written here: they all come from the schema embedded in the page.
 */

/** @type {Record<string, Field["kind"]>} */
const KINDS = { integer: "integer", number: "number", array: "list", boolean: "boolean" };

/** The fields of the schema by name. @param {Schema} schema @returns {Record<string, Field>} */
export function readSchema(schema) {
  /** @type {Record<string, Field>} */
  const fields = {};
  for (const [name, raw] of Object.entries(schema.properties ?? {})) fields[name] = readField(name, raw, schema);
  return fields;
}

/** @param {string} name @param {Schema} raw @param {Schema} schema @returns {Field} */
function readField(name, raw, schema) {
  const spec = flatten(raw, schema);
  const kind = spec.enum ? "enum" : (KINDS[spec.type ?? ""] ?? "text");
  return {
    name,
    kind,
    options: spec.enum ?? [],
    nullable: (raw.anyOf ?? []).some((branch) => branch.type === "null"),
    default: spec.default,
    minimum: spec.minimum,
    maximum: spec.maximum ?? spec.exclusiveMaximum,
    above: spec.exclusiveMinimum,
    minItems: spec.minItems,
    maxItems: spec.maxItems,
    item: spec.items ? readField(name, spec.items, schema) : undefined,
    title: spec.title,
  };
}

/**
 * Resolve $ref, and take the branch of anyOf that is not null.
 * @param {Schema} spec
 * @param {Schema} schema
 * @returns {Schema}
 */
function flatten(spec, schema) {
  if (spec.$ref) {
    const target = spec.$ref
      .split("/")
      .slice(1)
      .reduce((at, key) => at[key], /** @type {any} */ (schema));
    return flatten({ ...target, ...spec, $ref: undefined }, schema);
  }
  const branches = (spec.anyOf ?? spec.allOf)?.filter((branch) => branch.type !== "null");
  if (branches) return { ...flatten(branches[0], schema), ...spec, anyOf: undefined };
  return spec.const === undefined ? spec : { ...spec, enum: [spec.const] };
}

/**
 * What is wrong with a value: a key of the catalogue with its values, or null.
 * @typedef {{key: string, values: Record<string, string | number>}} Complaint
 * @param {Field} field
 * @param {any} value
 * @returns {Complaint | null}
 */
export function complaint(field, value) {
  if (value === null && field.nullable) return null;
  if (field.kind === "list") return listComplaint(field, value);
  if (field.kind !== "integer" && field.kind !== "number") return null;
  const { minimum, maximum, above } = field;
  const limits = { min: minimum ?? above ?? "", max: maximum ?? "" };
  if (typeof value !== "number" || !Number.isFinite(value)) return { key: "error.number", values: limits };
  if (field.kind === "integer" && !Number.isInteger(value)) return { key: "error.integer", values: limits };
  const outside = value < (minimum ?? -Infinity) || value > (maximum ?? Infinity) || value <= (above ?? -Infinity);
  return outside ? { key: "error.range", values: { ...limits, value } } : null;
}

/** @param {Field} field @param {number[]} value @returns {Complaint | null} */
function listComplaint(field, value) {
  if (value.length > (field.maxItems ?? Infinity))
    return { key: "error.layers", values: { max: (field.maxItems ?? 0) - 2 } };
  const { item } = field;
  const inner = item && value.map((size) => complaint(item, size)).find(Boolean);
  if (!inner) return null;
  return { ...inner, key: item.maximum === undefined ? "error.neurons.whole" : "error.neurons" };
}

/** Trainable numbers of a shape: weights and biases. @param {number[]} shape */
export function parameterCount(shape) {
  return shape.slice(1).reduce((sum, size, i) => sum + size * (shape[i] + 1), 0);
}

/**
 * The same configuration for another dataset: its first and last layer follow.
 * @param {RunConfig} config
 * @param {Dataset} dataset
 */
export function withDataset(config, dataset) {
  const hidden = dataset.own ? dataset.hidden : config.shape.slice(1, -1);
  return { ...config, dataset: dataset.name, shape: [dataset.features, ...hidden, dataset.classes] };
}

/** Fields of `config` that differ from `base`. @param {RunConfig} config @param {RunConfig} base */
export function differences(config, base) {
  return Object.fromEntries(
    Object.entries(config).filter(([name, value]) => name !== "preset" && !same(value, base[name])),
  );
}

/** @param {unknown} a @param {unknown} b */
export function same(a, b) {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

/** @type {Record<string, string>} */
const SHORT = { batch_size: "batch", initialization: "init", dataset: "data" };
const LONG = Object.fromEntries(Object.entries(SHORT).map(([long, short]) => [short, long]));

/**
 * The readable part of the address: the preset, and only what differs from it.
 * @param {RunConfig} config
 * @param {Preset[]} presets
 * @returns {URLSearchParams}
 */
export function toQuery(config, presets) {
  const query = new URLSearchParams();
  const preset = presets.find(({ name }) => name === config.preset) ?? presets[0];
  if (preset !== presets[0]) query.set("preset", preset.name);
  for (const [name, value] of Object.entries(differences(config, preset.config))) {
    if (name === "shape") query.set("hidden", config.shape.slice(1, -1).join("-"));
    else query.set(SHORT[name] ?? name, String(value));
  }
  return query;
}

/**
 * The configuration an address asks for; what it does not name, or names wrongly, is the preset's.
 * @param {URLSearchParams} query
 * @param {Preset[]} presets
 * @param {Record<string, Field>} fields
 * @param {Dataset[]} datasets
 */
export function fromQuery(query, presets, fields, datasets) {
  const preset = presets.find(({ name }) => name === query.get("preset")) ?? presets[0];
  /** @type {RunConfig} */
  let config = { ...preset.config, preset: preset.name };
  const dataset = datasets.find(({ name }) => name === query.get("data"));
  if (dataset) config = withDataset(config, dataset);
  const asked = query.get("hidden");
  if (asked !== null) {
    const hidden = asked.split("-").filter(Boolean).map(Number);
    config = keepIfValid(config, fields.shape, [config.shape[0], ...hidden, config.shape.at(-1)]);
  }
  for (const [key, text] of query) {
    const field = fields[LONG[key] ?? key];
    if (field && !["preset", "dataset", "shape"].includes(field.name))
      config = keepIfValid(config, field, parse(field, text));
  }
  return config;
}

/** @param {Field} field @param {string} text */
function parse(field, text) {
  if (text === "null" && field.nullable) return null;
  if (field.kind === "boolean") return text === "true";
  return field.kind === "integer" || field.kind === "number" ? Number(text) : text;
}

/** @param {RunConfig} config @param {Field} field @param {any} value */
function keepIfValid(config, field, value) {
  const bad = complaint(field, value) || (field.kind === "enum" && !field.options.includes(value));
  return bad ? config : { ...config, [field.name]: value };
}
