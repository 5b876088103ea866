/** What the buttons and keys do: each asks the server, and tells a refusal where the visitor looks. */

import { ApiError } from "./api.js";
import { complaint, differences } from "./config.js";
import { signal } from "./lib/signal.js";
import { t } from "./i18n.js";
import { complaintOf, refusalOf } from "./refusal.js";
import { ENDED } from "./store.js";

const UNDO_MS = 8_000; // time to call a deleted run back

let lastNotice = 0;

/** @typedef {{id: number, text: string, kind: "info" | "error", action?: {label: string, run: () => void}}} Notice */

/** @param {any} context api, bootstrap, fields, store, view */
export function createActions({ api, bootstrap, fields, store, view }) {
  /** Messages by field name, shown at the controls. */
  const complaints = signal(/** @type {Record<string, string>} */ ({}));
  const notices = signal(/** @type {Notice[]} */ ([]));
  const busy = signal(false);
  /** Runs on their way out, which can still be called back. */
  const leaving = signal(/** @type {Set<string>} */ (new Set()));

  function notify(text, { kind = "info", action = undefined, lasts = 0 } = {}) {
    lastNotice += 1;
    const id = lastNotice;
    if (lasts) setTimeout(() => dismiss(id), lasts);
    const notice = { id, text, kind, action };
    notices.value = [...notices.value.filter((other) => other.text !== text), notice];
    return id;
  }

  function dismiss(id) {
    notices.value = notices.value.filter((notice) => notice.id !== id);
  }

  /** Change the prepared configuration; what was complained about a changed field is forgotten. */
  function edit(changes) {
    view.draft.value = { ...view.draft.value, ...changes };
    complaints.value = check();
  }

  /** Everything wrong with the draft, before the server is asked. */
  function check() {
    const found = {};
    for (const [name, value] of Object.entries(view.draft.value)) {
      const bad = fields[name] && name !== "preset" && complaint(fields[name], value);
      if (bad) found[name] = t(bad.key, bad.values);
    }
    return found;
  }

  /** A new run with the prepared settings. */
  async function start() {
    complaints.value = check();
    if (Object.keys(complaints.value).length) return;
    await create(requestOf(view.draft.value));
  }

  /** Only what differs from the lesson, or from the run it is a twin of. */
  function requestOf({ preset, ...config }) {
    const sibling = store.state.value.runs.get(view.twinOf.value);
    const changes = sibling && differences(config, sibling.config);
    if (changes && Object.keys(changes).length && !("seed" in changes) && !("dataset" in changes)) return { twin_of: sibling.id, ...changes };
    const known = bootstrap.presets.find(({ name }) => name === preset);
    return known ? { preset, ...differences(config, known.config) } : config;
  }

  async function create(body) {
    if (busy.value) return;
    busy.value = true;
    await attempt(async () => {
      const run = await api.createRun(body);
      const previous = view.focus.value;
      store.insert(run);
      view.twinOf.value = null;
      view.look(run.id, { asGhost: previous });
    });
    busy.value = false;
  }

  const front = () => store.state.value.runs.get(view.focus.value);

  /** What the primary button does now. @returns {"start" | "pause" | "resume"} */
  function meaning() {
    const run = front();
    if (!run || ENDED.has(run.status) || run.wanted === "stopped") return "start";
    return run.wanted === "paused" ? "resume" : "pause";
  }

  function toggle() {
    const now = meaning();
    if (now === "start") start();
    else want(front().id, now === "pause" ? "paused" : "running");
  }

  /** Once more from the same first weights, with the settings of the run in front. */
  async function again() {
    const run = front();
    if (!run) return;
    if (!ENDED.has(run.status)) await want(run.id, "stopped");
    await create(run.config);
  }

  /** Go on for a batch or an epoch, then pause. Without a run that could go on, one is started. */
  async function step(unit) {
    if (meaning() === "start") await start();
    const run = front();
    if (run && !ENDED.has(run.status)) await change(run.id, { advance: unit });
  }

  /** Slow motion in batches per second; null is full speed. */
  const slow = (rate) => change(view.focus.value, { rate });

  /** @param {"running" | "paused" | "stopped"} wanted */
  const want = (id, wanted) => change(id, { wanted });
  const change = (id, changes) => attempt(() => api.changeRun(id, changes));
  const rename = (id, name) => change(id, { name });

  /** Take a run off the list now, and delete it when nobody has called it back for a while. */
  function removeWithUndo({ id, name }) {
    const remove = () => attempt(() => api.deleteRun(id)).then(() => leave(id, false));
    const timer = setTimeout(remove, UNDO_MS);
    const undo = () => {
      clearTimeout(timer);
      removeEventListener("pagehide", remove);
      leave(id, false);
    };
    addEventListener("pagehide", remove, { once: true });
    leave(id, true);
    notify(t("runs.deleted", { name }), { action: { label: t("runs.undo"), run: undo }, lasts: UNDO_MS });
  }

  function leave(id, going) {
    const next = new Set(leaving.value);
    if (going) next.add(id);
    else next.delete(id);
    leaving.value = next;
  }

  /** Put a run's settings into the controls, to start another that shares its draws. */
  function duplicate(run) {
    view.twinOf.value = run.id;
    edit({ ...run.config });
    notify(t("runs.duplicated", { name: run.name }), { lasts: 8_000 });
  }

  async function attempt(work) {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      refuse(error);
    }
  }

  function refuse(error) {
    const atControls = error.errors.filter(({ field }) => field in fields);
    complaints.value = Object.fromEntries(atControls.map((wrong) => [wrong.field, complaintOf(wrong)]));
    if (!atControls.length) notify(refusalOf(error), { kind: "error" });
  }

  return { again, busy, change, check, complaints, dismiss, duplicate, edit, leaving, meaning, notices, notify, removeWithUndo, rename, slow, start, step, toggle, want };
}
