/** The order of the students on the desk. Pure. */

/** @typedef {Pick<import("./presence.js").PresentMember, "name" | "best" | "connected" | "removed" | "joined_at">} Sortable */

export const ORDERS = ["name", "best", "away", "joined"];

/** @type {Record<string, (one: Sortable, other: Sortable) => number>} */
const BY = {
  name: (one, other) => one.name.localeCompare(other.name),
  best: (one, other) => (other.best ?? -1) - (one.best ?? -1),
  away: (one, other) => Math.min(one.connected, 1) - Math.min(other.connected, 1),
  joined: (one, other) => (one.joined_at < other.joined_at ? -1 : Number(one.joined_at > other.joined_at)),
};

/** Those sent out come last. @template {Sortable} T @param {T[]} members @param {string} order @returns {T[]} */
export function ordered(members, order) {
  const by = BY[order] ?? BY.name;
  return [...members].sort(
    (one, other) => Number(one.removed) - Number(other.removed) || by(one, other) || BY.name(one, other),
  );
}
