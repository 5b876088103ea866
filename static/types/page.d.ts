/** What the page is made of. Nothing here is imported; the names are known everywhere. */

type Signal<T> = import("../lib/signal.js").Signal<T>;
type ReadonlySignal<T> = import("../lib/signal.js").ReadonlySignal<T>;
type Load<T> = import("../lib/cache.js").Load<T>;
type AnswerCache = import("../lib/cache.js").Cache;
type Resource<T> = import("../lib/resource.js").Resource<T>;

// --- a run, folded from its events

type Series = (number | null)[];
type Measure = Exclude<keyof EpochMetrics, "epoch">;
/** Equally long columns, one entry per epoch that is known; `ts` in milliseconds, `seconds` since the entry before. */
type RunHistory = Record<"epoch" | "step" | "seconds" | "ts", number[]> & Record<Measure, Series>;

/** Equally long columns, one entry per point before the first update or within one of the first epochs. */
type EarlyPoints = { step: number[] } & Record<Exclude<keyof PointMetrics, "step">, Series>;

/** A run as the page knows it: what the server said when it was created, and every event since. */
interface Run extends RunView {
  eta: number;
  epochs: number;
  rate: number | null;
  /** Where another eta took effect. */
  changes: { eta: number; step: number }[];
  history: RunHistory;
  /** The epoch up to which the history has only some epochs; 0: it has all. */
  thinned: number;
  points: EarlyPoints;
  /** Labels given to the first test samples at the newest of the points, if no epoch has ended since. */
  judged: ArrayLike<number>;
  /** What the newest slice was measured at, within an epoch. */
  now: (PointMetrics & { predictions: ArrayLike<number> }) | null;
  /** Steps and the losses of their batches, the newest that this page was told. */
  trace: [number, number | null][];
  /** Labels given to the first test samples after epoch k, at k - 1; undefined where they have not been told yet. */
  predictions: (Uint8Array | undefined)[];
}

/** Runs by their ids; there is none for no id. */
interface Runs extends Map<string, Run> {
  get(id: string | null | undefined): Run | undefined;
}

interface State {
  log: string | null;
  version: string | null;
  seq: number;
  runs: Runs;
  experiments: Map<string, Experiment>;
  /** The class, if the server has one and this visitor is in it. */
  room: ClassRoom | null;
  /** Where the teacher looks, as far as it was told. */
  shared: SharedView | null;
}

/** How far a setting is open. */
interface SettingLock {
  locked: boolean;
  least: number | null;
  most: number | null;
}

/** What of the settings a student may change. */
interface Rules {
  /** Weights and biases that a network may have; null: as many as the server takes. */
  parameters: number | null;
  /** Of a setting, or of all "lessons" together. */
  lock(name: string): SettingLock;
  fit(config: RunConfig): RunConfig;
  breach(name: string, value: unknown): { key: string; values: Record<string, string | number> } | null;
}

interface ClassMember {
  id: string;
  name: string;
  removed: boolean;
}

interface Question {
  id: string;
  spec: QuestionSpec;
  status: "open" | "closed" | "revealed";
  count: number;
  named: boolean;
  correct: number | null;
  answers: Answer[] | null;
  asked_at: string;
}

interface ClassTask {
  id: string;
  spec: TaskSpec;
  named: boolean;
  ended: boolean;
  set_at: string;
  ended_at: string | null;
}

/** The class, folded from its events. */
interface ClassRoom {
  id: string;
  code: string;
  started_at: string;
  door_open: boolean;
  opening: Opening;
  attention: boolean;
  members: Map<string, ClassMember>;
  questions: Map<string, Question>;
  tasks: Map<string, ClassTask>;
}

type EpochReport = NonNullable<ReturnType<typeof import("../runs/report.js").reportOf>>;

/** A field of the settings, as the schema describes it. */
interface Field {
  name: string;
  kind: "enum" | "integer" | "number" | "list" | "boolean" | "text";
  options: string[];
  nullable: boolean;
  default: unknown;
  minimum?: number;
  maximum?: number;
  above?: number;
  minItems?: number;
  maxItems?: number;
  item?: Field;
  title?: string;
}

/** How the list of runs is sorted. */
interface Sorting {
  by: string;
  falling: boolean;
}

// --- the context that every panel gets

