/**
 * What the server told us: the fold of its events. Pure functions first, then one signal around them.
 * A page that was cut off and one that was not end in the same state, because both fold the same list.
 */

import { signal } from "../lib/signal.js";
import { ENDED } from "../runs/run.js";
import { completed, stateFrom, withGrids } from "./first_state.js";
import { foldRoom, withCounts } from "./room.js";

/** @type {(keyof RunHistory)[]} */
const COLUMNS = ["epoch", "step", "seconds", "ts", "train_loss", "train_accuracy", "test_loss", "test_accuracy"];

const POINT_COLUMNS = ["step", "sample", "batch_loss", "train_loss", "train_accuracy", "test_loss", "test_accuracy"];
const MOST_POINTS = 32; // of a run, as in app/runs/points.py
const MOST_TRACED = 1000; // losses of batches that a page remembers of a run

/** @returns {State} */
export function emptyState() {
  return { log: null, version: null, seq: 0, runs: new Map(), experiments: new Map(), room: null, shared: null };
}

/**
 * The state after one message of the websocket. A message from another log (another data folder) starts anew.
 * @param {State} state
 * @param {FeedMessage} message
 * @returns {State}
 */
export function reduceMessage(state, message) {
  const { log, version, events } = message;
  const start = log && state.log && log !== state.log ? emptyState() : state;
  const next = { ...start, runs: new Map(start.runs), log: log ?? start.log, version: version ?? start.version };
  for (const event of events) {
    if (event.seq <= next.seq) continue;
    next.seq = event.seq;
    if ("class_id" in event) next.room = foldRoom(next.room, event);
    else if ("experiment_id" in event) next.experiments = foldExperiment(next.experiments, event);
    else fold(next, event);
  }
  if (message.view) next.shared = message.view;
  if (message.answers) next.room = withCounts(next.room, message.answers);
  return next;
}

/** One event on a fresh copy of the state. @param {State} state @param {RunEvent | ClassEvent | ExperimentEvent} event @returns {State} */
export function reduce(state, event) {
  return reduceMessage(state, { events: [event] });
}

/** @param {State["experiments"]} before @param {ExperimentEvent} event */
function foldExperiment(before, event) {
  const after = new Map(before);
  const id = event.experiment_id;
  if (event.type === "experiment-started") after.set(id, { ...event, id });
  else after.delete(id);
  return after;
}

/** @param {State} next @param {RunEvent} event */
function fold(next, event) {
  const run = next.runs.get(event.run_id);
  if (event.type === "created") {
    next.runs.set(event.run_id, { ...newRun(event.run), ...(run ? progressOf(run) : {}) });
  } else if (event.type === "deleted") next.runs.delete(event.run_id);
  else if (run) {
    const step = /** @type {((run: Run, event: RunEvent) => Run) | undefined} */ (FOLD[event.type]);
    next.runs.set(event.run_id, { ...(step?.(run, event) ?? run), seq: event.seq });
  }
}

/** @param {RunView} run @returns {Run} */
function newRun(run) {
  const history = /** @type {any} */ (Object.fromEntries(COLUMNS.map((name) => [name, []])));
  const { eta, epochs } = run.config;
  const points = /** @type {any} */ (Object.fromEntries(POINT_COLUMNS.map((name) => [name, []])));
  const between = { points, judged: [], now: null, trace: [] };
  const empty = { changes: [], history, predictions: [], thinned: 0, ...between };
  return { eta, epochs, rate: null, ...run, ...empty };
}

/**
 * A run that answered our POST is shown before its event arrives; the event must not take its points away.
 * @param {Run} run
 */
function progressOf(run) {
  const { points, judged, now, trace } = run;
  return run.history.epoch.length || points.step.length
    ? {
        points,
        judged,
        now,
        trace,
        history: run.history,
        predictions: run.predictions,
        thinned: run.thinned,
        last: run.last,
        best: run.best,
      }
    : {};
}

