/** Drawing that can be ended: a lens that is closed must cost nothing. */

/**
 * Draw now, and after a change at most once per frame, until the returned function is called.
 * @param {Signal<any>[]} sources
 * @param {() => void} draw
 */
export function watch(sources, draw) {
  let waiting = false;
  let ended = false;
  const request = () => {
    if (waiting || ended) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      if (!ended) draw();
    });
  };
  const leave = sources.map((source) => source.subscribe(request));
  draw();
  return () => {
    ended = true;
    for (const stop of leave) stop();
  };
}
