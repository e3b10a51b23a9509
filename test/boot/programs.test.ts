// SPDX-License-Identifier: Apache-2.0
/** The boot programs of both boards: what a device runs from its flash, and what it refuses. */
import { assert } from "chai";
import { OTP_OFFSET } from "../../host-sim/board/layout.js";
import { useEngines } from "../cli/support.js";
import { BOARDS, imageOf, nameOf } from "../refusals/boards.js";
import { Fuse, firmwareOf, Keys, SignedDevice } from "./signed-device.js";

const PAYLOAD = 32;

describe("boot programs", function () {
  this.timeout(120_000);
  useEngines(...BOARDS);
  const keys = new Keys();
  const devices: SignedDevice[] = [];
  afterEach(() => {
    for (const device of devices.splice(0)) device.remove();
  });

  for (const machine of BOARDS) {
    const make = (): SignedDevice => {
      const device = new SignedDevice(machine, keys);
      devices.push(device);
      return device;
    };

    describe(nameOf(machine), () => {
      it("start the app of a device without root keys, from images that are only whole", async () => {
        const device = make();
        device.write("fw0", firmwareOf(machine));
        device.write("app0", await imageOf(`trace("whole\\n");`));
        assert.deepEqual(await device.told(), ["whole", "stopped"]);
      });

      it("start a signed app by a signed firmware, and again", async () => {
        const device = await make().provision();
        assert.deepEqual(await device.told(), ["app runs", "stopped"]);
        assert.deepEqual(await device.told(), ["app runs", "stopped"]);
      });

      it("leave the app in the flash alone, unless it is to be installed", async () => {
        const device = await make().provision();
        const app = await device.signedApp(`trace("other\\n");`);
        assert.deepEqual(await device.told({ app }), ["app runs", "stopped"]);
        assert.deepEqual(await device.told({ app, install: true }), ["other", "stopped"]);
        assert.deepEqual(await device.told(), ["other", "stopped"]);
      });

      for (const [what, at, code] of [
        ["payload", 1000, "IMAGE_E_DIGEST"],
        ["signature", -3, "IMAGE_E_SIGNATURE"],
        ["magic", 0, "IMAGE_E_HEADER"],
      ] as const) {
        it(`refuse a firmware with one bit of its ${what} changed, and take the other slot`, async () => {
          const device = await make().provision();
          device.flip("fw0", at);
          const refused = `boot: fw0 refused: ${code}`;
          const nothing = "BOOT_E_NOTHING: no firmware may run";
          assert.deepEqual(await device.told(), [refused, nothing]);
          device.write("fw1", device.signedFirmware());
          assert.deepEqual(await device.told(), [refused, "app runs", "stopped"]);
        });
      }

      it("refuse an app with one bit changed, and take the other slot", async () => {
        const device = await make().provision();
        device.flip("app0", PAYLOAD + 5);
        const lines = await device.told();
        assert.strictEqual(lines[0], "boot: app0 refused: IMAGE_E_DIGEST");
        assert.strictEqual(lines.at(-1), "IMAGE_E_DIGEST: the app was not started");
        device.write("app1", await device.signedApp(`trace("second\\n");`));
        assert.deepEqual(await device.told(), ["boot: app0 refused: IMAGE_E_DIGEST", "second", "stopped"]);
      });

      it("refuse a trust record with one bit changed", async () => {
        const device = await make().provision();
        device.flip("trust0", PAYLOAD + 20);
        const nothing = "BOOT_E_TRUST: no trust record that may be believed";
        assert.deepEqual(await device.told(), ["boot: trust0 refused: IMAGE_E_DIGEST", nothing]);
        device.write("trust1", keys.record(2));
        assert.deepEqual(await device.told(), ["boot: trust0 refused: IMAGE_E_DIGEST", "app runs", "stopped"]);
      });

      it("refuse what is not signed, old, or signed by a key that is no longer listed", async () => {
        const device = await make().provision();
        device.write("app0", await imageOf(`trace("whole\\n");`));
        assert.strictEqual((await device.told())[0], "boot: app0 refused: IMAGE_E_UNSIGNED");
        device.setFuses({ [Fuse.app]: Uint8Array.of(3) });
        device.write("app0", await device.signedApp(`trace("old\\n");`, { counter: 1 }));
        assert.strictEqual((await device.told())[0], "boot: app0 refused: IMAGE_E_COUNTER");
        device.write("app0", await device.signedApp(`trace("new\\n");`, { counter: 2 }));
        assert.deepEqual(await device.told(), ["new", "stopped"]);
        device.write("trust1", keys.record(2, keys.manifest));
        assert.include(await device.told(), "boot: fw0 refused: IMAGE_E_KEY");
        device.write("trust1", keys.record(1));
        assert.deepEqual(await device.told(), [
          "boot: trust0 refused: IMAGE_E_COUNTER",
          "boot: trust1 refused: IMAGE_E_COUNTER",
          "BOOT_E_TRUST: no trust record that may be believed",
        ]);
      });

      it("let the app write neither its own slot nor the firmware's", async () => {
        const device = await make().provision(`
          import flash from "embedded:storage/flash";
          for (const path of ["app0", "fw0", "app1"]) {
            try {
              flash.open({ path }).eraseBlock(0);
              trace("erased ", path, "\\n");
            } catch (error) { trace(error.message.match(/[A-Z_]{5,}/)?.[0] ?? error.message, "\\n"); }
          }
        `);
        const lines = await device.told();
        assert.strictEqual(lines.at(-2), "erased app1");
        assert.notInclude(lines.join(), "erased app0");
        assert.notInclude(lines.join(), "erased fw0");
      });

      it("protect the slot of the app that runs, also where an app may write: FLASH_PROTECTED", async () => {
        const device = await make().provision();
        const writer = await device.signedApp(`
          import flash from "embedded:storage/flash";
          const own = flash.open({ path: "app1" });
          for (const act of [() => own.eraseBlock(0), () => own.write(new Uint8Array(16), 4096 * 200)]) {
            try { act(); trace("done\\n"); } catch (error) { trace(error.message.match(/FLASH_[A-Z]+/)[0], "\\n"); }
          }
        `);
        device.write("app1", writer);
        const active = { firmware: 0, app: 1 } as const;
        device.use(({ programmer }) => programmer.writeSlots({ state: "confirmed", active, previous: active }));
        assert.deepEqual(await device.told(), ["FLASH_PROTECTED", "FLASH_PROTECTED", "stopped"]);
      });

      it("try a pair of slots once, and go back when nobody confirms it, wherever power is cut", async () => {
        const [old, next] = [{ firmware: 0, app: 0 } as const, { firmware: 1, app: 1 } as const];
        const device = await make().provision();
        device.write("fw1", device.signedFirmware({ counter: 1 }));
        device.write("app1", await device.signedApp(`trace("on trial\\n");`, { counter: 1 }));
        const pend = () =>
          device.use((state) => state.programmer.writeSlots({ state: "pending", active: next, previous: old }));
        const slots = () => device.use(({ programmer }) => programmer.readSlots());
        const counters = () => device.use((state) => [...state.read(OTP_OFFSET + Fuse.firmware, 16)]);
        pend();
        assert.deepEqual(await device.told(), ["on trial", "stopped"]);
        assert.strictEqual(slots().state, "trying");
        assert.deepEqual(await device.told(), ["app runs", "stopped"]);
        assert.deepEqual(slots(), { state: "reverted", active: old, previous: next });
        for (const bytes of [0, 8]) {
          pend();
          assert.deepEqual(await device.told({ cut: { operation: 1, bytes } }), ["powerCut"]);
          assert.deepEqual(await device.told(), ["on trial", "stopped"]);
          assert.deepEqual(await device.told({ cut: { operation: 1, bytes } }), ["powerCut"]);
          assert.deepEqual(await device.told(), ["app runs", "stopped"]);
        }
        pend();
        // The trial has begun, although nothing ran.
        assert.deepEqual(await device.told({ cut: { operation: 1, bytes: 16 } }), ["powerCut"]);
        assert.deepEqual(await device.told(), ["app runs", "stopped"]);
        assert.deepEqual(counters(), new Array(16).fill(0), "a trial raises no counter");
      });

      it("finish at the next start what a power cut ended: the counter of a new trust record", async () => {
        const device = await make().provision();
        device.write("trust1", keys.record(3));
        for (const bytes of [0, 4, 8]) {
          assert.deepEqual(await device.told({ cut: { operation: 1, bytes } }), ["powerCut"]);
          assert.deepEqual(await device.told(), ["app runs", "stopped"]);
          const counter = device.use((state) => state.read(OTP_OFFSET + Fuse.trust, 8));
          assert.deepEqual([...counter], [7, 0, 0, 0, 0, 0, 0, 0]);
          device.setFuses({ [Fuse.trust]: new Uint8Array(8) });
        }
      });

      it("say that a firmware is for another board", async () => {
        const device = make();
        for (const other of BOARDS.filter(({ board }) => board !== machine.board))
          device.write("fw0", firmwareOf(other));
        device.write("app0", await imageOf(`trace("whole\\n");`));
        assert.deepEqual(await device.told(), ["BOOT_E_BOARD: the firmware is for another board"]);
      });

      it("start the firmware's service when its jumper is held", async () => {
        const device = await make().provision();
        assert.deepEqual(await device.told({ service: true }), ["service: secured, udp port 4419", "stopped"]);
      });
    });
  }
});
