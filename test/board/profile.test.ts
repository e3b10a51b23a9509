// SPDX-License-Identifier: Apache-2.0
/** The board profile: of a device for its life, whatever a later start asks for. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assert } from "chai";
import { BoardError } from "../../host-sim/board/error.js";
import { POWER_ON_OFFSET, PowerOnField } from "../../host-sim/board/layout.js";
import type { BoardProfile } from "../../host-sim/board/profile.js";
import { powerOn } from "../../host-sim/board/start.js";
import { DeviceState } from "../../host-sim/board/window.js";
import { copyDevice } from "../../host-sim/provision/bench-device.js";

const START = Object.freeze({ clock: "virtual", wallClockMs: 0, inputs: [] } as const);
const DICE_FLAG = 32;

describe("the board profile", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "thimble-test-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function open<T>(asked: BoardProfile | undefined, act: (state: DeviceState) => T, at = folder): T {
    const state = new DeviceState(at, asked);
    try {
      return act(state);
    } finally {
      state.close();
    }
  }

  const profileOf = (at = folder): BoardProfile => open(undefined, ({ profile }) => profile, at);

  function refusal(act: () => unknown): string {
    try {
      act();
    } catch (error) {
      assert.instanceOf(error, BoardError);
      assert.strictEqual((error as BoardError).code, "BOARD_PROFILE");
      return (error as BoardError).message;
    }
    throw new Error("it was not refused");
  }

  it("is iak unless a device is made with another one", () => {
    assert.strictEqual(profileOf(), "iak");
  });

  it("stays what the device was made with, over starts that do not ask for it, and in a copy", () => {
    open("dice", (state) => powerOn(state, undefined, { ...START, board: "host" }));
    open(undefined, (state) => {
      powerOn(state, undefined, { ...START, board: "host", debug: true, service: true });
      const flags = Buffer.from(state.read(POWER_ON_OFFSET + PowerOnField.flags, 4)).readUInt32LE(0);
      assert.strictEqual(flags & DICE_FLAG, DICE_FLAG);
      state.noteSwitchedOff();
    });
    assert.strictEqual(profileOf(), "dice");
    assert.strictEqual(profileOf(copyDevice(folder)), "dice");
    open("dice", ({ profile }) => assert.strictEqual(profile, "dice"));
  });

  for (const [has, asked] of [
    ["iak", "dice"],
    ["dice", "iak"],
  ] as const) {
    it(`${has} is not made ${asked}: nothing changes`, () => {
      open(has, () => undefined);
      const before = readFileSync(join(folder, "window.bin"));
      const message = refusal(() => open(asked, () => undefined));
      assert.include(message, `made with board profile ${has}, not ${asked}`);
      assert.isTrue(readFileSync(join(folder, "window.bin")).equals(before));
      assert.strictEqual(profileOf(), has);
    });
  }

  it("dice is one of host: no start as another board", () => {
    open("dice", (state) => {
      const message = refusal(() => powerOn(state, undefined, { ...START, board: "mps2-an505" }));
      assert.include(message, "mps2-an505");
      assert.strictEqual(state.profile, "dice");
    });
  });
});
