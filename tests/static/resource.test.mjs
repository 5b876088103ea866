import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { createCache } from "../../static/lib/cache.js";
import { resource } from "../../static/lib/resource.js";
import { effect, signal } from "../../static/lib/signal.js";

const reported = [];
globalThis.reportError = (error) => reported.push(error.message);
beforeEach(() => {
  reported.length = 0;
});

const turn = () => new Promise((resolve) => setImmediate(resolve));
const lost = () => Object.assign(new Error("lost"), { passing: true });
const refused = () => Object.assign(new Error("refused"), { passing: false });

/** A server that answers when it is told to. */
function server() {
  const asked = [];
  const load = (key, abort) => {
    const request = { key, aborted: false };
    asked.push(request);
    abort.addEventListener("abort", () => (request.aborted = true));
    return new Promise((resolve, reject) => Object.assign(request, { answer: resolve, refuse: reject }));
  };
  const reply = async (at, value = `${asked.at(at).key}!`) => {
    asked.at(at).answer(value);
    await turn();
  };
  const refuse = async (at, error) => {
    asked.at(at).refuse(error);
    await turn();
  };
  return { asked, load, reply, refuse, keys: () => asked.map(({ key }) => key) };
}

const stateOf = ({ value, latest, loading, failed }) => ({ value, latest, loading, failed });

test("what is wanted is fetched, and is there when it has come", async () => {
  const { load, reply, keys } = server();
  const key = signal(null);
  const one = resource(() => key.value, load);
  assert.deepEqual(stateOf(one), { value: null, latest: null, loading: false, failed: false });
  key.value = "/a";
  assert.deepEqual(stateOf(one), { value: null, latest: null, loading: true, failed: false });
  await reply(0);
  assert.deepEqual(stateOf(one), { value: "/a!", latest: "/a!", loading: false, failed: false });
  key.value = null;
  assert.deepEqual(stateOf(one), { value: null, latest: null, loading: false, failed: false });
  assert.deepEqual(keys(), ["/a"]);
});

test("readers are told", async () => {
  const { load, reply } = server();
  const one = resource(() => "/a", load);
  const seen = [];
  effect(() => seen.push([one.value, one.loading]));
  await reply(0);
  assert.deepEqual(seen, [
    [null, true],
    ["/a!", false],
  ]);
});

test("of one subject, one request is under way, it is let come, and the newest wish is the next", async () => {
  const { asked, load, reply, keys } = server();
  const epoch = signal(1);
  const one = resource(() => `/run?epoch=${epoch.value}`, load);
  epoch.value = 2;
  epoch.value = 3;
  assert.deepEqual(keys(), ["/run?epoch=1"]);
  await reply(0);
  assert.deepEqual([one.value, one.latest], [null, "/run?epoch=1!"]);
  assert.deepEqual(keys(), ["/run?epoch=1", "/run?epoch=3"]);
  await reply(1);
  assert.equal(one.value, "/run?epoch=3!");
  assert.ok(asked.every(({ aborted }) => !aborted));
});

test("a request about another subject is aborted, and its answer is nobody's", async () => {
  const { asked, load, reply } = server();
  const run = signal("one");
  const one = resource(() => `/${run.value}?epoch=1`, load);
  await reply(0);
  run.value = "two";
  assert.deepEqual([one.value, one.latest], [null, null]);
  run.value = "three";
  await reply(1);
  assert.deepEqual([asked[1].aborted, one.latest, one.loading], [true, null, true]);
  await reply(2);
  assert.equal(one.value, "/three?epoch=1!");
});

test("a lost request is tried again, later and later, until it succeeds", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const { load, reply, refuse, keys } = server();
  const one = resource(() => "/a", load);
  await refuse(0, lost());
  assert.deepEqual(stateOf(one), { value: null, latest: null, loading: false, failed: true });
  mock.timers.tick(500);
  assert.equal(keys().length, 2);
  await refuse(1, lost());
  mock.timers.tick(499);
  assert.equal(keys().length, 2);
  mock.timers.tick(501);
  await reply(2);
  assert.deepEqual(stateOf(one), { value: "/a!", latest: "/a!", loading: false, failed: false });
  mock.timers.reset();
  assert.deepEqual(reported, []);
});

