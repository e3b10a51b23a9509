// SPDX-License-Identifier: Apache-2.0
/**
 * Hostile receivers and arguments for the sealed store of a device and for the partition below it: each is refused with a
 * JavaScript error that the modules name, and not one byte of the partition changes. The sanitizers look on.
 */
import { assert } from "chai";
import { useEngines } from "../cli/support.js";
import { BOARDS, linesOf, nameOf, SANITIZED } from "./boards.js";

/** A few of each kind, none of which is right anywhere below; every call costs the emulated board milliseconds. */
const START = `
import storage, { storageStatus } from "thimble/device/storage";
import flash from "embedded:storage/flash";
import { crypto } from "thimble/device/crypto";
const as = (value, prototype) => Object.setPrototypeOf(value, prototype);
const resizable = new ArrayBuffer(64, { maxByteLength: 128 });
const outside = new Uint8Array(resizable, 32, 32);
resizable.resize(16);
const detached = new Uint8Array(16);
detached.buffer.transfer?.();
const numbers = [-1, 0.5, NaN, Infinity, -Infinity, 2 ** 31, 2 ** 32, 2 ** 53, -(2 ** 31)];
const others = [null, "1", Symbol("s"), 1n, {}, { valueOf: () => 0 }, [0], () => 0];
const noBytes = [...others, undefined, true, new Float64Array(2), new Proxy(new Uint8Array(16), {}), Object.create(Uint8Array.prototype),
  as(new ArrayBuffer(16), Uint8Array.prototype), as([1, 2], Uint8Array.prototype),
  new (class extends Uint8Array { get byteLength() { return 1e9; } })(16),
  new (class extends Uint8Array { get buffer() { return new ArrayBuffer(2); } })(16)];

const store = storage.open({ path: "kept" });
const texts = storage.open({ path: "texts", format: "string" });
store.write("long", new Uint8Array(3000).fill(7));
texts.write("k", "v");
const partition = flash.open({ path: "storage" });
const { size, blockLength } = partition.status();
const digest = () => {
  const hash = crypto.hashSetup("SHA_256");
  for (let at = 0; at < size; at += blockLength) hash.update(new Uint8Array(partition.read(blockLength, at)));
  return new Uint8Array(hash.finish()).join();
};
const before = digest();
const status = JSON.stringify(storageStatus());

let calls = 0;
const names = new Set();
const refused = (what, f) => {
  calls++;
  try { f(); } catch (error) { names.add(error instanceof Error ? error.code ?? error.name : "no error: " + typeof error); return; }
  trace("taken: ", what, "\\n");
};
`;

const END = `
trace(calls, " ", [...names].sort().join(), "\\n");
trace(digest() === before, " ", JSON.stringify(storageStatus()) === status, "\\n");
trace(texts.read("k"), " ", new Uint8Array(store.read("long")).every((byte) => byte === 7), "\\n");
`;

/** What reaches xs_thimble_flash_read, _write and _erase. */
const FLASH = `${START}
const block = new Uint8Array(16);
for (const [i, a] of [...numbers, ...others].entries()) {
  refused("read from " + i, () => partition.read(16, a));
  refused("read into a buffer from " + i, () => partition.read(block, a));
  refused("write at " + i, () => partition.write(block, a));
  refused("erase " + i, () => partition.eraseBlock(a));
  refused("erase up to " + i, () => partition.eraseBlock(0, a));
}
for (const [i, a] of numbers.entries()) refused("read of bytes " + i, () => partition.read(a, 0));
for (const [i, a] of noBytes.entries()) {
  refused("read into " + i, () => partition.read(a, 0));
  refused("write of " + i, () => partition.write(a, size - blockLength));
}
for (const [i, a] of [[1, size], [size, 1], [16, size - 15], [2 ** 32 - 1, 1]].entries()) {
  refused("read across the end " + i, () => partition.read(...a));
}
for (const a of [0, 16, 17]) refused("write past the end " + a, () => partition.write(block, size - 15 + a));
for (const a of [1, 15]) refused("write of part of a unit " + a, () => partition.write(block.subarray(0, a), 0));
refused("erase past the end", () => partition.eraseBlock(0, size / blockLength + 1));
refused("erase backwards", () => partition.eraseBlock(2, 1));
const shape = Object.getPrototypeOf(partition);
for (const name of ["read", "write", "eraseBlock", "status", "close"]) {
  for (const [i, self] of [undefined, ...others, shape, new Proxy(partition, {}), store].entries()) {
    refused(name + " of receiver " + i, () => shape[name].call(self, block, 0));
  }
}
refused("construction", () => new shape.constructor(Symbol("open"), { partition: { offset: 0, size: 2 ** 31 } }));
for (const path of ["kv", "its", "trust", "boot", "fw0", "__proto__", "storage\\0", ""]) refused(path, () => flash.open({ path }));
${END}`;

