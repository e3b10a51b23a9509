// SPDX-License-Identifier: Apache-2.0
/** The connection of tester and simulator, both ends on Node: messages of all sizes, errors, and its end. */
import { deepStrictEqual, match, rejects, strictEqual, throws } from "node:assert/strict";
import { mock } from "node:test";
import { describe, it } from "mocha";
import { Channel } from "../../host-sim/testing/channel.js";
import { Assembler, DATAGRAM_MAX, Fragmenter, MESSAGE_MAX } from "../../sdk/testing/fragments.js";
import { JsonRpc, RpcError } from "../../sdk/testing/json-rpc.js";
import { CHANNEL_ADDRESS, CHANNEL_PORT } from "../../sdk/testing/places.js";

function connect(): [JsonRpc, JsonRpc] {
  const a: JsonRpc = new JsonRpc((text) => queueMicrotask(() => b.receive(text)));
  const b: JsonRpc = new JsonRpc((text) => queueMicrotask(() => a.receive(text)));
  return [a, b];
}

describe("messages as datagrams", () => {
  it("come out whole, at every size around a datagram's", () => {
    const fragmenter = new Fragmenter();
    const assembler = new Assembler();
    for (const size of [0, 1, DATAGRAM_MAX - 4, DATAGRAM_MAX - 3, DATAGRAM_MAX - 2, 3 * DATAGRAM_MAX, MESSAGE_MAX]) {
      const message = new Uint8Array(size).fill(size % 251);
      const datagrams = fragmenter.cut(message);
      strictEqual(datagrams.length, Math.max(1, Math.ceil(size / (DATAGRAM_MAX - 3))));
      const joined = datagrams.map((datagram) => assembler.push(datagram));
      strictEqual(joined.filter((whole) => whole !== undefined).length, 1);
      deepStrictEqual(joined.at(-1), message);
    }
  });

  it("refuses what is too long, lost, twice, or no datagram of ours", () => {
    throws(() => new Fragmenter().cut(new Uint8Array(MESSAGE_MAX + 1)), RangeError);
    const datagrams = new Fragmenter().cut(new Uint8Array(3 * DATAGRAM_MAX));
    const [first = new Uint8Array(), , third = new Uint8Array()] = datagrams;
    const assembler = new Assembler();
    assembler.push(first);
    throws(() => assembler.push(third), /datagram 1 was lost/);
    throws(() => assembler.push(first), /datagram 1 was lost/);
    throws(() => assembler.push(Uint8Array.of(1, 0)), /malformed/);
    throws(() => new Assembler().push(Uint8Array.of(0, 0, 2)), /malformed/);
    const endless = new Assembler();
    throws(() => {
      for (let n = 0; n < 1000; n++) {
        const datagram = new Uint8Array(DATAGRAM_MAX);
        datagram.set([n & 255, n >> 8, 0]);
        endless.push(datagram);
      }
    }, /too long/);
  });
});

