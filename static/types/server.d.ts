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
interface EpochMetrics {
  epoch: number;
  train_loss: number | null;
  train_accuracy: number | null;
  test_loss: number | null;
  test_accuracy: number | null;
}

/** A run as `GET /runs/{id}` and the event `created` have it. */
interface RunView {
  id: string;
  number?: number;
  name: string;
  status: RunStatus;
  status_reason: string | null;
  wanted: Wanted;
  twin_of: string | null;
  eta?: number;
  epochs?: number;
  rate?: number | null;
  queue?: QueuePlace | null;
  config: RunConfig;
  parameters: number;
  epoch: number;
  step: number;
  steps_per_epoch: number;
  last: EpochMetrics | null;
  best: EpochMetrics | null;
  fingerprint: string | null;
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
type RunWanted = EventHead & { type: "wanted"; wanted?: Wanted; epochs?: number; rate?: number | null };
type EtaChanged = EventHead & { type: "eta"; eta: number; step: number };
type StatusChanged = EventHead & {
  type: "status";
  status: RunStatus;
  status_reason?: string | null;
  step?: number;
  fingerprint?: string | null;
};
type RunProgressed = EventHead & { type: "progress"; step: number; steps_per_epoch?: number };
type EpochEnded = EventHead & EpochMetrics & { type: "epoch"; step?: number; seconds: number; predictions?: number[] };
type RunRenamed = EventHead & { type: "renamed"; name: string };
type RunDeleted = EventHead & { type: "deleted" };
type RunEvent =
  | RunCreated
  | RunWanted
  | EtaChanged
  | StatusChanged
  | RunProgressed
  | EpochEnded
  | RunRenamed
  | RunDeleted;

/** One text message of the websocket. */
interface FeedMessage {
  events: RunEvent[];
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
  features: number;
  classes: number;
  train: number;
  test: number;
}

/** The part of JSON Schema that the server's models come in. */
interface Schema {
  type?: string;
  title?: string;
  description?: string;
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
  schema: Schema;
  presets: Preset[];
  datasets: Dataset[];
  max_work: number;
  work_per_batch: number;
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
