// SPDX-License-Identifier: Apache-2.0
/** State folders that are not ours, or of another version: said so, and nothing is changed. */
import { spawnSync } from "node:child_process";
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assert } from "chai";
import { FLASH_SIZE } from "../../devices/io/partitions.js";
import type { BoardError } from "../../host-sim/board/error.js";
import {
  FLASH_OFFSET,
  POWER_ON_OFFSET,
  POWER_ON_VERSION,
  PowerOnField,
  WINDOW_SIZE,
} from "../../host-sim/board/layout.js";
import { DeviceState } from "../../host-sim/board/window.js";

describe("a state folder", () => {
  let folder: string;
  beforeEach(() => {
    folder = join(mkdtempSync(join(tmpdir(), "thimble-test-")), "device");
  });
  afterEach(() => rmSync(join(folder, ".."), { recursive: true, force: true }));

  /** Opens it; nothing in it may change. */
  function refusal(): string {
    const before = snapshot();
    try {
      new DeviceState(folder).close();
    } catch (error) {
      assert.strictEqual((error as BoardError).code, "STATE");
      assert.deepEqual(snapshot(), before);
      return (error as BoardError).message;
    }
    throw new Error("it was opened");
  }

  function snapshot(): unknown {
    if (!statSync(folder).isDirectory()) return readFileSync(folder, "utf8");
    return readdirSync(folder).map((name) => [name, readFileSync(join(folder, name)).toString("base64")]);
  }

  function withWindow(magic: number | undefined, version: number): string {
    new DeviceState(folder).close();
    const path = join(folder, "window.bin");
    const window = readFileSync(path);
    if (magic !== undefined) window.writeUInt32LE(magic, POWER_ON_OFFSET + PowerOnField.magic);
    window.writeUInt32LE(version, POWER_ON_OFFSET + PowerOnField.version);
    writeFileSync(path, window);
    return path;
  }

  it("is free again when its lock names no process that runs", () => {
    new DeviceState(folder).close();
    const lock = join(folder, "lock");
    for (const text of ["", "garbage", "-1\n", "0\n", "4194305\n", "99999999999999999999\n"]) {
      writeFileSync(lock, text);
      new DeviceState(folder).close();
      assert.deepEqual(readdirSync(folder), ["window.bin"], JSON.stringify(text));
    }
    const state = new DeviceState(folder);
    assert.strictEqual(readFileSync(lock, "utf8"), `${process.pid}\n`);
    assert.match(refusal(), new RegExp(`in use by process ${process.pid}$`));
    state.close();
  });

  it("says its version from the first moment on, before a board ever ran", () => {
    new DeviceState(folder).close();
    const window = readFileSync(join(folder, "window.bin"));
    assert.strictEqual(window.toString("latin1", POWER_ON_OFFSET, POWER_ON_OFFSET + 4), "THPO");
    assert.strictEqual(window.readUInt32LE(POWER_ON_OFFSET + PowerOnField.version), POWER_ON_VERSION);
  });

  it("without a version, as it was made before there was one, is refused", () => {
    withWindow(0, 0);
    assert.include(refusal(), `its layout is 0, this one's ${POWER_ON_VERSION}`);
  });

  for (const version of [1, POWER_ON_VERSION + 1, 0xffffffff, 0]) {
    it(`of version ${version} is refused, with both versions`, () => {
      withWindow(undefined, version);
      const expected = `was written by another version of Thimble: its layout is ${version}, this one's ${POWER_ON_VERSION}`;
      assert.include(refusal(), expected);
    });
  }

  it("whose window is no window is refused", () => {
    withWindow(0x12345678, POWER_ON_VERSION);
    assert.match(refusal(), /window\.bin is no device's state\./);
  });

  it("whose window has another size is refused, with both sizes", () => {
    truncateSync(withWindow(undefined, POWER_ON_VERSION), WINDOW_SIZE / 2);
    assert.include(refusal(), `it has ${WINDOW_SIZE / 2} bytes, not ${WINDOW_SIZE}`);
  });

  it("that is another folder, with files in it, is refused: it names one", () => {
    mkdirSync(folder);
    writeFileSync(join(folder, "notes.txt"), "mine");
    assert.match(refusal(), /is no device's state and not empty \(it has notes\.txt\)\. Name a folder of its own/);
  });

  it("may be empty but for hidden files and what an interrupted start left", () => {
    mkdirSync(folder);
    for (const name of [".gitkeep", "window.bin.new"]) writeFileSync(join(folder, name), "");
    const dead = spawnSync(process.execPath, ["-e", ""]).pid;
    writeFileSync(join(folder, "lock"), `${dead}\n`);
    new DeviceState(folder).close();
    assert.deepEqual(readdirSync(folder).sort(), [".gitkeep", "window.bin"]);
  });

  it("that is a file is refused", () => {
    writeFileSync(folder, "mine");
    assert.match(refusal(), /is a file: a device's state is a folder$/);
  });

  it("has all that a board writes on the disk, also when it is a copy with holes", () => {
    new DeviceState(folder).close();
    const path = join(folder, "window.bin");
    const block = readFileSync(path).subarray(POWER_ON_OFFSET, POWER_ON_OFFSET + 8);
    writeFileSync(path, "");
    truncateSync(path, WINDOW_SIZE);
    const file = openSync(path, "r+");
    writeSync(file, block, 0, 8, POWER_ON_OFFSET);
    closeSync(file);
    assert.isBelow(statSync(path).blocks * 512, 1 << 20);
    new DeviceState(folder).close();
    assert.isAtLeast(statSync(path).blocks * 512, FLASH_SIZE);
    assert.isTrue(
      readFileSync(path)
        .subarray(FLASH_OFFSET)
        .every((byte) => byte === 0),
    );
  });
});
