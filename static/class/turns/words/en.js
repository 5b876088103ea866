/** The words about one's turn, in English. */

export const words = {
  "turns.place": "{run} is number {place} in the queue, about {time}.",
  "turns.left": "You may start {count} more runs before one of yours ends.",
  "turns.left.one": "You may start one more run before one of yours ends.",
  "turns.none": "All your {limit} places are taken. Stop a run, or wait for one to end.",
};
