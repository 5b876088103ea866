/** What the buttons and keys do: each asks the server, and tells a refusal where the visitor looks. */

import { ApiError } from "./api.js";
import { complaint, differences } from "./config.js";
import { signal } from "./lib/signal.js";
import { t } from "./i18n.js";

let lastNotice = 0;

/** @typedef {{id: number, text: string, kind: "info" | "error", action?: {label: string, run: () => void}}} Notice */

/** @param {any} context api, bootstrap, fields, store, view */
export function createActions({ api, bootstrap, fields, store, view }) {
  /** Messages by field name, shown at the controls. */
  const complaints = signal(/** @type {Record<string, string>} */ ({}));
  const notices = signal(/** @type {Notice[]} */ ([]));
  const busy = signal(false);

  function notify(text, { kind = "info", action = undefined } = {}) {
    lastNotice += 1;
    const notice = { id: lastNotice, text, kind, action };
    notices.value = [...notices.value.filter((other) => other.text !== text), notice];
    return notice.id;
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

  async function start() {
    complaints.value = check();
    if (busy.value || Object.keys(complaints.value).length) return;
    busy.value = true;
    await attempt(async () => {
      const { preset, ...config } = view.draft.value;
      const known = bootstrap.presets.find(({ name }) => name === preset);
      const run = await api.createRun(known ? { preset, ...differences(config, known.config) } : config);
      const previous = view.focus.value;
      store.insert(run);
      view.look(run.id, { asGhost: previous });
    });
    busy.value = false;
  }

  /** @param {"running" | "paused" | "stopped"} wanted */
  const want = (id, wanted) => attempt(() => api.changeRun(id, { wanted }));
  const rename = (id, name) => attempt(() => api.changeRun(id, { name }));
  const remove = (id) => attempt(() => api.deleteRun(id));

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
    complaints.value = Object.fromEntries(atControls.map(({ field, message }) => [field, message]));
    if (atControls.length) return;
    notify(error.code === "unreachable" ? t("error.unreachable") : t("error.refused", { reason: error.message }), { kind: "error" });
  }

  return { busy, check, complaints, dismiss, edit, notices, notify, remove, rename, start, want };
}