type Api = ReturnType<typeof import("../state/api.js").createApi>;
type Store = ReturnType<typeof import("../state/store.js").createStore>;
type View = ReturnType<typeof import("../state/view.js").createView>;
type Feed = ReturnType<typeof import("../state/feed.js").createFeed>;
type Person = ReturnType<typeof import("../state/person.js").createPerson>;
type Samples = ReturnType<typeof import("../digits/samples.js").createSamples>;
type Actions = ReturnType<typeof import("../state/actions.js").createActions>;

/** The data sets there are. */
type Datasets = ReturnType<typeof import("../state/datasets.js").createDatasets>;

/** What exists before the actions do, and what they work with. */
interface Shared {
  api: Api;
  bootstrap: Bootstrap;
  datasets: Datasets;
  feed: Feed;
  fields: Record<string, Field>;
  person: Person;
  store: Store;
  view: View;
  samples: Samples;
  shownDigits: ReadonlySignal<import("../digits/shown.js").ShownDigits>;
  queue: ReadonlySignal<QueuePlace | null>;
}

interface Context extends Shared {
  actions: Actions;
}

/** A panel puts itself into its element. */
type Mount = (element: HTMLElement, context: Context) => void;

/** A message that floats. */
interface Notice {
  id: number;
  text: string;
  kind: "info" | "error";
  action?: { label: string; run: () => void };
}

// --- words

/** The file of a language, words/<language>.js; the page's own has the language's own name too. */
interface Catalogue {
  words: Record<string, string>;
}
/** Fetches the words of a part of the page in a language. */
type Translations = (language: string) => Promise<Catalogue>;
/** A text by language; English stands in for those that are not there. */
type Texts = { en: string } & Record<string, string>;

// --- pictures

type Metric = "accuracy" | "loss";
type Axis = "epoch" | "step" | "seconds";
interface ChartOptions {
  log: boolean;
  logX: boolean;
  smooth: number;
  axis: Axis;
}

/** A page of test digits: SIDE x SIDE grey values each, and what they are. */
interface DigitPage {
  /** Grey values, one picture after the other; none where the data has no pictures. */
  images: Uint8Array;
  labels: number[];
  /** Height and width of a picture. */
  picture: [number, number];
  /** What the classes are called, where they are not digits. */
  names?: string[];
  /** Draws what stands for pictures where there are none. */
  sheet?: (count: number, ink: string) => HTMLCanvasElement;
}

/** A digit of the grid: `at` is its place on its page, `flip` what changed since the epoch before. */
interface DigitCell {
  at: number;
  label: number;
  predicted: number | null;
  right: boolean;
  flip: "gained" | "lost" | null;
}

// --- lenses

/** A network's parameters: w[l] row by row, a row for each neuron. */
interface Params {
  epoch: number | null;
  shape: number[];
  activation: string;
  loss: string;
  w: Float32Array[];
  b: Float32Array[];
}

/** A pass forward: z[l] and v[l] row by row, a sample each; v[0] are the inputs. */
interface Trace {
  z: Float32Array[];
  v: Float32Array[];
  count: number;
}

/** A run's parameters at the kept epoch nearest to the one asked for, or of now, within an epoch. */
interface Snapshot {
  run: Run;
  /** Completed epochs. */
  epoch: number;
  /** So many updates had been made, where that is within an epoch. */
  step: number | null;
  asked: number;
  params: Params;
}

/** What a lens works with, besides the context; what it begins ends when the lens is closed. */
interface LensContext extends Context {
  /** The network at the epoch looked at. */
  snapshots: ReturnType<typeof import("../lenses/snapshots.js").createSnapshots>;
  /** What was chosen in a lens, for the next opening. */
  memory: <T>(name: string, initial: T) => Signal<T>;
  /** What a lens asks the server for; what cannot be had is told above the picture. */
  // biome-ignore lint/suspicious/noExplicitAny: an answer of the server, as it comes
  resource: <T = any>(keyOf: () => string | null, load?: Load<T>, cache?: AnswerCache) => Resource<T>;
}

/** A lens puts itself into its element. */
type LensMount = (element: HTMLElement, context: LensContext) => void;

/** A lens as it declares itself: docs/lenses.md. */
interface Lens {
  name: string;
  title: Texts;
  /** Whether there is something to see in a run of these settings. */
  fits: (config: RunConfig) => boolean;
  load: () => Promise<{ mount: LensMount }>;
  words: Translations;
  sheet: string;
}
