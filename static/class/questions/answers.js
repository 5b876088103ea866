/** What I have answered: sent from here, or asked for after a reload. */

import { resource } from "../../lib/resource.js";
import { signal } from "../../lib/signal.js";
import { ApiError } from "../../state/api.js";

/** @typedef {ReturnType<typeof createAnswers>} Answers */

/**
 * @param {Context} context
 * @param {() => ClassRoom | null} room
 */
export function createAnswers({ api, person }, room) {
  /** By question; null is known to be none. */
  const mine = signal(/** @type {ReadonlyMap<string, Answer | null>} */ (new Map()));

  /** A question that nobody has answered I have not answered either. */
  function unknown() {
    if (person.me.value.role !== "student") return [];
    const questions = [...(room()?.questions.values() ?? [])];
    return questions.filter(({ id, count }) => count > 0 && !mine.value.has(id)).map(({ id }) => id);
  }

  // Not by number of answers: it would be asked again with every answer of another.
  resource(
    () => (unknown().length ? `answers#${unknown()}` : null),
    async (_, abort) => {
      const asked = unknown();
      const found = await Promise.all(asked.map((id) => read(id, abort)));
      learn(asked.map((id, at) => [id, found[at]]));
      return true;
    },
  );

  /** @param {string} id @param {AbortSignal} abort @returns {Promise<Answer | null>} */
  async function read(id, abort) {
    try {
      return (await api.ask(`/class/questions/${id}/answer`, abort)).answer;
    } catch (error) {
      if (!(error instanceof ApiError) || error.passing) throw error;
      return null; // it has been taken back
    }
  }

  /** @param {[string, Answer | null][]} entries */
  function learn(entries) {
    const known = new Map(mine.value);
    // What was sent meanwhile is newer than what was read.
    for (const [id, answer] of entries) if (answer || !known.get(id)) known.set(id, answer);
    mine.value = known;
  }

  return {
    of: (/** @type {string} */ id) => mine.value.get(id) ?? null,
    /** A question that has just been asked. @param {string} id */
    begin(id) {
      if (!mine.value.has(id)) learn([[id, null]]);
    },
    /** @param {string} id @param {Answer} answer */
    async send(id, answer) {
      await api.ofClass("PUT", `/questions/${id}/answer`, answer);
      learn([[id, answer]]);
    },
  };
}
