// SPDX-License-Identifier: Apache-2.0
/**
 * Hostile receivers and arguments for what firmware modules export: a JavaScript error or a result, never a crash. The
 * sanitizers look on; the last line shows that the app lived to its end.
 */
import { assert } from "chai";
import { useEngines } from "../cli/support.js";
import { BOARDS, linesOf, nameOf, SANITIZED } from "./boards.js";

/** Values that are not what they say: other kinds, false prototypes, views out of bounds, callbacks that shrink. */
const HOSTILE = `
const as = (value, prototype) => Object.setPrototypeOf(value, prototype);
const resizable = new ArrayBuffer(64, { maxByteLength: 128 });
const tracking = new Uint8Array(resizable);
const outside = new Uint8Array(resizable, 32, 32);
resizable.resize(16);
const shrinking = () => {
  const buffer = new ArrayBuffer(4096, { maxByteLength: 8192 });
  const bytes = new Uint8Array(buffer);
  const shrink = (value) => { buffer.resize(0); buffer.resize(8192); buffer.resize(1); return value; };
  return { bytes, number: { valueOf: () => shrink(16), toString: () => shrink("127.0.0.1") } };
};
const hostile = [
  undefined, null, true, 0, -1, 1, 32, 0.5, 2 ** 31, -(2 ** 31), 2 ** 32, 2 ** 53, NaN, Infinity, "x", "16", "\\0", Symbol("s"), 10n,
  {}, [], () => 1, new Map(), new Date(0), trace, globalThis, { valueOf() { return 16; } }, { get pin() { throw 1; } },
  new ArrayBuffer(0), new ArrayBuffer(16), new DataView(new ArrayBuffer(4)), new Float64Array(4), new Uint8Array(16),
  new Int8Array(16), new Uint8ClampedArray(16), tracking, outside, shrinking().bytes,
  new Proxy({}, {}), new Proxy(new Uint8Array(16), {}), new Proxy(() => 1, {}),
  Object.create(Uint8Array.prototype), as(new ArrayBuffer(16), Uint8Array.prototype), as(new Float64Array(4), Uint8Array.prototype),
  as([1, 2, 3], Uint8Array.prototype), as(new Uint8Array(16), null), as(new DataView(new ArrayBuffer(8)), Uint8Array.prototype),
  new (class extends Uint8Array { get length() { return 1e9; } get byteLength() { return 1e9; } })(16),
  new (class extends Uint8Array { get length() { return -1; } get buffer() { return new ArrayBuffer(2); } })(16),
  Object.defineProperty(as(new ArrayBuffer(1), Uint8Array.prototype), "byteLength", { value: 1e9 }),
];
let calls = 0;
const attempt = (f) => { calls++; try { return f(); } catch {} };
`;

const CRYPTO = `${HOSTILE}
const partners = hostile.filter((_, i) => i % STRIDE === 0);
import { crypto } from "thimble/device/crypto";
const methods = Object.getOwnPropertyNames(Object.getPrototypeOf(crypto)).filter((name) => name !== "constructor");
for (const name of methods) {
  for (const a of hostile) {
    attempt(() => crypto[name].call(a, a, a, a, a, a));
    for (const b of partners) attempt(() => crypto[name](a, b, a, b, a));
  }
}
const hmac = { type: "HMAC", bits: 256, usage: ["signMessage", "verifyMessage"], alg: "HMAC_SHA_256" };
const key = crypto.importKey(hmac, new Uint8Array(32));
const aes = crypto.generateKey({ type: "AES", bits: 128, usage: ["encrypt", "decrypt"], alg: "GCM" });
const ec = crypto.generateKey({ type: "ECC_KEY_PAIR_SECP_R1", bits: 256, usage: ["verifyHash", "verifyMessage"], alg: "DETERMINISTIC_ECDSA_SHA_256" });
for (const b of hostile) {
  attempt(() => crypto.macCompute(key, "HMAC_SHA_256", b));
  attempt(() => crypto.hashCompute("SHA_512", b));
  attempt(() => crypto.importKey(hmac, b));
  attempt(() => crypto.verifyHash(ec, "DETERMINISTIC_ECDSA_SHA_256", new Uint8Array(32), b));
  for (const c of partners) {
    attempt(() => crypto.macVerify(key, "HMAC_SHA_256", b, c));
    attempt(() => crypto.aeadEncrypt(aes, "GCM", new Uint8Array(12), b, c));
    attempt(() => crypto.aeadEncrypt(aes, "GCM", b, c, b));
    attempt(() => crypto.aeadDecrypt(aes, "GCM", new Uint8Array(12), b, c));
  }
}
const Hash = crypto.hashSetup("SHA_256").constructor;
for (const operation of hostile) {
  for (const name of ["update", "finish", "clone", "abort"]) attempt(() => Hash.prototype[name].call(operation, new Uint8Array(4)));
  for (const alg of partners) {
    const hash = attempt(() => new Hash(operation, alg));
    if (hash === undefined) continue;
    for (const f of [() => hash.update(new Uint8Array(4)), () => hash.clone(), () => hash.finish(), () => hash.abort()]) attempt(f);
  }
}
for (let i = 0; i < 500; i++) { const hash = crypto.hashSetup("SHA_384"); hash.update(new Uint8Array(i)); if (i & 1) hash.clone().abort(); }
for (let i = 0; i < 64; i++) attempt(() => crypto.generateKey(hmac));
attempt(() => crypto.destroyKey(key));
attempt(() => crypto.macCompute(key, "HMAC_SHA_256", new Uint8Array(1)));
trace(calls > 5000, "\\n");
`;

