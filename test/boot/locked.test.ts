// SPDX-License-Identifier: Apache-2.0
/** What boot locks before it runs a firmware on mps2-an505: nothing writes code, nothing else is executed. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { assert } from "chai";
import { bootCodePath, engineFolder } from "../../host-sim/engine/paths.js";
import { makeFirmwareImage } from "../../host-sim/image/make.js";
import { signImage } from "../../host-sim/image/sign.js";
import { useEngines } from "../cli/support.js";
import { imageOf, type Machine } from "../refusals/boards.js";
import { SignedDevice } from "./signed-device.js";

const MACHINE: Machine = { board: "mps2-an505", variant: "release" };
/** Bits of the fault status register: an access to data, or an instruction, that the unit refuses. */
const DATA = 0x02;
const INSTRUCTION = 0x01;

describe("execution memory of mps2-an505", function () {
  this.timeout(60_000);
  useEngines(MACHINE);
  let device: SignedDevice;
  let firmware: Uint8Array;
  before(async () => {
    device = new SignedDevice(MACHINE);
    const payload = join(device.folder, ".payload");
    const elf = join(engineFolder("mps2-an505", "release"), "locked-board");
    execFileSync("arm-none-eabi-objcopy", ["-O", "binary", "--remove-section=.direct", elf, payload]);
    const app = await imageOf(`trace("not looked at\\n");`);
    const version = { major: 0, minor: 1, revision: 0, build: 0 };
    firmware = makeFirmwareImage(readFileSync(payload), version, abiOf(app));
    device.write("fw0", firmware);
    device.write("app0", app);
  });
  after(() => device.remove());

  it("runs a firmware of C", async () => {
    const { reason, text } = await device.start();
    assert.deepEqual([reason, text], ["finished", "runs"]);
  });

  it("is told which boot program it was", async () => {
    const { text } = await device.start({ heapBytes: 8 });
    const code = readFileSync(bootCodePath(MACHINE.board, MACHINE.variant));
    assert.strictEqual(text, createHash("sha256").update(code).digest("hex"));
  });

  it("leaves nothing of the device's secret, the CDIs and the attestation seed in RAM, but for what is handed over", async () => {
    const secured = await new SignedDevice(MACHINE).provision();
    try {
      secured.write("fw0", signImage(firmware, { class: "firmware" }, secured.keys.image));
      const { text } = await secured.start({ heapBytes: 7 });
      assert.strictEqual(text, "none");
    } finally {
      secured.remove();
    }
  });

  for (const [which, what, bit] of [
    [1, "writes the firmware", DATA],
    [2, "writes boot", DATA],
    [3, "writes code memory behind the firmware", DATA],
    [4, "executes RAM", INSTRUCTION],
    [5, "executes the flash", INSTRUCTION],
    [6, "writes code memory by its other address", DATA],
  ] as const) {
    it(`stops a firmware that ${what}`, async () => {
      const { reason, text } = await device.start({ heapBytes: which });
      assert.strictEqual(reason, "fatal", text);
      const [, status] = /^hardware fault: .* cfsr=([0-9a-f]{8})$/.exec(text) ?? [];
      assert.strictEqual(Number.parseInt(status ?? "0", 16) & (DATA | INSTRUCTION), bit, text);
    });
  }
});

/** Of an app's image: its first protected TLV. */
function abiOf(app: Uint8Array): Uint8Array {
  const end = 32 + Buffer.from(app).readUInt32LE(12);
  return app.slice(end + 8, end + 40);
}
