/**
 * Values that tell who reads them when they change. The whole reactivity of the page is in this file: an effect or a computed
 * value runs again when something that it read in its last run has really changed.
 */

/**
 * @template T
 * @typedef {{readonly value: T, peek: () => T, subscribe: (listener: (value: T) => void) => () => void}} ReadonlySignal
 */

/**
 * @template T
 * @typedef {{value: T, peek: () => T, subscribe: (listener: (value: T) => void) => () => void}} Signal
 */

/**
 * What can be read: its version rises with every real change. `refresh` brings a computed value up to date; `wake` and `sleep`
 * tell one that it has its first reader, or none any more.
 * @typedef {{version: number, readers: Set<Reader>, refresh: () => void, wake: () => void, sleep: () => void}} Source
 */

/**
 * What reads: the sources of its last run, in their order, with the versions it saw. It is told of changes while it is awake.
 * @typedef {{sources: Map<Source, number>, awake: () => boolean, tell: () => void}} Reader
 */

/** @typedef {{owner: Effect | null, inner: Set<Effect>, update: () => void, dispose: () => void}} Effect */

const MOST_RUNS = 100; // of one effect in one round; beyond that it changes what it reads, for ever

/** Who runs now, and so depends on what is read. @type {Reader | null} */
let reader = null;
/** The effect that runs now: what begins meanwhile ends with it. @type {Effect | null} */
let owner = null;
/** Effects that wait for the end of the batch. @type {Set<Effect>} */
const waiting = new Set();
let batches = 0;

const nothing = () => {};

/** @param {Source} source @param {Reader} by */
function link(source, by) {
  if (source.readers.size === 0) source.wake();
  source.readers.add(by);
}

/** @param {Source} source @param {Reader} by */
function unlink(source, by) {
  if (source.readers.delete(by) && source.readers.size === 0) source.sleep();
}

/** @param {Source} source */
function track(source) {
  if (!reader || reader.sources.has(source)) return;
  reader.sources.set(source, source.version);
  if (reader.awake()) link(source, reader);
}

/**
 * Run with what is read as the sources; those of the run before that were not read again are let go.
 * @template T
 * @param {Reader | null} by null: nobody depends on it
 * @param {() => T} work
 * @returns {T}
 */
function run(by, work) {
  const outer = reader;
  const before = by?.sources;
  if (by) by.sources = new Map();
  reader = by;
  try {
    return work();
  } finally {
    reader = outer;
    for (const source of before?.keys() ?? []) if (by && !by.sources.has(source)) unlink(source, by);
  }
}

/** Whether a source is another than in the last run; asked in the order of reading, for the first may decide about the next. */
function outdated(/** @type {Reader} */ { sources }) {
  for (const [source, seen] of sources) {
    source.refresh();
    if (source.version !== seen) return true;
  }
  return false;
}

/** Run without depending on what is read. @template T @param {() => T} work @returns {T} */
export const untracked = (work) => run(null, work);

/** Change several values; who reads them sees all the changes at once. @template T @param {() => T} work @returns {T} */
export function batch(work) {
  batches += 1;
  try {
    return work();
  } finally {
    if (batches === 1) settle();
    batches -= 1;
  }
}

/** Run the effects that wait, and those that come to wait meanwhile. */
function settle() {
  /** @type {Map<Effect, number>} */
  const runs = new Map();
  for (const effect of waiting) {
    const count = (runs.get(effect) ?? 0) + 1;
    runs.set(effect, count);
    if (count <= MOST_RUNS) updateFromOutside(effect);
    else if (waiting.delete(effect)) reportError(new Error("An effect changes what it reads, for ever."));
  }
}

/** An effect after those around it: they may end it. @param {Effect} effect */
function updateFromOutside(effect) {
  if (effect.owner) updateFromOutside(effect.owner);
  if (waiting.delete(effect)) effect.update();
}

/**
 * @template T
 * @param {() => T} read
 * @returns {ReadonlySignal<T>}
 */
function readable(read) {
  return {
    get value() {
      return read();
    },
    /** The value, for one who does not want to be told of the next. */
    peek: () => untracked(read),
    /** Call a listener with every later value, until the returned function is called. */
    subscribe(listener) {
      let begun = false;
      return effect(() => {
        const value = read();
        if (begun) untracked(() => listener(value));
        begun = true;
      });
    },
  };
}

/**
 * @template T
 * @param {T} initial
 * @returns {Signal<T>}
 */