/** What reaches the seal and the log. An \`outside\` or detached buffer has no bytes, as JavaScript says: it is taken as none. */
const STORE = `${START}
const large = storageStatus().store.valueMax + 1;
for (const [i, a] of [...noBytes, ...numbers].entries()) {
  refused("value " + i, () => store.write("k", a));
  refused("part " + i, () => { const writer = store.createWriter("k"); try { writer.write(a); } finally { writer.abort(); } });
  refused("value in a batch " + i, () => { const batch = store.batch(); batch.write("k", a); batch.commit(); });
}
refused("a quota above 2 ** 32 - 1", () => storage.open({ path: "new", quota: 2 ** 32 }));
refused("a value that is too long", () => store.write("k", new ArrayBuffer(large)));
// Whole numbers up to 2 ** 32 are places and quotas, whatever the value's length.
const wrong = [...numbers.filter((n) => !(n >= 2 ** 31 && n <= 2 ** 32)), ...others];
for (const [i, a] of wrong.entries()) {
  refused("start " + i, () => store.readSlice("long", a, 2 ** 53 - 1));
  refused("end " + i, () => store.readSlice("long", 0, a));
  refused("quota " + i, () => storage.open({ path: "new", quota: a }));
}
for (const [i, a] of [Symbol("s"), "", "k".repeat(64), { toString() { throw new TypeError("no text"); } }].entries()) {
  for (const name of ["read", "delete", "length", "formatOf", "createWriter"]) refused(name + " of key " + i, () => store[name](a));
  refused("write of key " + i, () => store.write(a, new Uint8Array(1)));
}
for (const [i, a] of [undefined, null, 1, "x", Symbol("s"), {}, { path: Symbol("s") }, { path: "x".repeat(64) }, { path: "x", mode: "w" },
  { path: "x", format: "float" }, { get path() { throw new TypeError("no path"); } }].entries()) refused("options " + i, () => storage.open(a));
const shape = Object.getPrototypeOf(store);
for (const name of ["read", "write", "delete", "length", "formatOf", "readSlice", "createWriter", "batch"]) {
  const method = store[name];
  for (const [i, self] of [undefined, ...others, shape, new Proxy(store, {}), partition].entries()) {
    refused(name + " of receiver " + i, () => method.call(self, "k", new Uint8Array(1), 2));
  }
}
${END}
for (const [name, bytes] of [["outside", outside], ["detached", detached]]) {
  try { store.write(name, bytes); trace(name, " ", store.read(name).byteLength === bytes.byteLength, "\\n"); } catch { trace(name, " true\\n"); }
}
`;

describe("hostile arguments for the sealed store of a device", function () {
  this.timeout(60_000);
  useEngines(...BOARDS, SANITIZED);

  for (const machine of [...BOARDS, SANITIZED]) {
    it(`the partition refuses them and is as it was, on ${nameOf(machine)}`, async () => {
      const [counted, ...others] = await linesOf(machine, FLASH);
      assert.match(counted ?? "", /^\d{3} Error,RangeError,SyntaxError,TypeError$/);
      assert.deepEqual(others, ["true true", "v true"]);
    });

    it(`the store refuses them and is as it was, on ${nameOf(machine)}`, async () => {
      const [counted, ...others] = await linesOf(machine, STORE, { heapBytes: 1_000_000 });
      assert.match(counted ?? "", /^\d{3} Error,RangeError,SyntaxError,TypeError$/);
      assert.deepEqual(others, ["true true", "v true", "outside true", "detached true"]);
    });
  }
});
