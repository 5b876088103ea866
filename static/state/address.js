/** The open view in the address bar, beside the settings: short words, and only what is not as at the first visit. Pure. */

/** @type {ChartOptions} */
export const CHART_DEFAULTS = { log: false, logX: false, smooth: 0, axis: "epoch" };
const AXES = new Set(["epoch", "step", "seconds"]);

/**
 * @typedef {{run: string|null, compared: string[], options: ChartOptions, grid: {first: number, wrongOnly: boolean},
 *   digit: number|null, epoch: number|null, lens: string|null, projector: boolean}} OpenView
 */

/** Add the view to the query of the settings. @param {URLSearchParams} query @param {OpenView} view */
export function writeView(query, { run, compared, options, grid, digit, epoch, lens, projector }) {
  /** @param {string} name @param {string | number} value @param {string | number} unless the usual value */
  const put = (name, value, unless) => value !== unless && query.set(name, String(value));
  put("run", run ?? "", "");
  put("with", compared.join("."), "");
  put("x", options.axis, CHART_DEFAULTS.axis);
  put("logx", Number(options.logX), 0);
  put("log", Number(options.log), 0);
  put("smooth", options.smooth, 0);
  put("from", grid.first + 1, 1);
  put("wrong", Number(grid.wrongOnly), 0);
  put("digit", digit === null ? "" : digit + 1, "");
  put("epoch", epoch ?? "", "");
  put("lens", lens ?? "", "");
  put("view", projector ? "projector" : "", "");
  return query;
}

/** The view an address asks for; what it does not say, or says badly, is undefined. @param {URLSearchParams} query */
export function readView(query) {
  /** @param {string} name */
  const flag = (name) => (query.has(name) ? query.get(name) === "1" : undefined);
  /** @param {string} name @param {number} least @param {number} most */
  const number = (name, least, most) => {
    const value = Number(query.get(name) ?? NaN);
    return value >= least && value <= most ? value : undefined;
  };
  /** @param {string} name @param {number} least */
  const whole = (name, least) => (Number.isInteger(number(name, least, 1e6)) ? number(name, least, 1e6) : undefined);
  const axis = AXES.has(query.get("x") ?? "") ? query.get("x") : undefined;
  const first = whole("from", 1);
  const digit = whole("digit", 1);
  return {
    run: query.get("run") ?? null,
    compared: query.get("with")?.split(".").filter(Boolean),
    options: given({ axis, logX: flag("logx"), log: flag("log"), smooth: number("smooth", 0, 0.95) }),
    grid: given({ first: first && first - 1 - ((first - 1) % 100), wrongOnly: flag("wrong") }),
    digit: digit === undefined ? null : digit - 1,
    epoch: whole("epoch", 0) ?? null,
    lens: query.get("lens"),
    projector: query.get("view") === "projector",
  };
}

/** @param {Record<string, any>} values */
const given = (values) => Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
