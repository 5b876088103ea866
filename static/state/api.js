/** Every request of the page. A refusal becomes one ApiError. */

import { addWords } from "../i18n/translate.js";

/** @type {Translations} */
const WORDS = (language) => import(`./words/${language}.js`);
/** Of refusals; fetched with the first of them. @type {Promise<void> | null} */
let worded = null;

/** What may be otherwise a moment later: never arrived (0), too many, the server is away. */
const PASSING = new Set([0, 429, 502, 503, 504]);

/** A request the server refused, or that never reached it (code "unreachable"); refusal.js has the words for it. */
export class ApiError extends Error {
  /** @param {Problem} problem */
  constructor({ title = "", detail = "", code = "error", status = 0, limit = undefined, errors = [] }) {
    super(detail || title);
    this.code = code;
    this.status = status;
    this.limit = limit;
    this.errors = errors;
    /** Whether the same request may succeed a moment later: nobody was reached, or the server was too busy. */
    this.passing = PASSING.has(status);
  }
}

/**
 * @param {string} base such as /api/v1
 * @param {(code: string) => void} [refused] told the code of every refusal
 */
export function createApi(base, refused = () => {}) {
  /**
   * @template T
   * @param {string} method
   * @param {string} path
   * @param {(response: Response) => Promise<T>} read
   * @param {{body?: any, abort?: AbortSignal}} [options]
   * @returns {Promise<T>}
   */
  async function send(method, path, read, { body, abort } = {}) {
    // keepalive: a request made while the page closes is still sent.
    /** @type {RequestInit} */
    const options = { method, keepalive: method === "DELETE", signal: abort };
    const isFile = body instanceof File;
    if (body !== undefined) {
      options.body = isFile ? body : JSON.stringify(body);
      options.headers = { "content-type": `application/${isFile ? "octet-stream" : "json"}` };
    }
    try {
      const response = await fetch(base + path, options);
      if (response.ok) return await read(response);
      const problem = await problemOf(response);
      refused(problem.code ?? "");
      worded ??= addWords(WORDS);
      await worded.catch(() => (worded = null)); // without them the server's own words are used
      throw new ApiError(problem);
    } catch (error) {
      throw error instanceof ApiError ? error : new ApiError({ code: "unreachable" });
    }
  }

  /** @param {Response} response @returns {Promise<Problem>} */
  async function problemOf(response) {
    try {
      return { status: response.status, ...(await response.json()) };
    } catch {
      return { status: response.status, title: response.statusText };
    }
  }

  /** @param {Response} response @returns {Promise<any>} */
  const asJson = (response) => response.json();
  /** @param {Response} response */
  const asBytes = (response) => response.arrayBuffer();
  /** @param {number} first @param {number} count */
  const range = (first, count) => `first=${first}&count=${count}`;
  const runPath = (/** @type {string} */ id) => `/runs/${encodeURIComponent(id)}`;

  /** A question such as /runs/7/layers?epoch=3. @param {string} path @param {AbortSignal} [abort] @returns {Promise<any>} */
  const ask = (path, abort) => send("GET", path, asJson, { abort });
  /** @param {string} path @param {AbortSignal} [abort] */
  const askBytes = (path, abort) => send("GET", path, asBytes, { abort });

  /** Something other than a question. @param {string} method @param {string} path @param {object} [body] @returns {Promise<any>} */
  const change = (method, path, body) =>
    send(method, path, async (response) => (response.status === 204 ? null : response.json()), { body });

  return {
    ask,
    askBytes,
    change,
    /** A request about the class, such as PUT /view. @param {string} method @param {string} path @param {object} [body] */
    ofClass: (method, path, body) => change(method, `/class${path}`, body),
    /** What a page begins with. @param {AbortSignal} abort @returns {Promise<FirstState>} */
    firstState: (abort) => ask("/state", abort),
    readRun: (/** @type {string} */ id, /** @type {AbortSignal} */ abort) => ask(runPath(id), abort),
    /** @param {Record<string, any>} body */
    createRun: (body) => change("POST", "/runs", body),
    /** @param {File} file */
    importRun: (file) => change("POST", "/imports", file),
    /** @param {string} id @param {RunChanges} changes */
    changeRun: (id, changes) => change("PATCH", runPath(id), changes),
    deleteRun: (/** @type {string} */ id) => change("DELETE", runPath(id)),
    /** @param {string} dataset @param {number} first @param {number} count @param {AbortSignal} abort @returns {Promise<number[]>} */
    labels: async (dataset, first, count, abort) =>
      (await ask(`/datasets/${dataset}/labels?split=test&${range(first, count)}`, abort)).labels,
    /** @param {string} dataset @param {number} first @param {number} count @param {AbortSignal} abort */
    images: async (dataset, first, count, abort) =>
      new Uint8Array(await askBytes(`/datasets/${dataset}/images?split=test&${range(first, count)}`, abort)),
    /** @param {string} id @param {number} first @param {number} count @param {number} epoch @param {AbortSignal} abort */
    predictions: (id, first, count, epoch, abort) =>
      ask(`${runPath(id)}/predictions?${range(first, count)}&epoch=${epoch}`, abort),
    csvUrl: (/** @type {string} */ id) => `${base}${runPath(id)}/metrics?format=csv`,
    weightsUrl: (/** @type {string} */ id) => `${base}${runPath(id)}/weights`,
    /** @param {string} path of a page of this server, from its first slash */
    qrUrl: (path) => `${base}/qr?path=${encodeURIComponent(path)}`,
    socketUrl: (/** @type {number} */ after) =>
      `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${base}/ws?hello=true&after=${after}`,
    streamUrl: (/** @type {number} */ after) => `${base}/events?hello=true&after=${after}`,
  };
}
