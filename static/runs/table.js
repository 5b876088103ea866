/** What the list of runs shows: sorting, and which settings of a run stand out from the others. Pure. */

import { same } from "./config.js";

export const ALWAYS = ["shape", "eta", "batch_size", "initialization"];
const IGNORED = new Set(["preset"]);

/** How a column sorts; the first press gives the useful direction. @type {Record<string, (run: Run) => string | number>} */
const KEYS = {
  number: (run) => run.number,
  name: (run) => run.name.toLowerCase(),
  status: (run) => ["RUNNING", "SCHEDULED", "PAUSED", "FINISHED", "STOPPED", "FAILED"].indexOf(run.status),
  last: (run) => run.last?.test_accuracy ?? -1,
  best: (run) => run.best?.test_accuracy ?? -1,
};
export const FALLING_FIRST = new Set(["number", "last", "best"]);

/** @param {Run[]} runs @param {Sorting} sorting */
export function sorted(runs, { by, falling }) {
  const key = KEYS[by] ?? KEYS.number;
  const sign = falling ? -1 : 1;
  /** @param {string | number} a @param {string | number} b */
  const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
  return [...runs].sort((a, b) => sign * compare(key(a), key(b)) || b.number - a.number);
}

/** The sorting after a press on a column's head. @param {Sorting} sorting @param {string} by */
export function nextSorting(sorting, by) {
  return { by, falling: sorting.by === by ? !sorting.falling : FALLING_FIRST.has(by) };
}

/**
 * Values per field that most of the runs share; a field on which no value has a majority has none.
 * @param {Run[]} runs
 */
export function majority(runs) {
  /** @type {Partial<RunConfig>} */
  const shared = {};
  for (const field of fieldsOf(runs)) {
    const counts = new Map();
    for (const { config } of runs) {
      const text = JSON.stringify(config[field]);
      counts.set(text, (counts.get(text) ?? 0) + 1);
      if (counts.get(text) > runs.length / 2) shared[field] = config[field];
    }
  }
  return shared;
}

/**
 * Fields of a run worth a word: the lecture's four, and any other that is not the majority's.
 * @param {Run} run
 * @param {Partial<RunConfig>} shared
 */
export function notable(run, shared) {
  /** @param {string} field */
  const odd = (field) => !(field in shared) || !same(run.config[field], shared[field]);
  const others = Object.keys(run.config).filter(
    (field) => !ALWAYS.includes(field) && !IGNORED.has(field) && field !== "dataset" && odd(field),
  );
  return [...ALWAYS, ...others].map((field) => ({ field, odd: odd(field) }));
}

/** What a run is called and how often it draws is no way of learning. */
const OF_EVERY_RUN = new Set(["name", "epochs", "seed", "dataset"]);

/**
 * Fields beside the lecture's four that are not as in the lecture: the schema's defaults are its values.
 * @param {RunConfig} config
 * @param {Record<string, Field>} fields
 */
export function unusual(config, fields) {
  return Object.values(fields)
    .filter(({ name }) => !ALWAYS.includes(name) && !IGNORED.has(name) && !OF_EVERY_RUN.has(name))
    .filter(({ name, default: usual }) => name in config && !same(config[name], usual))
    .map(({ name }) => name);
}

/** Fields on which at least two of the runs differ. @param {Run[]} runs */
export function differing(runs) {
  return fieldsOf(runs).filter((field) => runs.some(({ config }) => !same(config[field], runs[0].config[field])));
}

/** @param {Run[]} runs */
function fieldsOf(runs) {
  return [...new Set(runs.flatMap(({ config }) => Object.keys(config)))].filter((field) => !IGNORED.has(field));
}
