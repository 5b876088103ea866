import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { batch, computed, effect, onFrame, signal, untracked } from "../../static/lib/signal.js";

const reported = [];
const frames = [];
globalThis.reportError = (error) => reported.push(error.message);
globalThis.requestAnimationFrame = (draw) => frames.push(draw);
const nextFrame = () => {
  for (const draw of frames.splice(0)) draw();
};

beforeEach(() => {
  reported.length = frames.length = 0;
});

test("an effect runs at once and after every real change of what it read", () => {
  const [a, other] = [signal(1), signal(1)];
  const seen = [];
  effect(() => seen.push(a.value));
  a.value = 2;
  a.value = 2;
  other.value = 2;
  assert.deepEqual(seen, [1, 2]);
});

test("a listener is told of changes, not of what there was", () => {
  const a = signal(1);
  const seen = [];
  const stop = a.subscribe((value) => seen.push(value));
  a.value = 2;
  stop();
  a.value = 3;
  assert.deepEqual(seen, [2]);
});

test("a diamond is seen whole: once per change, and never half of it", () => {
  const a = signal(1);
  const double = computed(() => a.value * 2);
  const square = computed(() => a.value ** 2);
  const seen = [];
  effect(() => seen.push([a.value, double.value, square.value]));
  a.value = 3;
  assert.deepEqual(seen, [
    [1, 2, 1],
    [3, 6, 9],
  ]);
});

test("an effect below a computed value that stays the same does not run", () => {
  const a = signal(1);
  let [computations, runs] = [0, 0];
  const odd = computed(() => {
    computations += 1;
    return a.value % 2 === 1;
  });
  const word = computed(() => (odd.value ? "odd" : "even"));
  effect(() => {
    runs += 1;
    return word.value;
  });
  a.value = 3;
  assert.deepEqual([computations, runs], [2, 1]);
  a.value = 4;
  assert.deepEqual([computations, runs, word.value], [3, 2, "even"]);
});

test("what was not read in the last run is not waited for", () => {
  const [which, left, right] = [signal("left"), signal(1), signal(10)];
  const seen = [];
  const chosen = computed(() => (which.value === "left" ? left.value : right.value));
  effect(() => seen.push(chosen.value));
  right.value = 20;
  which.value = "right";
  left.value = 2;
  right.value = 30;
  assert.deepEqual(seen, [1, 20, 30]);
});

test("a computed value is right whether or not somebody follows it, and costs nothing unasked", () => {
  const a = signal(1);
  let computations = 0;
  const next = computed(() => {
    computations += 1;
    return a.value + 1;
  });
  a.value = 5;
  assert.equal(computations, 0);
  assert.deepEqual([next.value, next.value, computations], [6, 6, 1]);
  a.value = 6;
  assert.equal(next.peek(), 7);
  const seen = [];
  const stop = effect(() => seen.push(next.value));
  a.value = 7;
  stop();
  a.value = 8;
  assert.deepEqual([seen, next.value], [[7, 8], 9]);
});

test("a computed value over another that nobody followed for a while is right", () => {
  const a = signal(1);
  const b = computed(() => a.value + 1);
  const c = computed(() => b.value + 1);
  assert.equal(c.value, 3);
  a.value = 2;
  const seen = [];
  effect(() => seen.push(c.value));
  a.value = 3;
  a.value = 4;
  assert.deepEqual(seen, [4, 5, 6]);
});

test("an effect that has ended is not run, and has cleaned up", () => {
  const a = signal(1);
  const seen = [];
  const stop = effect(() => {
    const { value } = a;
    seen.push(value);
    return () => seen.push(-value);
  });
  a.value = 2;
  stop();
  stop();
  a.value = 3;
  assert.deepEqual(seen, [1, -1, 2, -2]);
});

test("what began inside an effect ends with its run", () => {
  const [outer, inner] = [signal(1), signal("a")];
  const seen = [];
  const stop = effect(() => {
    const { value } = outer;
    effect(() => seen.push(`${value}${inner.value}`));
  });
  inner.value = "b";
  outer.value = 2;
  inner.value = "c";
  stop();
  inner.value = "d";
  assert.deepEqual(seen, ["1a", "1b", "2b", "2c"]);
});

test("the outer effect goes first, so that the inner one is not run for what is gone", () => {
  const run = signal({ name: "one" });
  const name = computed(() => run.value.name);
  effect(() => {
    if (run.value) effect(() => name.value);
  });
  run.value = null;
  assert.deepEqual(reported, []);
});

test("one that throws is reported, goes on, and silences nobody", () => {
  const a = signal(1);
  const seen = [];
  effect(() => {
    if (a.value === 2) throw new Error("two");
    seen.push(`first ${a.value}`);
  });
  a.subscribe(() => {
    throw new Error("never");
  });
  effect(() => seen.push(`second ${a.value}`));
  a.value = 2;
  a.value = 3;
  assert.deepEqual(seen, ["first 1", "second 1", "second 2", "first 3", "second 3"]);
  assert.deepEqual(reported, ["two", "never", "never"]);
});

test("a computed value that throws does so for who reads it, until it can be computed", () => {
  const a = signal(0);
  const inverse = computed(() => {
    if (a.value === 0) throw new Error("no inverse");
    return 1 / a.value;
  });
  assert.throws(() => inverse.value, /no inverse/);
  a.value = 4;
  assert.equal(inverse.value, 0.25);
});

test("a batch is seen at its end, also one inside another, also one that throws", () => {
  const [a, b] = [signal(1), signal(1)];
  const seen = [];
  effect(() => seen.push(a.value + b.value));
  batch(() => {
    a.value = 2;
    batch(() => (b.value = 2));
    assert.deepEqual(seen, [2]);
  });
  const change = () =>
    batch(() => {
      a.value = 3;
      throw new Error("halfway");
    });
  assert.throws(change, /halfway/);
  assert.deepEqual(seen, [2, 4, 5]);
});

test("an effect may change what another reads, and what it reads itself until it settles", () => {
  const [a, b] = [signal(0), signal(0)];
  const seen = [];
  effect(() => seen.push(b.value));
  effect(() => (b.value = a.value * 10));
  effect(() => {
    if (a.value % 4) a.value += 1;
  });
  a.value = 1;
  assert.deepEqual([a.value, seen.at(-1)], [4, 40]);
});

test("an effect that would never settle is stopped and reported", () => {
  const a = signal(0);
  effect(() => (a.value += 1));
  assert.match(reported.join(), /for ever/);
});

test("a value that follows from itself is an error", () => {
  const a = computed(() => b.value + 1);
  const b = computed(() => a.value + 1);
  assert.throws(() => a.value, /follows from itself/);
});

test("what is read untracked is not waited for", () => {
  const [a, b] = [signal(1), signal(1)];
  const seen = [];
  effect(() => seen.push(a.value + untracked(() => b.value) + b.peek()));
  b.value = 5;
  a.value = 2;
  assert.deepEqual(seen, [3, 12]);
});

test("a frame draws once, whatever has changed, and not after the end", () => {
  const [a, b] = [signal(1), signal(1)];
  const seen = [];
  const stop = onFrame(() => seen.push([a.value, b.value]));
  a.value = 2;
  b.value = 2;
  assert.equal(frames.length, 1);
  nextFrame();
  a.value = 3;
  stop();
  nextFrame();
  assert.deepEqual(seen, [
    [1, 1],
    [2, 2],
  ]);
});
