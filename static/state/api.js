/** Every request of the page. A refusal becomes one ApiError. */

/** A request the server refused, or that never reached it (code "unreachable"); refusal.js has the words for it. */
export class ApiError extends Error {
  /** @param {{title?: string, detail?: string, code?: string, status?: number, limit?: any, errors?: import("./refusal.js").FieldError[]}} problem */
  constructor({ title = "", detail = "", code = "error", status = 0, limit = undefined, errors = [] }) {
    super(detail || title);
    Object.assign(this, { title, detail, code, status, limit, errors });
  }
}

/** @param {string} base such as /api/v1 */
export function createApi(base) {
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

  async function problemOf(response) {
    try {
      return { status: response.status, ...(await response.json()) };
    } catch {
      return { status: response.status, title: response.statusText };
    }
  }

  const json = async (method, path, body) => (await send(method, path, body)).json();
  const range = (first, count) => `first=${first}&count=${count}`;

  return {
    readRun: (id) => json("GET", `/runs/${encodeURIComponent(id)}`),
    createRun: (body) => json("POST", "/runs", body),
    /** @param {{wanted?: string, advance?: string, eta?: number, epochs?: number, rate?: number | null, name?: string}} changes */
    changeRun: (id, changes) => json("PATCH", `/runs/${encodeURIComponent(id)}`, changes),
    deleteRun: (id) => send("DELETE", `/runs/${encodeURIComponent(id)}`),
    labels: async (dataset, first, count) =>
      (await json("GET", `/datasets/${dataset}/labels?split=test&${range(first, count)}`)).labels,
    images: async (dataset, first, count) =>
      new Uint8Array(
        await (await send("GET", `/datasets/${dataset}/images?split=test&${range(first, count)}`)).arrayBuffer(),
      ),
    predictions: (id, first, count, epoch) =>
      json(
        "GET",
        `/runs/${encodeURIComponent(id)}/predictions?${range(first, count)}${epoch === undefined ? "" : `&epoch=${epoch}`}`,
      ),
    /** A question about a run, such as runPath(id, "layers", { epoch: 3 }). */
    ask: (path) => json("GET", path),
    askBytes: async (path) => (await send("GET", path)).arrayBuffer(),
    csvUrl: (id) => `${base}/runs/${encodeURIComponent(id)}/metrics?format=csv`,
    weightsUrl: (id) => `${base}/runs/${encodeURIComponent(id)}/weights`,
    /** @param {string} path of a page of this server, from its first slash */
    qrUrl: (path) => `${base}/qr?path=${encodeURIComponent(path)}`,
    feedUrl: (after) =>
      `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${base}/ws?hello=true&after=${after}`,
  };
}