test("while it waits to try again, a newer wish of the same subject waits with it, and another subject does not", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const { load, refuse, keys } = server();
  const key = signal("/a?1");
  resource(() => key.value, load);
  await refuse(0, lost());
  key.value = "/a?2";
  assert.deepEqual(keys(), ["/a?1"]);
  mock.timers.tick(500);
  assert.deepEqual(keys(), ["/a?1", "/a?2"]);
  await refuse(1, lost());
  key.value = "/b";
  assert.deepEqual(keys(), ["/a?1", "/a?2", "/b"]);
  mock.timers.reset();
});

test("what is refused for good is not asked again, but the next wish is", async () => {
  const { load, reply, refuse, keys } = server();
  const key = signal("/a?1");
  const one = resource(() => key.value, load);
  await refuse(0, refused());
  assert.deepEqual([one.failed, keys()], [true, ["/a?1"]]);
  key.value = "/a?2";
  await reply(1);
  assert.deepEqual([one.failed, one.value], [false, "/a?2!"]);
});

test("a mistake of the page is reported", async () => {
  const { load, refuse } = server();
  const one = resource(() => "/a", load);
  await refuse(0, new TypeError("no such thing"));
  assert.deepEqual([one.failed, reported], [true, ["no such thing"]]);
});

test("what was asked before is not asked again, and is there at once", async () => {
  const { load, reply, keys } = server();
  const key = signal("/a?1");
  const one = resource(() => key.value, load);
  await reply(0);
  key.value = "/a?2";
  await reply(1);
  key.value = "/a?1";
  assert.deepEqual([one.value, keys().length], ["/a?1!", 2]);
});

test("an older answer does not take the place of the one that is wanted", async () => {
  const { load, reply } = server();
  const key = signal("/a?1");
  const one = resource(() => key.value, load);
  await reply(0);
  key.value = "/a?2";
  key.value = "/a?1";
  await reply(1);
  assert.deepEqual([one.value, one.latest], ["/a?1!", "/a?1!"]);
});

test("two that want the same of one cache ask once; it is aborted when both have gone", async () => {
  const { asked, load, reply } = server();
  const cache = createCache();
  const keys = [signal("/a"), signal("/a")];
  const [one, other] = keys.map((key) => resource(() => key.value, load, cache));
  keys[0].value = null;
  assert.deepEqual([asked.length, asked[0].aborted], [1, false]);
  await reply(0);
  assert.deepEqual([one.value, other.value], [null, "/a!"]);
  for (const key of keys) key.value = "/b";
  for (const key of keys) key.value = null;
  assert.deepEqual([asked.length, asked[1].aborted], [2, true]);
});

test("it can be asked for once more; what there is stays until then", async () => {
  const { load, reply } = server();
  const one = resource(() => "/a", load);
  await reply(0, "first");
  one.reload();
  assert.deepEqual([one.value, one.loading], ["first", true]);
  await reply(1, "second");
  assert.deepEqual([one.value, one.loading], ["second", false]);
});

test("it ends with the effect in which it began", async () => {
  const { asked, load } = server();
  const key = signal("/a");
  const stop = effect(() => void resource(() => key.value, load));
  key.value = "/a?2";
  stop();
  assert.ok(asked[0].aborted);
  key.value = "/b";
  await turn();
  assert.equal(asked.length, 1);
});

const never = new AbortController().signal;
const fill = async (cache, ...keys) => {
  for (const key of keys) await cache.ask(key, async () => key, never);
};
const held = (cache, ...keys) => keys.filter((key) => cache.peek(key) !== undefined);

test("a cache holds so many answers; what was used longest ago goes first", async () => {
  const cache = createCache({ entries: 2 });
  await fill(cache, "a", "b");
  cache.peek("a");
  await fill(cache, "c");
  assert.deepEqual(held(cache, "a", "b", "c"), ["a", "c"]);
});

test("a cache holds so many bytes, and the newest whatever its size", async () => {
  const cache = createCache({ bytes: 5, sizeOf: (answer) => answer.length });
  await fill(cache, "aa", "bb", "cc");
  assert.deepEqual(held(cache, "aa", "bb", "cc"), ["bb", "cc"]);
  await fill(cache, "enormous");
  assert.deepEqual(held(cache, "bb", "cc", "enormous"), ["enormous"]);
  await fill(cache, "aa");
  assert.deepEqual(held(cache, "aa", "enormous"), ["aa"]);
});

test("what failed is not kept", async () => {
  const cache = createCache();
  await assert.rejects(cache.ask("a", () => Promise.reject(new Error("lost")), never));
  await fill(cache, "a");
  assert.deepEqual(held(cache, "a"), ["a"]);
});
