/** The class as its events have made it: what app/classroom/state.py folds, as far as everybody may know it. */

/**
 * The class after one more of its events; null when it is over.
 * @param {ClassRoom | null} room
 * @param {ClassEvent} event
 * @returns {ClassRoom | null}
 */
export function foldRoom(room, event) {
  if (event.type === "class-started") return newRoom(event);
  if (!room || event.class_id !== room.id) return room;
  if (event.type === "class-ended") return null;
  const step = /** @type {((room: ClassRoom, event: ClassEvent) => ClassRoom) | undefined} */ (FOLD[event.type]);
  return step ? step(room, event) : room;
}

/**
 * The class with how many have answered each question, which is told beside the events.
 * @param {ClassRoom | null} room
 * @param {Record<string, number>} counts by the question's id
 * @returns {ClassRoom | null}
 */
export function withCounts(room, counts) {
  if (!room) return room;
  return Object.entries(counts).reduce((before, [id, count]) => {
    const known = before.questions.get(id);
    return known && known.status !== "revealed" ? withQuestion(before, id, { count }) : before;
  }, room);
}

/** @param {Extract<ClassEvent, {type: "class-started"}>} event @returns {ClassRoom} */
function newRoom({ class_id, code, ts }) {
  return {
    id: class_id,
    code,
    started_at: ts,
    door_open: true,
    opening: { which: "all", settings: [], base: null },
    attention: false,
    members: new Map(),
    questions: new Map(),
    tasks: new Map(),
  };
}

/** @type {{[Type in ClassEvent["type"]]?: (room: ClassRoom, event: Extract<ClassEvent, {type: Type}>) => ClassRoom}} */
const FOLD = {
  "join-code": (room, { code }) => ({ ...room, code }),
  joined: (room, { member, name }) => withMember(room, member, { id: member, name, removed: false }),
  "member-renamed": (room, { member, name }) => withMember(room, member, { name }),
  "member-removed": (room, { member, removed }) => withMember(room, member, { removed }),
  door: (room, { open }) => ({ ...room, door_open: open }),
  opening: (room, { opening }) => ({ ...room, opening: { which: "all", settings: [], base: null, ...opening } }),
  attention: (room, { on }) => ({ ...room, attention: on }),
  asked: (room, { question, spec, ts }) =>
    withQuestion(room, question, {
      id: question,
      spec,
      status: "open",
      count: 0,
      named: false,
      correct: null,
      answers: null,
      asked_at: ts,
    }),
  "question-closed": (room, { question }) => withQuestion(room, question, { status: "closed" }),
  revealed: (room, { question, named, correct, answers, run_id }) => {
    const before = room.questions.get(question);
    const spec = run_id && before ? { spec: { ...before.spec, run_id } } : {};
    return withQuestion(room, question, {
      status: "revealed",
      named,
      correct,
      answers,
      count: answers.length,
      ...spec,
    });
  },
  "question-removed": (room, { question }) => {
    const questions = new Map(room.questions);
    questions.delete(question);
    return { ...room, questions };
  },
  "task-set": (room, { task, spec, named, ts }) =>
    withTask(room, task, { id: task, spec, named, ended: false, set_at: ts, ended_at: null }),
  "task-changed": (room, { task, named, ended, ts }) => {
    const ended_at = ended ? (room.tasks.get(task)?.ended_at ?? ts) : null;
    return withTask(room, task, { named, ended, ended_at });
  },
};

/** @param {ClassRoom} room @param {string} id @param {Partial<ClassMember>} changes @returns {ClassRoom} */
function withMember(room, id, changes) {
  return { ...room, members: changed(room.members, id, changes) };
}

/** @param {ClassRoom} room @param {string} id @param {Partial<Question>} changes @returns {ClassRoom} */
function withQuestion(room, id, changes) {
  return { ...room, questions: changed(room.questions, id, changes) };
}

/** @param {ClassRoom} room @param {string} id @param {Partial<ClassTask>} changes @returns {ClassRoom} */
function withTask(room, id, changes) {
  return { ...room, tasks: changed(room.tasks, id, changes) };
}

/**
 * The things with one that is new or another; what happened to one that there is not is left out, as by the server.
 * @template T
 * @param {Map<string, T>} things
 * @param {string} id
 * @param {Partial<T>} changes
 * @returns {Map<string, T>}
 */
function changed(things, id, changes) {
  if (!things.has(id) && !("id" in changes)) return things;
  return new Map(things).set(id, /** @type {T} */ ({ ...things.get(id), ...changes }));
}

/** The task that is on. @param {ClassRoom | null} room @returns {ClassTask | null} */
export function currentTask(room) {
  return room ? ([...room.tasks.values()].reverse().find(({ ended }) => !ended) ?? null) : null;
}
