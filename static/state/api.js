/** Every request of the page. A refusal becomes one ApiError. */

/** A request the server refused, or that never reached it (code "unreachable"); refusal.js has the words for it. */
export class ApiError extends Error {
  /** @param {Problem} problem */
  constructor({ title = "", detail = "", code = "error", status = 0, limit = undefined, errors = [] }) {
    super(detail || title);
    this.code = code;
    this.status = status;
    this.limit = limit;
    this.errors = errors;
  }
}

/** @param {string} base such as /api/v1 */
export function createApi(base) {
  /** @param {string} method @param {string} path @param {object} [body] */
  async function send(method, path, body) {
    // keepalive: a request made while the page closes is still sent.
    const options = { method, headers: {}, keepalive: method === "DELETE" };
    if (body !== undefined)
      Object.assign(options, { body: JSON.stringify(body), headers: { "content-type": "application/json" } });
    let response;
    try {
      response = await fetch(base + path, options);
    } catch {
      throw new ApiError({ code: "unreachable" });
    }
    if (!response.ok) throw new ApiError(await problemOf(response));
    return response;
  }

  /** @param {Response} response @returns {Promise<Problem>} */
  async function problemOf(response) {
    try {
      return { status: response.status, ...(await response.json()) };
    } catch {
      return { status: response.status, title: response.statusText };
    }
  }

  /** @param {string} method @param {string} path @param {object} [body] @returns {Promise<any>} */
  const json = async (method, path, body) => (await send(method, path, body)).json();
  /** @param {number} first @param {number} count */
  const range = (first, count) => `first=${first}&count=${count}`;

  return {
    /** @param {string} id @returns {Promise<RunView>} */
    readRun: (id) => json("GET", `/runs/${encodeURIComponent(id)}`),
    /** @param {object} body @returns {Promise<RunView>} */
    createRun: (body) => json("POST", "/runs", body),
    /** @param {string} id @param {RunChanges} changes @returns {Promise<RunView>} */
    changeRun: (id, changes) => json("PATCH", `/runs/${encodeURIComponent(id)}`, changes),
    /** @param {string} id */
    deleteRun: (id) => send("DELETE", `/runs/${encodeURIComponent(id)}`),
    /** @param {string} dataset @param {number} first @param {number} count @returns {Promise<number[]>} */
    labels: async (dataset, first, count) =>
      (await json("GET", `/datasets/${dataset}/labels?split=test&${range(first, count)}`)).labels,
    /** @param {string} dataset @param {number} first @param {number} count */
    images: async (dataset, first, count) =>
      new Uint8Array(
        await (await send("GET", `/datasets/${dataset}/images?split=test&${range(first, count)}`)).arrayBuffer(),
      ),
    /**
     * @param {string} id
     * @param {number} first
     * @param {number} count
     * @param {number} [epoch]
     * @returns {Promise<Predictions>}
     */
    predictions: (id, first, count, epoch) =>
      json(
        "GET",
        `/runs/${encodeURIComponent(id)}/predictions?${range(first, count)}${epoch === undefined ? "" : `&epoch=${epoch}`}`,
      ),
    /** A question about a run, such as runPath(id, "layers", { epoch: 3 }). @param {string} path */
    ask: (path) => json("GET", path),
    /** @param {string} path */
    askBytes: async (path) => (await send("GET", path)).arrayBuffer(),
    /** @param {string} id */
    csvUrl: (id) => `${base}/runs/${encodeURIComponent(id)}/metrics?format=csv`,
    /** @param {string} id */
    weightsUrl: (id) => `${base}/runs/${encodeURIComponent(id)}/weights`,
    /** @param {string} path of a page of this server, from its first slash */
    qrUrl: (path) => `${base}/qr?path=${encodeURIComponent(path)}`,
    /** @param {number} after */
    feedUrl: (after) =>
      `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${base}/ws?hello=true&after=${after}`,
  };
}
