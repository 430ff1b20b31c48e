import assert from "node:assert/strict";
import { test } from "node:test";

import { coded, upload } from "../../static/js/crew-tus.js";

const SIZE = 600_000;
const photo = {
  id: "p1", job: "j1", role: "after", sha256: "ab", filename: "дупка.jpg", size: SIZE, offset: 0,
  facts: { lat: 42.7 }, file: new Blob([new Uint8Array(SIZE)]),
};

/** A server that keeps what comes; `meet` may answer in its place, or not at all (null). */
function server(meet = () => undefined) {
  const state = { has: 0, asked: [], announced: "" };
  const answer = (status, offset) =>
    new Response(null, { status, headers: { Location: "/uploads/p1/", ...(offset === undefined ? {} : { "Upload-Offset": String(offset) }) } });
  state.ask = async (url, options) => {
    state.asked.push(options.method);
    const met = meet(state, options, answer);
    if (met !== undefined) return met;
    if (options.method === "POST") {
      state.announced = options.headers["Upload-Metadata"];
      return answer(201, state.has);
    }
    if (Number(options.headers["Upload-Offset"]) !== state.has) return answer(409, state.has);
    state.has += options.body.size;
    return answer(204, state.has);
  };
  return state;
}

const send = async (state) => {
  const told = [];
  const end = await upload(photo, "/uploads/", { ask: state.ask, onOffset: async (offset) => void told.push(offset) });
  return { end, told };
};

test("a photo goes in pieces, and how far it is is told", async () => {
  const state = server();
  const { end, told } = await send(state);
  assert.equal(end, null);
  assert.equal(state.has, SIZE);
  assert.deepEqual(told, [0, 262_144, 524_288, SIZE]);
  assert.match(state.announced, new RegExp(`id ${coded("p1")},job ${coded("j1")},role .*filename ${coded("дупка.jpg")},lat ${coded("42.7")}`));
});

test("names in any script are base64 of UTF-8", () => {
  assert.equal(Buffer.from(coded("дупка.jpg"), "base64").toString("utf8"), "дупка.jpg");
});

test("it goes on where the server is, and sends nothing that is there", async () => {
  const state = server();
  state.has = 500_000;
  assert.deepEqual((await send(state)).told, [500_000, SIZE]);
  assert.deepEqual(state.asked, ["POST", "PATCH"]);
  assert.deepEqual((await send(state)).end, null);
  assert.deepEqual(state.asked, ["POST", "PATCH", "POST"]);
});

test("an offset that differs is taken from the server", async () => {
  let first = true;
  const state = server((self, { method }, answer) => {
    if (method !== "PATCH" || !first) return undefined;
    first = false;
    self.has = 1000;
    return answer(409, 1000);
  });
  assert.equal((await send(state)).end, null);
  assert.equal(state.has, SIZE);
});

test("a broken line stops it with nothing lost", async () => {
  let pieces = 0;
  const state = server((_self, { method }) => (method === "PATCH" && ++pieces === 2 ? null : undefined));
  assert.deepEqual((await send(state)).end, { stopped: null });
  assert.equal((await send(state)).end, null);
  assert.equal(state.has, SIZE);
});

test("wrong bytes are sent once more from the beginning, and then told", async () => {
  const state = server((self, { method }, answer) => (method === "PATCH" ? ((self.has = 0), answer(460)) : undefined));
  assert.equal((await send(state)).end.stopped.status, 460);
  assert.deepEqual(state.asked, ["POST", "PATCH", "PATCH"]);
});

test("a photo that the server can't take is told with its answer", async () => {
  const state = server((_self, { method }, answer) => (method === "PATCH" ? answer(422) : undefined));
  assert.equal((await send(state)).end.stopped.status, 422);
});