/** @type {{[Type in RunEvent["type"]]?: (run: Run, event: Extract<RunEvent, {type: Type}>) => Run}} */
const FOLD = {
  wanted: (run, event) => ({ ...run, ...pick(event, ["wanted", "epochs", "rate", "until"]) }),
  eta: (run, event) => ({ ...run, eta: event.eta, changes: [...run.changes, { eta: event.eta, step: event.step }] }),
  renamed: (run, event) => ({ ...run, name: event.name }),
  pinned: (run, event) => ({ ...run, pinned: event.pinned }),
  progress: (run, event) => ({
    ...run,
    step: Math.max(run.step, event.step),
    steps_per_epoch: event.steps_per_epoch ?? run.steps_per_epoch,
    now: event.now ?? null,
    trace: event.now ? traced(run, event.now) : run.trace,
  }),
  measured: (run, event) => {
    const { points } = run;
    if (points.step.length >= MOST_POINTS) return run;
    /** @type {any} */
    const values = event;
    const grown = POINT_COLUMNS.map((name) => [name, [.../** @type {any} */ (points)[name], values[name] ?? null]]);
    return {
      ...run,
      points: Object.fromEntries(grown),
      judged: event.predictions ?? [],
      trace: traced(run, event),
    };
  },
  status: (run, event) => ({
    ...run,
    status: event.status,
    status_reason: event.status_reason ?? null,
    status_detail: event.status_detail ?? null,
    fingerprint: event.fingerprint ?? null,
    kernels: event.kernels ? [...new Set([...run.kernels, event.kernels])] : run.kernels,
    started_at: run.started_at ?? (event.status === "RUNNING" ? event.ts : null),
    ended_at: ENDED.has(event.status) ? event.ts : null,
  }),
  epoch: (run, event) => {
    if (event.epoch <= (run.history.epoch.at(-1) ?? 0)) return run;
    /** @type {Partial<Record<keyof RunHistory, number | null>>} */
    const values = { ...event, ts: Date.parse(event.ts) };
    const history = Object.fromEntries(COLUMNS.map((name) => [name, [...run.history[name], values[name] ?? null]]));
    const point = pointOf(event);
    const better = event.test_accuracy !== null && event.test_accuracy > (run.best?.test_accuracy ?? -1);
    return {
      ...run,
      judged: [],
      now: null,
      epoch: event.epoch,
      step: event.step ?? run.step,
      history: /** @type {RunHistory} */ (history),
      predictions: withGrids(run.predictions, event.epoch, [event.predictions ?? []]),
      last: point,
      best: better ? point : run.best,
    };
  },
};

/** @param {Run} run @param {PointMetrics} point @returns {Run["trace"]} */
function traced({ trace }, { step, batch_loss }) {
  return batch_loss === null
    ? trace
    : [...trace, /** @type {Run["trace"][0]} */ ([step, batch_loss])].slice(-MOST_TRACED);
}

/** @param {any} event @param {string[]} names */
function pick(event, names) {
  return Object.fromEntries(names.filter((name) => name in event).map((name) => [name, event[name]]));
}

/** @param {EpochMetrics} metrics */
function pointOf({ epoch, train_loss, train_accuracy, test_loss, test_accuracy }) {
  return { epoch, train_loss, train_accuracy, test_loss, test_accuracy };
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

  /** @param {State} next */
  function take(next) {
    latest = next;
    if (latest.seq >= awaited) state.value = latest;
  }

  /** @param {string} id @param {(run: Run) => Run} how */
  function change(id, how) {
    const run = latest.runs.get(id);
    if (run) take({ ...latest, runs: new Map(latest.runs).set(id, how(run)) });
  }

  return {
    state,
    /** The number to go on after. */
    seq: () => latest.seq,
    /**
     * Fold a message of the feed.
     * @param {FeedMessage} message
     * @returns {boolean} whether it was the first one of another log than before
     */
    receive(message) {
      const other = Boolean(message.log && latest.log && message.log !== latest.log);
      awaited = message.newest ?? awaited;
      take(reduceMessage(latest, message));
      return other;
    },
    /** Begin with what the server has folded. @param {FirstState} answer */
    begin(answer) {
      awaited = answer.seq;
      take(stateFrom(answer, latest));
    },
    /** All epochs of a run that the first state told only in part. @param {string} id @param {RunHistory} columns */
    complete: (id, columns) => change(id, (run) => completed(run, columns)),
    /** What a run took the digits for after some epochs. @param {string} id @param {number} first @param {number[][]} grids */
    addGrids: (id, first, grids) =>
      change(id, (run) => ({ ...run, predictions: withGrids(run.predictions, first, grids) })),
    /** Show a run the server answered with, if its event has not arrived yet. @param {RunView} run */
    insert(run) {
      if (latest.runs.has(run.id)) return;
      const runs = new Map(latest.runs);
      runs.set(run.id, newRun(run));
      take({ ...latest, runs });
    },
  };
}
