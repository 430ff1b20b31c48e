import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import { askJson, askText } from "../../static/js/asking.js";

const real = globalThis.fetch;
afterEach(() => { globalThis.fetch = real; });

/** @param {() => Promise<Response>} answer */
const pretend = (answer) => { globalThis.fetch = answer; };

test("an answer is given as text or as data", async () => {
  pretend(async () => new Response('{"places": []}'));
  assert.equal(await askText("/x"), '{"places": []}');
  assert.deepEqual(await askJson("/x"), { places: [] });
});

test("a server that can't be reached gives null", async () => {
  pretend(async () => { throw new TypeError("Failed to fetch"); });
  assert.equal(await askText("/x"), null);
  assert.equal(await askJson("/x"), null);
});

test("a refusal gives null", async () => {
  pretend(async () => new Response("no", { status: 403 }));
  assert.equal(await askText("/x"), null);
});

test("an answer that breaks off half-way gives null", async () => {
  const broken = () => new ReadableStream({
    start(stream) {
      stream.enqueue(new TextEncoder().encode('{"pla'));
      stream.error(new TypeError("network error"));
    },
  });
  pretend(async () => new Response(broken()));
  assert.equal(await askText("/x"), null);
  pretend(async () => new Response(broken()));
  assert.equal(await askJson("/x"), null);
});
