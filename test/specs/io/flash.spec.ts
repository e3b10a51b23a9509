// SPDX-License-Identifier: Apache-2.0
import flash from "embedded:storage/flash";
import { assert } from "../../harness/assert.js";
import { describe, it } from "../../harness/spec.js";
import { messageOf, thrownBy } from "../thrown.js";
import { assertSame } from "./same.js";

const path = "user";
type Loose = { open(options?: unknown): unknown };
const loose = flash as unknown as Loose;

function bytes(buffer: ArrayBuffer): number[] {
  return [...new Uint8Array(buffer)];
}

describe("embedded:storage/flash", () => {
  it("names its partitions, none twice, and opens each", () => {
    const names = [...flash];
    assert.strictEqual(new Set(names).size, names.length);
    assert.isTrue(names.includes(path));
    for (const name of names) flash.open({ path: name, mode: "r" }).close();
    for (const _ of flash) break;
  });

  it("keeps the firmware's own partitions and the running app from being changed", () => {
    for (const name of ["its", "kv", "nothing", ""]) {
      assert.strictEqual(
        thrownBy(() => flash.open({ path: name })),
        "Error",
      );
    }
    const app = flash.open({ path: "app0", mode: "r+" });
    assert.strictEqual(
      thrownBy(() => app.eraseBlock(0)),
      "Error",
    );
    assert.strictEqual(
      thrownBy(() => app.write(new ArrayBuffer(16), 0)),
      "Error",
    );
    app.close();
  });

  it("tells size, blocks, write unit and erased value", () => {
    const it = flash.open({ path });
    const { size, blocks, blockLength, writeAlign, eraseValue } = it.status();
    assert.strictEqual(blocks * blockLength, size);
    assert.strictEqual(blockLength % writeAlign, 0);
    assert.strictEqual(eraseValue, 0xff);
    it.close();
  });

  it("reads what was written, erased blocks as the erased value", () => {
    const it = flash.open({ path });
    const { blockLength, blocks } = it.status();
    it.eraseBlock(0, 2);
    it.eraseBlock(blocks - 1);
    it.write(new Uint8Array(32).fill(1), blockLength - 16);
    it.write(new DataView(new ArrayBuffer(16)), blocks * blockLength - 16);
    assertSame(bytes(it.read(4, blockLength - 18)), [0xff, 0xff, 1, 1]);
    assertSame(bytes(it.read(4, blockLength + 14)), [1, 1, 0xff, 0xff]);
    assertSame(bytes(it.read(2, blocks * blockLength - 2)), [0, 0]);
    const part = new Uint8Array(6);
    assert.strictEqual(it.read(part.subarray(1, 3), blockLength), 2);
    assertSame([...part], [0, 1, 1, 0, 0, 0]);
    it.eraseBlock(1);
    assertSame(bytes(it.read(2, blockLength - 1)), [1, 0xff]);
    it.close();
  });

  it("programs a write unit once, even with the erased value", () => {
    const it = flash.open({ path });
    it.eraseBlock(0);
    it.write(new Uint8Array(16).fill(0xff), 16);
    assert.strictEqual(
      thrownBy(() => it.write(new Uint8Array(16), 16)),
      "Error",
    );
    assert.strictEqual(
      thrownBy(() => it.write(new Uint8Array(48), 0)),
      "Error",
    );
    assertSame(bytes(it.read(1, 0)), [0xff]);
    it.eraseBlock(0);
    it.write(new Uint8Array(48), 0);
    it.close();
  });

  it("refuses what is not aligned or leaves the partition", () => {
    const it = flash.open({ path });
    const { size, blocks } = it.status();
    for (const action of [
      () => it.write(new Uint8Array(15), 0),
      () => it.write(new Uint8Array(16), 1),
      () => it.write(new Uint8Array(32), size - 16),
      () => it.write(new Uint8Array(16), -16),
      () => it.read(1, size),
      () => it.read(2, size - 1),
      () => it.read(-1, 0),
      () => it.read(1, -1),
      () => it.eraseBlock(blocks),
      () => it.eraseBlock(0, blocks + 1),
      () => it.eraseBlock(-1),
      () => it.eraseBlock(2, 1),
    ]) {
      assert.strictEqual(thrownBy(action), "RangeError");
    }
    it.close();
  });

  it("says what it was asked for, and what there is", () => {
    const it = flash.open({ path });
    const { size, blocks } = it.status();
    const says = (action: () => unknown, words: string) => assert.strictEqual(messageOf(action), words);
    says(() => it.read(2, size - 1), `2 bytes at ${size - 1}: partition user has ${size}`);
    says(() => it.eraseBlock(blocks), `blocks from ${blocks} up to ${blocks + 1}: partition user has ${blocks}`);
    says(() => it.write(new Uint8Array(15), 1), "15 bytes at 1: both are multiples of 16 in a write");
    says(() => flash.open({ path: "kv" }), 'no partition "kv": there are app0, app1, storage, user');
    says(() => flash.open({ path: "app0" }).eraseBlock(0), "partition app0 is open for reading only");
    it.close();
  });

  it("writes nothing when it was opened for reading", () => {
    const it = flash.open({ path, mode: "r" });
    assert.strictEqual(
      thrownBy(() => it.write(new ArrayBuffer(16), 0)),
      "Error",
    );
    assert.strictEqual(
      thrownBy(() => it.eraseBlock(0)),
      "Error",
    );
    it.close();
  });

  it("refuses wrong options and calls as Moddable does", () => {
    assert.strictEqual(
      thrownBy(() => loose.open()),
      "TypeError",
    );
    assert.strictEqual(
      thrownBy(() => loose.open({})),
      "Error",
    );
    assert.strictEqual(
      thrownBy(() => loose.open({ path, mode: "rw" })),
      "Error",
    );
    assert.strictEqual(
      thrownBy(() => loose.open({ path, format: "string" })),
      "RangeError",
    );
    assert.strictEqual(
      thrownBy(() => loose.open({ path: Symbol("x") })),
      "TypeError",
    );
    const it = flash.open({ path, format: "buffer" });
    assert.strictEqual(it.format, "buffer");
    assert.strictEqual(
      thrownBy(() => Object.assign(it, { format: "number" })),
      "RangeError",
    );
    assert.strictEqual(
      thrownBy(() => it.write("text" as unknown as ArrayBuffer, 0)),
      "TypeError",
    );
    assert.strictEqual(
      thrownBy(() => it.read(1n as unknown as number, 0)),
      "TypeError",
    );
    it.close();
    it.close();
    for (const action of [
      () => it.read(1, 0),
      () => it.write(new ArrayBuffer(16), 0),
      () => it.eraseBlock(0),
      () => it.status(),
    ]) {
      assert.strictEqual(thrownBy(action), "SyntaxError");
    }
  });
});
