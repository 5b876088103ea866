/** What the server says: docs/events.md and the API's own description at /docs. Nothing here is imported; the names are known everywhere. */

type RunStatus = "SCHEDULED" | "RUNNING" | "PAUSED" | "FINISHED" | "STOPPED" | "FAILED";
type Wanted = "running" | "paused" | "stopped";

/** A run's settings; `preset` names the lesson they began with. Fields the page does not know by name come from the schema. */
interface RunConfig {
  preset?: string;
  dataset: string;
  shape: number[];
  eta: number;
  batch_size: number;
  initialization: string;
  epochs: number;
  seed: number;
  activation: string;
  loss: string;
  [field: string]: unknown;
}

/** How good the network was after an epoch, on all training and all test samples; null is not finite. */
interface PointMetrics {
  step: number;
  /** The first so many samples of each kind were measured; null: all. */
  sample: number | null;
  /** Of the newest batch, before the update with it. */
  batch_loss: number | null;
  train_loss: number | null;
  train_accuracy: number | null;
  test_loss: number | null;
  test_accuracy: number | null;
}

/** What was measured after an epoch, on all samples. */
interface EpochMetrics {
  epoch: number;
  train_loss: number | null;
  train_accuracy: number | null;
  test_loss: number | null;
  test_accuracy: number | null;
}

/** Settings, what is varied in them, and seeds: `GET /experiments`. */
interface Experiment {
  id: string;
  number: number;
  name: string;
  owner: string;
  settings: RunConfig;
  vary: Record<string, unknown[]>;
  seeds: number[];
}

/** A run as `GET /runs/{id}` and the event `created` have it. */
interface RunView {
  id: string;
  number: number;
  name: string;
  status: RunStatus;
  status_reason: string | null;
  status_detail?: string | null;
  wanted: Wanted;
  pinned?: boolean;
  owner?: string;
  twin_of: string | null;
  /** The experiment that it is a run of, and which of its runs. */
  experiment?: string | null;
  place?: number | null;
  eta?: number;
  epochs?: number;
  rate?: number | null;
  until?: number | null;
  seq?: number;
  queue?: QueuePlace | null;
  config: RunConfig;
  parameters: number;
  epoch: number;
  step: number;
  steps_per_epoch: number;
  last: EpochMetrics | null;
  best: EpochMetrics | null;
  fingerprint: string | null;
  kernels: string[];
  created_at?: string;
  started_at?: string | null;
  ended_at?: string | null;
}

interface QueuePlace {
  place: number;
  expected_wait_seconds: number;
}

interface EventHead {
  seq: number;
  run_id: string;
  ts: string;
}
type RunCreated = EventHead & { type: "created"; run: RunView };
type WantedChanged = EventHead & {
  type: "wanted";
  wanted?: Wanted;
  eta?: number;
  epochs?: number;
  rate?: number | null;
  until?: number | null;
};
type EtaChanged = EventHead & { type: "eta"; eta: number; step: number };
type StatusChanged = EventHead & {
  type: "status";
  status: RunStatus;
  status_reason?: string | null;
  status_detail?: string | null;
  fingerprint?: string | null;
  kernels?: string;
};
type RunProgressed = EventHead & {
  type: "progress";
  step: number;
  steps_per_epoch?: number;
  now?: PointMetrics & { predictions: number[] };
};
type RunMeasured = EventHead & PointMetrics & { type: "measured"; predictions: number[] };
type EpochEnded = EventHead & EpochMetrics & { type: "epoch"; step?: number; seconds: number; predictions?: number[] };
type RunRenamed = EventHead & { type: "renamed"; name: string };
type RunPinned = EventHead & { type: "pinned"; pinned: boolean };
type RunDeleted = EventHead & { type: "deleted" };
type RunEvent =
  | RunCreated
  | WantedChanged
  | EtaChanged
  | StatusChanged
  | RunProgressed
  | RunMeasured
  | EpochEnded
  | RunRenamed
  | RunPinned
  | RunDeleted;

// --- the class

/** A setting that students may change, and how far. */
interface OpenSetting {
  name: string;
  least: number | null;
  most: number | null;
}

/** What students may set: all, those listed (the others stay as in `base`), or none. */
interface Opening {
  which: "all" | "some" | "none";
  settings: OpenSetting[];
  base: RunConfig | null;
}

interface QuestionSpec {
  kind: "number" | "choice" | "curve";
  text: string;
  options?: string[];
  unit?: string;
  least?: number | null;
  most?: number | null;
  metric?: Exclude<keyof EpochMetrics, "epoch"> | null;
  epochs?: number;
  run_id?: string | null;
  correct?: number | null;
}

/** One of the three, by the kind of question; `member` once answers are revealed with names. */
interface Answer {
  number?: number;
  option?: number;
  curve?: number[];
  member?: string;
}

interface TaskSpec {
  text: string;
  measure: Exclude<keyof EpochMetrics, "epoch">;
  base: RunConfig;
  opening: Opening;
  max_parameters: number | null;
  max_epochs: number | null;
}

interface ExperimentEventHead {
  seq: number;
  ts: string;
  experiment_id: string;
}
type ExperimentEvent = ExperimentEventHead &
  (({ type: "experiment-started" } & Omit<Experiment, "id">) | { type: "experiment-deleted"; number: number });

