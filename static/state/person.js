/** Who this visitor is, and whose a run is: mine, the teacher's, or the class's. Where there is no class all is everybody's. */

import { t } from "../i18n/translate.js";
import { batch, signal } from "../lib/signal.js";

const TEACHER = "teacher"; // the member id of whoever leads: app/classroom/state.py

/** @typedef {"mine" | "teacher" | "class"} Whose */

/** @param {Me} first who came with the page @param {Store} store */
export function createPerson(first, store) {
  const me = signal({ ...first });
  /** Whether the page's visitor was in the class, and is not any more. */
  const wasIn = signal(false);
  /** What of the settings is open to this visitor; null: all. */
  const rules = signal(/** @type {Rules | null} */ (null));
  const inClass = first.mode === "class";
  /** Whether this visitor may do what the teacher may. */
  const leads = () => me.value.role === "teacher" || me.value.role === "everybody";
  /** @param {Run} run */
  const isMine = (run) => !inClass || run.owner === me.value.member;

  return {
    me,
    wasIn,
    rules,
    inClass,
    /** Be somebody from now on. @param {Me} who */
    enter: (who) =>
      batch(() => {
        wasIn.value = false;
        become(who);
      }),
    /** Be nobody: the server has sent this visitor out, or knows the session no more. */
    leave: () =>
      batch(() => {
        wasIn.value ||= me.value.role !== "visitor";
        become({ ...me.value, role: "visitor", member: null, name: null });
      }),
    leads,
    isMine,
    isStudent: () => me.value.role === "student",
    isVisitor: () => me.value.role === "visitor",
    /** Whether this visitor may change a run. @param {Run} run */
    owns: (run) => leads() || isMine(run),
    /** Null where there is no class. @param {Run} run @returns {Whose | null} */
    whose: (run) => (!inClass ? null : isMine(run) ? "mine" : run.owner === TEACHER ? "teacher" : "class"),
    ownerName,
    /** A run's name with that of its owner, if that is somebody else. @param {Run} run */
    title(run) {
      const owner = isMine(run) ? null : ownerName(run);
      return owner ? t("run.of", { name: run.name, owner }) : run.name;
    },
  };

  /** What came with the page says the same. @param {Me} who */
  function become(who) {
    me.value = who;
    Object.assign(first, who);
  }

  /** Of a class that is over nobody knows the names. @param {Run} run @returns {string | null} */
  function ownerName(run) {
    if (!inClass) return null;
    if (run.owner === TEACHER) return t("run.teacher");
    return store.state.value.room?.members.get(run.owner ?? "")?.name ?? null;
  }
}
