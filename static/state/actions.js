/** What the buttons and keys do: each asks the server, and tells a refusal where the visitor looks. */

import { ApiError } from "./api.js";
import { complaint, differences, withDataset } from "../runs/config.js";
import { computed, signal } from "../lib/signal.js";
import { t } from "../i18n/translate.js";
import { createNotices } from "./notices.js";
import { complaintOf, refusalOf } from "./refusal.js";
import { createRemoval } from "./removal.js";
import { ENDED } from "../runs/run.js";
import { newestFirst } from "./store.js";

/** @type {SettingLock} */
const OPEN = { locked: false, least: null, most: null };

/** @param {Shared} shared */
export function createActions({ api, bootstrap, fields, person, store, view }) {
  /** Messages by field name, shown at the controls. */
  const complaints = signal(/** @type {Record<string, string>} */ ({}));
  const busy = signal(false);
  /** What of the settings is open to this visitor; null: all. */
  const { rules } = person;
  /** How far a setting is open to this visitor. @param {string} name */
  const lock = (name) => rules.value?.lock(name) ?? OPEN;
  /** Whether the teacher has asked for everybody's eyes, and this visitor's controls wait. */
  const waits = computed(() => person.isStudent() && store.state.value.room?.attention === true);
  rules.subscribe(() => edit({}));
  const { notices, notify, hold, release, dismiss, withdraw } = createNotices();
  const { removeWithUndo, undo } = createRemoval({ api, attempt, notify, view, withdraw });

  /**
   * Change the prepared configuration; what was complained about a changed field is forgotten.
   * @param {Partial<RunConfig>} changes
   */
  function edit(changes) {
    view.draft.value = fitted({ ...view.draft.value, ...changes });
    complaints.value = check();
  }

  /** The settings with the class's values in place of those that are not open. @param {RunConfig} config */
  const fitted = (config) => rules.value?.fit(config) ?? config;

  /** A lesson sets every control, and is nobody's twin. @param {Preset} preset */
  function choose(preset) {
    view.twinOf.value = null;
    edit({ ...preset.config });
  }

  /** Learn from other data: the network's ends follow from them. @param {Dataset} dataset */
  function use(dataset) {
    edit(withDataset(view.draft.value, dataset));
  }

  /** Everything wrong with the draft, before the server is asked. */
  function check() {
    /** @type {Record<string, string>} */
    const found = {};
    for (const [name, value] of Object.entries(view.draft.value)) {
      const bad =
        fields[name] && name !== "preset" && (complaint(fields[name], value) ?? rules.value?.breach(name, value));
      if (bad) found[name] = t(bad.key, bad.values);
    }
    return found;
  }

  /** A new run with the prepared settings. */
  async function start() {
    if (waits.value) return;
    complaints.value = check();
    if (Object.keys(complaints.value).length) return;
    await create(requestOf(view.draft.value));
  }

  /** Only what differs from the lesson, or from the run it is a twin of. @param {RunConfig} draft */
  function requestOf({ preset, ...config }) {
    const sibling = store.state.value.runs.get(view.twinOf.value);
    const changes = sibling && differences(config, sibling.config);
    if (changes && Object.keys(changes).length && !("seed" in changes) && !("dataset" in changes))
      return { twin_of: sibling.id, ...changes };
    const known = bootstrap.presets.find(({ name }) => name === preset);
    return known ? { preset, ...differences(config, known.config) } : config;
  }

  /** @param {object} body */
  const create = (body) => making(() => api.createRun(body));

  /** @param {File} file of a run that was saved */
  const open = (file) => making(() => api.importRun(file));

  /** @param {() => Promise<RunView>} make */
  async function making(make) {
    if (busy.value) return;
    busy.value = true;
    try {
      await attempt(async () => {
        const run = await make();
        const previous = view.own.value?.id ?? null;
        store.insert(run);
        view.twinOf.value = null;
        view.look(run.id, { asGhost: previous });
      });
    } finally {
      busy.value = false;
    }
  }

  /** What the primary button does now. @returns {"start" | "pause" | "resume"} */
  function meaning() {
    const run = view.own.value;
    if (!run || ENDED.has(run.status) || run.wanted === "stopped") return "start";
    return run.wanted === "paused" ? "resume" : "pause";
  }

  function toggle() {
    const now = meaning();
    if (now === "start") start();
    else want(view.own.value?.id ?? null, now === "pause" ? "paused" : "running");
  }

  /** Once more from the same first weights, with the settings of my run. */
  async function again() {
    const run = view.own.value ?? newestFirst(store.state.value).find(person.isMine);
    if (!run || waits.value) return;
    if (!ENDED.has(run.status)) await want(run.id, "stopped");
    await create(run.config);
  }

  /**
   * Go on for a batch or an epoch, then pause. Without a run that could go on, one is started.
   * @param {"batch" | "epoch"} unit
   */
  async function step(unit) {
    if (meaning() === "start") await start();
    const run = view.own.value;
    if (run && !ENDED.has(run.status)) await change(run.id, { advance: unit });
  }

  /** Slow motion in batches per second; null is full speed. @param {number | null} rate */
  const slow = (rate) => change(view.own.value?.id ?? null, { rate });

  /** @param {string | null} id @param {Wanted} wanted */
  const want = (id, wanted) => change(id, { wanted });
  /** @param {string | null} id @param {RunChanges} changes */
  const change = async (id, changes) => {
    if (id && !waits.value) await attempt(() => api.changeRun(id, changes));
  };
  /** @param {string} id @param {string} name */
  const rename = (id, name) => change(id, { name });

  /** Put a run's settings into the controls, to start another that shares its draws. @param {Run} run */
  function duplicate(run) {
    view.twinOf.value = run.id;
    edit({ ...run.config });
    notify(t("runs.duplicated", { name: person.title(run) }), { lasts: 8_000 });
  }

  /** @param {() => Promise<unknown>} work */
  async function attempt(work) {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      refuse(error);
    }
  }

  /** @param {ApiError} error */
  function refuse(error) {
    const atControls = error.errors.filter(({ field }) => field in fields);
    complaints.value = Object.fromEntries(atControls.map((wrong) => [wrong.field, complaintOf(wrong)]));
    if (!atControls.length) notify(refusalOf(error), { kind: "error" });
  }

  return {
    again,
    busy,
    change,
    check,
    choose,
    complaints,
    dismiss,
    duplicate,
    edit,
    use,
    hold,
    lock,
    meaning,
    open,
    notices,
    notify,
    release,
    removeWithUndo,
    rename,
    slow,
    start,
    step,
    toggle,
    undo,
    waits,
    want,
    withdraw,
  };
}
