/**
 * Work that is done at once, and then at most once in so many milliseconds, however often it is asked for; the last asking is
 * always followed by the work.
 * @param {() => void} work
 * @param {number} ms
 * @returns {() => void}
 */
export function throttled(work, ms) {
  let rests = false;
  let asked = false;
  return function ask() {
    asked = rests;
    if (rests) return;
    rests = true;
    work();
    setTimeout(() => {
      rests = false;
      if (asked) ask();
    }, ms);
  };
}
