/** Why the server refuses, where it does not say so in the visitor's language. */

export const words = {
  "refusal.string-pattern-mismatch": "A name may have letters, numbers, signs and spaces, but no invisible characters.",
};