interface ClassEventHead {
  seq: number;
  class_id: string;
  ts: string;
}
type ClassEvent = ClassEventHead &
  (
    | { type: "class-started"; code: string }
    | { type: "join-code"; code: string }
    | { type: "class-ended" }
    | { type: "joined"; member: string; name: string }
    | { type: "member-renamed"; member: string; name: string }
    | { type: "member-removed"; member: string; removed: boolean }
    | { type: "door"; open: boolean }
    | { type: "opening"; opening: Partial<Opening> }
    | { type: "attention"; on: boolean }
    | { type: "asked"; question: string; spec: QuestionSpec }
    | { type: "question-closed"; question: string }
    | {
        type: "revealed";
        question: string;
        named: boolean;
        correct: number | null;
        answers: Answer[];
        run_id?: string | null;
      }
    | { type: "question-removed"; question: string }
    | { type: "task-set"; task: string; spec: TaskSpec; named: boolean }
    | { type: "task-changed"; task: string; named: boolean; ended: boolean }
  );

/** Who is asking: `GET /class/me`. */
interface Me {
  role: "everybody" | "teacher" | "student" | "visitor";
  mode: "laboratory" | "class" | "open";
  member: string | null;
  name: string | null;
}

/** Where the teacher looks: told to all, not stored. */
interface SharedView {
  run: string | null;
  compared: string[];
  epoch: number | null;
  lens: string | null;
  digit: number | null;
  options: Record<string, unknown>;
}

/** A run as `GET /state` has it, with what is shown of its history: of long runs some epochs, and the newest predictions. */
interface ShownRun extends RunView {
  eta: number;
  epochs: number;
  rate: number | null;
  changes: { eta: number; step: number }[];
  history: RunHistory;
  points: EarlyPoints;
  judged: number[];
  now: (PointMetrics & { predictions: number[] }) | null;
  predictions: number[][];
}

/** The class as `GET /state` and `GET /class` have it. */
interface ShownClass extends Omit<ClassRoom, "members" | "questions" | "tasks"> {
  seq: number;
  members: ClassMember[];
  questions: Omit<Question, "correct">[];
  tasks: ClassTask[];
}

/** What a page begins with: `GET /state`. */
interface FirstState {
  log: string;
  seq: number;
  version: string;
  experiments: Experiment[];
  runs: ShownRun[];
  class: ShownClass | null;
}

/** One text message of the websocket, or of the stream. */
interface FeedMessage {
  events: (RunEvent | ClassEvent | ExperimentEvent)[];
  view?: SharedView;
  /** How many have answered each question, by its id. */
  answers?: Record<string, number>;
  log?: string;
  version?: string;
  newest?: number;
}

/** An experiment of the lecture. */
interface Preset {
  name: string;
  title: string;
  question: string;
  config: RunConfig;
}

interface Dataset {
  name: string;
  title: string;
  kind: "pictures" | "plane" | "table";
  features: number;
  classes: number;
  train: number;
  test: number;
  hidden: number[];
  /** Height and width. */
  picture?: [number, number] | null;
  columns?: string[];
  class_names?: string[];
  /** Whether somebody has brought it. */
  own?: boolean;
}

/** What a file would be as a data set. */
interface DataReport extends Dataset {
  columns: string[];
  class_names: string[];
  counts: number[];
  first_rows: string[][];
  first_pictures: number[][][];
  notes: string[];
}

/** The part of JSON Schema that the server's models come in. */
interface Schema {
  type?: string;
  title?: string;
  default?: unknown;
  enum?: string[];
  const?: string;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  minItems?: number;
  maxItems?: number;
  items?: Schema;
  anyOf?: Schema[];
  allOf?: Schema[];
  $ref?: string;
  properties?: Record<string, Schema>;
}

/** The facts that the server puts into the page. */
interface Bootstrap {
  api: string;
  version: string;
  /** By their own names. */
  languages: Record<string, string>;
  schema: Schema;
  presets: Preset[];
  datasets: Dataset[];
  max_work: number;
  work_per_batch: number;
  /** How many runs of one person may be unfinished. */
  max_runs_each: number;
  /** What the server's start has found missing in its log, in English, for who leads. */
  loss: string | null;
  me: Me;
}

/** What is wrong with one field of a request. */
interface FieldError {
  field: string;
  code: string;
  message: string;
  limit?: string | number | null;
}

/** A refusal (RFC 9457). */
interface Problem {
  title?: string;
  detail?: string;
  code?: string;
  status?: number;
  limit?: string | number | null;
  errors?: FieldError[];
}

/** What a network says about some test samples: its outputs, a row per sample. */
interface Predictions {
  labels: number[];
  predictions: number[];
  outputs: number[][];
}

/** What `PATCH /runs/{id}` takes. */
interface RunChanges {
  wanted?: Wanted;
  advance?: "batch" | "epoch";
  eta?: number;
  epochs?: number;
  rate?: number | null;
  name?: string;
}

/** A cause that the server's rules have found, the numbers that show it, and settings to try. */
interface Hint {
  code: string;
  values: Record<string, number>;
  apply: Record<string, number | string>;
  seeds: number;
}

/** `GET /runs/{id}/gradient-check`: one weight nudged by many epsilons. */
interface GradientCheck {
  backprop: number;
  rows: Record<"epsilon" | "below" | "above" | "quotient" | "difference", number>[];
}

/** A histogram of `GET /runs/{id}/layers`. */
interface Histogram {
  edges: number[];
  counts: number[];
}
type LayerView = Record<"w" | "z" | "v" | "delta", Histogram> & { gradient_size: number };

/** A line of nncore, from `GET /source-lines`. */
interface SourceLine {
  file: string;
  line: number;
  code: string;
}
