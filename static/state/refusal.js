/**
 * Why the server refused, in the visitor's language: by the code of the refusal, "refusal.<code>" in the catalogues. Where a
 * catalogue has no words for a code, as the English one mostly, the server's own English is used.
 */

import { has, t } from "../i18n/translate.js";

/**
 * The catalogue's words for a code, with the limit filled in; undefined if it has none.
 * @param {Pick<Problem, "limit"> & {code: string}} wrong
 */
function words({ code, limit }) {
  const key = `refusal.${code}`;
  return has(key) ? t(key, { limit }) : undefined;
}

/** What is wrong with one field. @param {FieldError} error */
export const complaintOf = (error) => words(error) ?? error.message;

/** What a refusal is about, as a notice. @param {import("./api.js").ApiError} error */
export function refusalOf(error) {
  if (error.code === "unreachable") return t("error.unreachable");
  const parts = (error.errors.length ? error.errors : [error]).map(words);
  return t("error.refused", { reason: parts.every(Boolean) ? parts.join(" ") : error.message });
}
