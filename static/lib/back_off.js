/**
 * Milliseconds to wait before attempt number n (from 0): doubling from half a second to ten, jittered so that a class does not
 * come back in one burst.
 * @param {number} attempt
 * @param {() => number} random
 */
export function backOff(attempt, random = Math.random) {
  const full = Math.min(10_000, 500 * 2 ** attempt);
  return full / 2 + (full / 2) * random();
}
