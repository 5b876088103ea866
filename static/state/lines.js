/** The two ways in which the server's messages reach the page. Both tell the same, and end once. */

/**
 * @typedef {{open: () => void, hear: (text: string) => void, end: (code: number) => void}} Ears
 *   `end` is told the code of a websocket's end; 0 is one without a word
 * @typedef {{close: () => void}} Line
 */

/** @param {string} url @param {Ears} ears @returns {Line} */
export function openSocket(url, { open, hear, end }) {
  const socket = new WebSocket(url);
  socket.onopen = open;
  socket.onmessage = ({ data }) => hear(data);
  socket.onclose = ({ code }) => end(code);
  return socket;
}

/** Server-sent events. An EventSource would come back by itself, but with an old number. @param {string} url @param {Ears} ears @returns {Line} */
export function openStream(url, { open, hear, end }) {
  const source = new EventSource(url);
  const ended = (/** @type {number} */ code) => {
    source.close();
    end(code);
  };
  source.onopen = open;
  source.onmessage = ({ data }) => hear(data);
  source.onerror = () => ended(0);
  source.addEventListener("goodbye", ({ data }) => ended(JSON.parse(data).code));
  return source;
}