const LIFECYCLE = `${HOSTILE}
const partners = hostile.filter((_, i) => i % STRIDE === 0);
import { lifecycle } from "thimble/device/lifecycle";
const methods = Object.getOwnPropertyNames(Object.getPrototypeOf(lifecycle)).filter((name) => name !== "constructor" && name !== "restart");
const orders = ["wipe", "transfer", "signing", "agreement", "constructor", "__proto__"];
for (const name of methods) {
  for (const a of [...hostile, ...orders]) {
    attempt(() => lifecycle[name].call(a, a, a, a, a));
    for (const b of partners) attempt(() => lifecycle[name](a, b, b, b));
    for (const b of partners) attempt(() => lifecycle[name](a, new Uint8Array(32), b, new Uint8Array(64)));
    attempt(() => lifecycle[name](a, new Uint8Array(0), new Uint8Array(65), new Uint8Array(64)));
  }
}
import { attestation } from "thimble/device/attestation";
for (const a of hostile) {
  for (const b of hostile) attempt(() => attestation.token(a, b));
  attempt(() => attestation.token.call(a, new Uint8Array(32)));
  attempt(() => attestation.token(new (class extends Uint8Array { get length() { return 32; } })(a)));
  attempt(() => attestation.publicKey.call(a, a));
}
trace(calls > 1000, " ", lifecycle.status().lifecycle, "\\n");
`;

const DEVICES = `${HOSTILE}
import flash from "embedded:storage/flash";
import storage from "embedded:storage/key-value";
import Digital from "embedded:io/digital";
import Analog from "embedded:io/analog";
import UDP from "embedded:io/socket/udp";
import Timer from "timer";
const instances = [
  flash.open({ path: "user" }), storage.open({ path: "hostile" }), new Digital({ pin: 1, mode: Digital.Output }), new Analog({ pin: 1 }), new UDP({}),
];
const shapes = [...instances.map((instance) => Object.getPrototypeOf(instance)), Timer];
for (const shape of shapes) {
  for (const name of Reflect.ownKeys(shape)) {
    // delay() waits as long as it is told; repeat with no interval never ends
    if (name === "constructor" || name === "delay" || name === "prototype") continue;
    const { value, get, set } = Object.getOwnPropertyDescriptor(shape, name);
    for (const f of [value, get, set]) {
      if (typeof f !== "function") continue;
      for (const self of shape === Timer ? [Timer, undefined] : [...instances, ...hostile.filter((_, i) => i % STRIDE === 0)]) for (const a of hostile) {
        if (shape === Timer && typeof a === "function") continue;
        const made = attempt(() => f.call(self, a, a, a));
        if (shape === Timer) attempt(() => Timer.clear(made));
      }
    }
  }
}
for (const a of hostile) for (const name of ["path", "mode", "format", "pin", "port", "edge", "onReadable", "initialValue"]) {
  for (const make of [(o) => flash.open(o), (o) => storage.open(o), (o) => new Digital(o), (o) => new Analog(o), (o) => new UDP(o)]) {
    const made = attempt(() => make({ path: "user", pin: 2, mode: "r", [name]: a }));
    if (made !== undefined) attempt(() => made.close());
  }
}
const user = flash.open({ path: "user" });
const udp = attempt(() => new UDP({}));
for (const f of [
  (s) => user.read(s.bytes, s.number), (s) => user.write(s.bytes, s.number), (s) => user.read(s.number, 0),
  (s) => udp.write(s.bytes, s.number, 9), (s) => udp.write(s.bytes, "127.0.0.1", s.number), (s) => storage.open({ path: "p" }).write(s.number, s.bytes),
]) attempt(() => f(shrinking()));
trace(calls > 1000, "\\n");
`;

describe("hostile arguments for firmware modules", function () {
  this.timeout(120_000);
  useEngines(...BOARDS, SANITIZED);

  for (const machine of [...BOARDS, SANITIZED]) {
    // The emulated board runs every fifth pair; slots are twice as large on the desktop.
    const [stride, heapBytes] = machine.board === "host" ? ["1", 4_000_000] : ["5", 1_000_000];

    it(`crypto, on ${nameOf(machine)}`, async () => {
      assert.deepEqual(await linesOf(machine, CRYPTO.replaceAll("STRIDE", stride), { heapBytes }), ["true"]);
    });

    it(`lifecycle, on ${nameOf(machine)}`, async () => {
      const lines = await linesOf(machine, LIFECYCLE.replaceAll("STRIDE", stride), { heapBytes });
      assert.deepEqual(lines, ["true assembly-and-test"]);
    });

    it(`storage, pins, sockets and timers, on ${nameOf(machine)}`, async () => {
      assert.deepEqual(await linesOf(machine, DEVICES.replaceAll("STRIDE", stride), { heapBytes }), ["true"]);
    });
  }
});
