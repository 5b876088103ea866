/**
 * What the server told us: the fold of its events. Pure functions first, then one signal around them.
 * A page that was cut off and one that was not end in the same state, because both fold the same list.
 */

import { signal } from "../lib/signal.js";

/**
 * @typedef {{epoch: number, train_loss: number|null, train_accuracy: number|null, test_loss: number|null,
 *   test_accuracy: number|null}} Point
 * @typedef {Record<"epoch"|"step"|"seconds"|"ts"|"train_loss"|"train_accuracy"|"test_loss"|"test_accuracy", (number|null)[]>} History
 * @typedef {{id: string, number: number, name: string, status: string, status_reason: string|null, status_detail: string|null,
 *   wanted: string, pinned: boolean, until: number|null, seq: number, eta: number, epochs: number, rate: number|null, changes: {eta: number, step: number}[], twin_of: string|null, config: Record<string, any>, parameters: number, epoch: number, step: number, steps_per_epoch: number,
 *   last: Point|null, best: Point|null, fingerprint: string|null, history: History, predictions: Uint8Array[]}} Run
 * @typedef {{log: string|null, version: string|null, seq: number, created: number, runs: Map<string, Run>}} State
 */

const COLUMNS = ["epoch", "step", "seconds", "ts", "train_loss", "train_accuracy", "test_loss", "test_accuracy"];
export const ENDED = new Set(["FINISHED", "STOPPED", "FAILED"]);

/** @returns {State} */
export function emptyState() {
  return { log: null, version: null, seq: 0, created: 0, runs: new Map() };
}

/**
 * The state after one message of the websocket. A message from another log (another data folder) starts anew.
 * @param {State} state
 * @param {{events: any[], log?: string, version?: string}} message
 * @returns {State}
 */
export function reduceMessage(state, message) {
  const { log, version, events } = message;
  const start = log && state.log && log !== state.log ? emptyState() : state;
  const next = { ...start, runs: new Map(start.runs), log: log ?? start.log, version: version ?? start.version };
  for (const event of events) {
    if (event.seq <= next.seq) continue;
    next.seq = event.seq;
    fold(next, event);
  }
  return next;
}

/** One event on a fresh copy of the state. @returns {State} */
export function reduce(state, event) {
  return reduceMessage(state, { events: [event] });
}

function fold(next, event) {
  const run = next.runs.get(event.run_id);
  if (event.type === "created") {
    next.created += 1;
    next.runs.set(event.run_id, { ...newRun(event.run, next.created), ...(run ? progressOf(run) : {}) });
  } else if (event.type === "deleted") next.runs.delete(event.run_id);
  else if (run) next.runs.set(event.run_id, { ...(FOLD[event.type]?.(run, event) ?? run), seq: event.seq });
}

function newRun(run, number) {
  const history = Object.fromEntries(COLUMNS.map((name) => [name, []]));
  const { eta, epochs } = run.config;
  return { eta, epochs, rate: null, ...run, number: run.number ?? number, changes: [], history, predictions: [] };
}

/** A run that answered our POST is shown before its event arrives; the event must not take its points away. */
function progressOf(run) {
  return run.history.epoch.length ? { history: run.history, predictions: run.predictions, last: run.last, best: run.best } : {};
}

/** @type {Record<string, (run: Run, event: any) => Run>} */
const FOLD = {
  wanted: (run, event) => ({ ...run, ...pick(event, ["wanted", "epochs", "rate", "until"]) }),
  eta: (run, event) => ({ ...run, eta: event.eta, changes: [...run.changes, { eta: event.eta, step: event.step }] }),
  renamed: (run, event) => ({ ...run, name: event.name }),
  pinned: (run, event) => ({ ...run, pinned: event.pinned }),
  progress: (run, event) => ({ ...run, step: Math.max(run.step, event.step), steps_per_epoch: event.steps_per_epoch ?? run.steps_per_epoch }),
  status: (run, event) => ({
    ...run,
    status: event.status,
    status_reason: event.status_reason ?? null,
    status_detail: event.status_detail ?? null,
    fingerprint: event.fingerprint ?? null,
    started_at: run.started_at ?? (event.status === "RUNNING" ? event.ts : null),
    ended_at: ENDED.has(event.status) ? event.ts : null,
  }),
  epoch: (run, event) => {
    if (event.epoch <= (run.history.epoch.at(-1) ?? 0)) return run;
    const values = { ...event, ts: Date.parse(event.ts) };
    const history = Object.fromEntries(COLUMNS.map((name) => [name, [...run.history[name], values[name] ?? null]]));
    const point = pointOf(event);
    const better = event.test_accuracy !== null && event.test_accuracy > (run.best?.test_accuracy ?? -1);
    return {
      ...run,
      epoch: event.epoch,
      step: event.step ?? run.step,
      history: /** @type {History} */ (history),
      predictions: [...run.predictions, Uint8Array.from(event.predictions ?? [])],
      last: point,
      best: better ? point : run.best,
    };
  },
};

function pick(event, names) {
  return Object.fromEntries(names.filter((name) => name in event).map((name) => [name, event[name]]));
}

function pointOf({ epoch, train_loss, train_accuracy, test_loss, test_accuracy }) {
  return { epoch, train_loss, train_accuracy, test_loss, test_accuracy };
}

/** Position of an epoch in a run's history; the last one for null, -1 if there is none. */
export function indexOfEpoch(run, epoch) {
  return epoch === null ? run.history.epoch.length - 1 : run.history.epoch.indexOf(epoch);
}

/** Seconds until the last epoch at the pace of the latest ones, or null while nobody can know. */
export function secondsLeft(run) {
  const ts = run.history.ts.slice(-6);
  if (run.status !== "RUNNING" || ts.length < 2) return null;
  const pace = ts.slice(1).map((t, i) => t - ts[i]).sort((a, b) => a - b);
  const perEpoch = pace[Math.floor(pace.length / 2)] / 1000;
  const done = run.steps_per_epoch ? run.step / run.steps_per_epoch : run.epoch;
  return perEpoch * (run.epochs - done);
}

/** Runs, newest first. @param {State} state @returns {Run[]} */
export function newestFirst(state) {
  return [...state.runs.values()].sort((a, b) => b.number - a.number);
}

/** The store of one page: old news is folded silently, and shown when all that the server had has come. */
export function createStore() {
  const state = signal(emptyState());
  let latest = state.value;
  let awaited = 0;

  function take(next) {
    latest = next;
    if (latest.seq >= awaited) state.value = latest;
  }

  return {
    state,
    /** The number to go on after. */
    seq: () => latest.seq,
    /** Fold a message of the feed. @returns {boolean} whether it was the first one of another log than before */
    receive(message) {
      const other = Boolean(message.log && latest.log && message.log !== latest.log);
      awaited = message.newest ?? awaited;
      take(reduceMessage(latest, message));
      return other;
    },
    /** Show a run the server answered with, if its event has not arrived yet. */
    insert(run) {
      if (latest.runs.has(run.id)) return;
      const runs = new Map(latest.runs);
      runs.set(run.id, newRun(run, latest.created + 1));
      take({ ...latest, runs });
    },
  };
}
