/** Runs on their way out: off the list at once, deleted when nobody has called them back for a while. */

import { t } from "../i18n/translate.js";

const UNDO_MS = 10_000; // time to call a deleted run back

/**
 * @param {Pick<Shared, "api" | "view"> & Pick<ReturnType<typeof import("./notices.js").createNotices>, "notify" | "withdraw"> &
 *   {attempt: (work: () => Promise<unknown>) => Promise<void>}} context `attempt` runs a request and tells of a refusal
 */
export function createRemoval({ api, attempt, notify, view, withdraw }) {
  /** The ways back, the latest last. @type {(() => void)[]} */
  const pending = [];

  /** @param {Run} run */
  function removeWithUndo({ id, name }) {
    const remove = () => {
      forget();
      attempt(() => api.deleteRun(id)).then(() => leave(id, false));
    };
    const undo = () => {
      withdraw(notice);
      forget();
      leave(id, false);
    };
    const forget = () => {
      removeEventListener("pagehide", remove);
      if (pending.includes(undo)) pending.splice(pending.indexOf(undo), 1);
    };
    addEventListener("pagehide", remove, { once: true });
    pending.push(undo);
    leave(id, true);
    const notice = notify(t("runs.deleted", { name }), {
      action: { label: t("runs.undo"), run: undo },
      lasts: UNDO_MS,
      end: remove,
    });
  }

  /** @param {string} id @param {boolean} going */
  function leave(id, going) {
    const next = new Set(view.leaving.value);
    if (going) next.add(id);
    else next.delete(id);
    view.leaving.value = next;
  }

  /** Call the run back that was deleted last. */
  const undo = () => pending.at(-1)?.();

  return { removeWithUndo, undo };
}