describe("JSON-RPC 2.0", () => {
  it("calls both ways, also from within a handler", async () => {
    const [a, b] = connect();
    a.handle("double", (n) => 2 * (n as number));
    b.handle("quadruple", async (n) => b.call("double", (await b.call("double", n)) as number));
    strictEqual(await a.call("quadruple", 3), 12);
    b.handle("nothing", () => undefined);
    strictEqual(await a.call("nothing"), null);
  });

  it("hands an error over with its name and own properties, and the caller's stack", async () => {
    const [a, b] = connect();
    b.handle("fail", () => {
      throw Object.assign(new TypeError("no"), { detail: 5 });
    });
    b.handle("text", () => Promise.reject("plain"));
    const error = await a.call("fail").catch((reason: unknown) => reason);
    if (!(error instanceof RpcError)) throw new Error("no RpcError");
    strictEqual(error.message, "no");
    deepStrictEqual(error.data, { detail: 5, name: "TypeError" });
    match(error.stack ?? "", /^Error: no\n.*json-rpc/);
    await rejects(a.call("text"), { message: "plain", code: -32000 });
    await rejects(a.call("absent"), { message: "there is no method absent", code: -32601 });
    throws(() => b.handle("fail", () => undefined), RangeError);
  });

  it("counts what is outstanding, and rejects it when closed", async () => {
    const [a, b] = connect();
    let finish = (): void => undefined;
    const asked = new Promise<void>((resolve) => {
      b.handle("wait", () => {
        resolve();
        return new Promise<void>((done) => {
          finish = done;
        });
      });
    });
    const call = a.call("wait");
    strictEqual(a.outstanding.mine, 1);
    await asked;
    deepStrictEqual(b.outstanding, { mine: 0, theirs: 1 });
    a.close(new Error("gone"));
    await rejects(call, /gone/);
    await rejects(a.call("wait"), /gone/);
    strictEqual(a.outstanding.mine, 0);
    finish();
    await new Promise(setImmediate);
    strictEqual(b.outstanding.theirs, 0);
  });
});

describe("the simulator's end", () => {
  it("keeps calls until the tester opens its socket, holds time while none runs, and reads answers", async () => {
    const channel = new Channel();
    const answers = new Fragmenter();
    const requests = new Assembler();
    channel.attach({
      onDatagram: ({ socket, address, port, data }) => {
        deepStrictEqual([socket, address, port], [2, CHANNEL_ADDRESS, CHANNEL_PORT]);
        const { id, params } = JSON.parse(new TextDecoder().decode(requests.push(data)));
        const answer = new TextEncoder().encode(JSON.stringify({ jsonrpc: "2.0", id, result: `${params}!` }));
        for (const part of answers.cut(answer)) {
          channel.send({ socket, address: CHANNEL_ADDRESS, port: CHANNEL_PORT, data: part });
        }
      },
      onError: (error) => {
        throw error;
      },
    });
    strictEqual(channel.holdsTime, true);
    const call = channel.call("echo", "é");
    strictEqual(channel.holdsTime, false);
    channel.open(1, 5000);
    channel.open(2, CHANNEL_PORT);
    strictEqual(channel.openCount, 2);
    strictEqual(await call, "é!");
    strictEqual(channel.holdsTime, true);
  });

  it("does not take the time that it needed for an answer as the tester's silence", async () => {
    const channel = new Channel();
    let nowMs = 1000;
    mock.method(performance, "now", () => nowMs);
    try {
      channel.attach({ onDatagram: () => undefined, onError: () => undefined });
      channel.open(0, CHANNEL_PORT);
      channel.handle("step", () => {
        nowMs += 400_000;
      });
      const asked = new TextEncoder().encode(JSON.stringify({ jsonrpc: "2.0", id: 1, method: "step" }));
      const from = { socket: 0, address: CHANNEL_ADDRESS, port: CHANNEL_PORT };
      for (const data of new Fragmenter().cut(asked)) channel.send({ ...from, data });
      strictEqual(channel.quietMs, 0);
      await new Promise(setImmediate);
      strictEqual(channel.quietMs, 0);
      nowMs += 5;
      strictEqual(channel.quietMs, 5);
    } finally {
      mock.restoreAll();
    }
  });

  it("reports messages that are none", () => {
    const channel = new Channel();
    const errors: string[] = [];
    channel.attach({ onDatagram: () => undefined, onError: (error) => errors.push(error.message) });
    channel.open(0, CHANNEL_PORT);
    const from = { socket: 0, address: CHANNEL_ADDRESS, port: CHANNEL_PORT };
    for (const data of new Fragmenter().cut(new TextEncoder().encode("{"))) channel.send({ ...from, data });
    channel.send({ ...from, data: Uint8Array.of(9, 9, 1) });
    strictEqual(errors.length, 2);
    match(errors[0] ?? "", /^the tester's messages: .*JSON/);
    match(errors[1] ?? "", /was lost/);
  });
});