export function signal(initial) {
  let current = initial;
  /** @type {Source} */
  const source = { version: 0, readers: new Set(), refresh: nothing, wake: nothing, sleep: nothing };
  const { peek, subscribe } = readable(read);

  function read() {
    track(source);
    return current;
  }

  return {
    get value() {
      return read();
    },
    set value(next) {
      if (Object.is(next, current)) return;
      current = next;
      source.version += 1;
      batch(() => [...source.readers].forEach((by) => void by.tell()));
    },
    peek,
    subscribe,
  };
}

/**
 * A value that follows from others. It is computed when somebody asks, and kept until one of them has really changed.
 * @template T
 * @param {() => T} compute
 * @returns {ReadonlySignal<T>}
 */
export function computed(compute) {
  /** @type {{value: T} | {error: unknown} | null} */
  let result = null;
  let told = false; // that a source may have changed
  let busy = false;
  /** @type {Reader} */
  const by = {
    sources: new Map(),
    awake: () => source.readers.size > 0,
    tell() {
      if (told) return;
      told = true;
      for (const one of source.readers) one.tell();
    },
  };
  /** @type {Source} */
  const source = {
    version: 0,
    readers: new Set(),
    refresh() {
      if (busy) throw new Error("A value follows from itself.");
      const asked = told || !by.awake();
      told = false;
      if (result && !(asked && outdated(by))) return;
      const next = attempt();
      if (!result || !("value" in result && "value" in next && Object.is(result.value, next.value)))
        source.version += 1;
      result = next;
    },
    wake: () => [...by.sources.keys()].forEach((one) => void link(one, by)),
    sleep: () => [...by.sources.keys()].forEach((one) => void unlink(one, by)),
  };

  /** @returns {{value: T} | {error: unknown}} */
  function attempt() {
    busy = true;
    try {
      return { value: run(by, compute) };
    } catch (error) {
      return { error };
    } finally {
      busy = false;
    }
  }

  return readable(() => {
    source.refresh();
    track(source);
    if (result && "error" in result) throw result.error;
    return /** @type {{value: T}} */ (result).value;
  });
}

/**
 * @param {() => unknown} work what it returns, if that is a function, is called before the next run and at the end
 * @param {(effect: Effect) => void} schedule
 */
function react(work, schedule) {
  let ended = false;
  /** @type {unknown} */
  let cleanUp;
  /** @type {Reader} */
  const by = { sources: new Map(), awake: () => !ended, tell: () => schedule(self) };
  /** @type {Effect} */
  const self = {
    owner,
    inner: new Set(),
    update: () => !ended && outdated(by) && begin(),
    dispose() {
      if (ended) return;
      ended = true;
      rest();
      for (const source of by.sources.keys()) unlink(source, by);
      waiting.delete(self);
      self.owner?.inner.delete(self);
    },
  };
  owner?.inner.add(self);

  function begin() {
    const outer = owner;
    owner = self;
    try {
      rest();
      cleanUp = batch(() => run(by, work));
    } catch (error) {
      reportError(error); // one that throws does not silence the others
    } finally {
      owner = outer;
    }
  }

  /** End what the last run began. */
  function rest() {
    for (const effect of self.inner) effect.dispose();
    const last = cleanUp;
    cleanUp = undefined;
    if (typeof last === "function") untracked(() => last());
  }

  begin();
  return self.dispose;
}

/**
 * Do something now, and again when what it has read has changed, until the returned function is called, or the effect ends
 * in which it began.
 * @param {() => unknown} work what it returns, if that is a function, is called before the next run and at the end
 */
export const effect = (work) => react(work, (self) => void waiting.add(self));

/**
 * The same, at most once per frame: for drawing. A hidden tab has no frames, so it draws nothing.
 * @param {() => unknown} draw
 */
export function onFrame(draw) {
  let waits = false;
  return react(draw, (self) => {
    if (waits) return;
    waits = true;
    requestAnimationFrame(() => {
      waits = false;
      self.update();
    });
  });
}

/**
 * Whether one of some values is another than at the last question: for work that is not worth doing twice.
 * @returns {(...values: unknown[]) => boolean}
 */
export function changes() {
  /** @type {unknown[]} */
  let before = [];
  return (...values) => {
    const changed = values.length !== before.length || values.some((value, i) => !Object.is(value, before[i]));
    before = values;
    return changed;
  };
}
