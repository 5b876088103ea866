import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { throttled } from "../../static/lib/throttled.js";

test("work is done at once, then not too often, and after the last asking", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  let [value, written] = [0, []];
  const ask = throttled(() => written.push(value), 500);
  for (value = 1; value <= 100; value += 1) {
    ask();
    mock.timers.tick(10);
  }
  value = "last";
  ask();
  mock.timers.tick(500);
  mock.timers.tick(500);
  assert.deepEqual(written, [1, 50, 100, "last"]);
  value = "later";
  ask();
  assert.equal(written.at(-1), "later");
  mock.timers.reset();
});
