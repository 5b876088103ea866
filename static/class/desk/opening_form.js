/** What the teacher's form says about the settings that are open, as the server takes it. Pure. */

/** @typedef {{name: string, open: boolean, least: number | null, most: number | null}} Choice */

/** Settings that can be opened or not, as the schema lists them. @param {Record<string, Field>} fields */
export const openable = (fields) => Object.values(fields).filter(({ name }) => name !== "preset");

/** Whether bounds make sense for a setting. @param {Field} field */
export const hasBounds = ({ kind }) => kind === "number" || kind === "integer";

/**
 * @param {Opening["which"]} which
 * @param {Choice[]} choices
 * @param {RunConfig} base
 * @returns {Opening}
 */
export function openingOf(which, choices, base) {
  const settings =
    which === "some" ? choices.filter(({ open }) => open).map(({ name, least, most }) => ({ name, least, most })) : [];
  return { which, settings, base: which === "all" ? null : base };
}

/** A bound as it was typed; null for none. @param {string} text */
export function boundOf(text) {
  const value = Number(text);
  return text.trim() && Number.isFinite(value) ? value : null;
}

/**
 * What is wrong with the choices, as a key of the catalogue, or null.
 * @param {Opening["which"]} which
 * @param {Choice[]} choices
 */
export function wrongWith(which, choices) {
  if (which !== "some") return null;
  const open = choices.filter((choice) => choice.open);
  if (!open.length) return "desk.opening.nothing";
  const crossed = open.some(({ least, most }) => least !== null && most !== null && least > most);
  return crossed ? "desk.opening.crossed" : null;
}
