// SPDX-License-Identifier: Apache-2.0
/** What is done to a board's silicon from outside, and what an app sees of its locks. */
import { dirname, join } from "node:path";
import { assert } from "chai";
import { Device } from "../../host-sim/board/device.js";
import { BoardError } from "../../host-sim/board/error.js";
import { COUNTER_SIZE, OTP_SIZE } from "../../host-sim/board/layout.js";
import { enginePath } from "../../host-sim/engine/paths.js";
import { useEngines } from "../cli/support.js";
import { BOARDS, imageOf, linesOf, type Machine, nameOf, SANITIZED } from "../refusals/boards.js";

describe("silicon", function () {
  this.timeout(60_000);
  useEngines(...BOARDS, SANITIZED);
  const [host] = BOARDS as [Machine];

  for (const machine of [...BOARDS, SANITIZED]) {
    const programOf = (name: string) => join(dirname(enginePath(machine.board, machine.variant)), name);

    it(`refuses an app that writes or erases a protected block, on ${nameOf(machine)}`, async () => {
      const source = `
        import flash from "embedded:storage/flash";
        const user = flash.open({ path: "user" });
        function attempt(act) { try { act(); trace("done\\n"); } catch (error) { trace(error.message.match(/FLASH_.*/)[0], "\\n"); } }
        const unit = new Uint8Array(16);
        attempt(() => user.write(unit, 4096));
        attempt(() => user.write(new Uint8Array(32), 4080));
        attempt(() => user.eraseBlock(1));
        attempt(() => user.eraseBlock(0, 3));
        attempt(() => user.write(unit, 4080));
        attempt(() => user.eraseBlock(2));
        trace(new Uint8Array(user.read(32, 4080)).join(), "\\n");
      `;
      const refused = "FLASH_PROTECTED: write-protected until the next reset";
      const bytes = [...new Array(16).fill(0), ...new Array(16).fill(255)].join();
      assert.deepEqual(await linesOf(machine, source, { program: programOf("guarded-board"), untilUs: 1e6 }), [
        ...[refused, refused, refused, refused],
        ...["done", "done", bytes],
      ]);
    });

    it(`flips bits of OTP and counters, and puts back a flash without them, on ${nameOf(machine)}`, async () => {
      const program = programOf("silicon-board");
      const app = Uint8Array.of(1);
      const device = new Device({
        board: machine.board,
        program,
        boot: program,
        app,
        wallClockMs: 0,
        busyLimitMs: 5000,
      });
      const { faults } = device;
      try {
        const before = faults.save();
        assert.strictEqual((await device.powerOn())?.reason, "finished");
        const otp = faults.read({ partition: "otp", offset: 0 }, OTP_SIZE);
        const counters = faults.read({ partition: "counters", offset: 0 }, COUNTER_SIZE);
        assert.deepEqual([...otp.subarray(0, 4)], [0x23, 1, 0, 0]);
        assert.deepEqual([...counters], [3, 0, 0, 0, 0, 0, 0, 0]);
        assert.strictEqual(faults.read({ partition: "fw0", offset: 0 }, 1)[0], 1);
        faults.restore(before);
        assert.strictEqual(faults.read({ partition: "fw0", offset: 0 }, 1)[0], 0xff);
        assert.deepEqual(faults.read({ partition: "otp", offset: 0 }, OTP_SIZE), otp);
        assert.deepEqual(faults.read({ partition: "counters", offset: 0 }, COUNTER_SIZE), counters);
        // The counter back to 2 and a cause less: the board counts its third start again.
        faults.flipBit({ partition: "counters", offset: 0 }, 0);
        faults.flipBit({ partition: "otp", offset: 0 }, 0);
        faults.flipBit({ partition: "otp", offset: 0 }, 1);
        const end = await device.powerOn();
        assert.strictEqual(JSON.parse(end?.text ?? "").causes, 0x121);
      } finally {
        await device.close();
      }
    });

    it(`cuts the power at each operation on OTP and counter of a first start, on ${nameOf(machine)}`, async () => {
      const options = { board: machine.board, program: programOf("silicon-board"), wallClockMs: 0, busyLimitMs: 5000 };
      for (const bytes of [0, 1, 4]) {
        const device = new Device({ ...options, app: Uint8Array.of(1) });
        try {
          device.cutAt({ operation: 1, bytes });
          assert.strictEqual((await device.powerOn())?.reason, "powerCut");
          const counter = device.faults.read({ partition: "counters", offset: 0 }, COUNTER_SIZE);
          const expected = [
            [0, 0],
            [0, 1],
            [1, 0],
          ][Math.min(bytes, 2)];
          assert.deepEqual([counter[0], counter[4]], expected);
          await device.wipe();
          device.cutAt({ operation: 2, bytes: Math.min(bytes, 3) });
          assert.strictEqual((await device.powerOn())?.reason, "powerCut");
          const word = device.faults.read({ partition: "otp", offset: 0 }, 4);
          // 0x100: the second byte is the one with a bit, and that bit is among those that come first.
          assert.deepEqual([...word], bytes === 0 ? [0, 0, 0, 0] : [0, 1, 0, 0]);
        } finally {
          await device.close();
        }
      }
    });
  }

  it("has no place outside its memories", async () => {
    const app = await imageOf(`trace("x");`);
    const device = new Device({
      ...{ board: "host", program: enginePath("host", host.variant), app, wallClockMs: 0, busyLimitMs: 5000 },
    });
    try {
      const { faults } = device;
      assert.throws(
        () => faults.flipBit({ partition: "otp", offset: OTP_SIZE }, 0),
        BoardError,
        "outside otp (512 bytes)",
      );
      assert.throws(
        () => faults.read({ partition: "counters", offset: 60 }, 5),
        BoardError,
        "outside counters (64 bytes)",
      );
      assert.throws(() => faults.flipBit({ partition: "fuse", offset: 0 }, 0), BoardError, "boot, otp, counters");
    } finally {
      await device.close();
    }
  });
});
