// SPDX-License-Identifier: Apache-2.0
/** Boot when it goes wrong by itself: a fault on the emulated core; and on host with sanitizers, which look on. */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { assert } from "chai";
import type { FlashSlot } from "../../host-sim/board/programmer.js";
import { bootPath } from "../../host-sim/engine/paths.js";
import { useEngines } from "../cli/support.js";
import { SANITIZED } from "../refusals/boards.js";
import { SignedDevice } from "./signed-device.js";

/** Of an ELF file with one segment in code memory that begins where that does. */
const CODE = 0x10000000;
/** An instruction that is none. */
const UNDEFINED = Uint8Array.of(0x00, 0xde);

function offsetOf(elf: string, name: string): number {
  const symbol = new RegExp(`^([0-9a-f]{8}) T ${name}$`, "m").exec(
    execFileSync("arm-none-eabi-nm", [elf], { encoding: "utf8" }),
  );
  const segment = /^ +LOAD +0x([0-9a-f]+) 0x10000000 /m.exec(
    execFileSync("arm-none-eabi-readelf", ["-lW", elf], { encoding: "utf8" }),
  );
  return Number.parseInt(segment?.[1] ?? "", 16) + (Number.parseInt(symbol?.[1] ?? "", 16) & ~1) - CODE;
}

describe("boot that goes wrong", function () {
  this.timeout(120_000);
  useEngines({ board: "mps2-an505", variant: "release" }, { board: "host", variant: "release" }, SANITIZED);
  const devices: SignedDevice[] = [];
  afterEach(() => {
    for (const device of devices.splice(0)) device.remove();
  });
  const make = async (board: "host" | "mps2-an505"): Promise<SignedDevice> => {
    const device = new SignedDevice({ board, variant: "release" });
    devices.push(device);
    return await device.provision();
  };

  it("tells a fault on the console and stops the board, on mps2-an505", async () => {
    const device = await make("mps2-an505");
    const elf = bootPath("mps2-an505", "release");
    const bytes = readFileSync(elf);
    bytes.set(UNDEFINED, offsetOf(elf, "dice_next"));
    const boot = join(device.folder, ".boot.elf");
    writeFileSync(boot, bytes);
    const { reason, text, console: said } = await device.start({ boot });
    assert.strictEqual(reason, "fatal");
    assert.match(text, /^hardware fault: pc=1000[0-9a-f]{4} lr=1000[0-9a-f]{4} cfsr=00010000$/);
    assert.strictEqual(said, `boot: ${text}\n`);
  });

  it("touches nothing that it must not, on host with sanitizers", async () => {
    const device = await make("host");
    const boot = bootPath("host", "sanitize");
    assert.deepEqual(await device.told({ boot }), ["app runs", "stopped"]);
    const whole = new Map<FlashSlot, Uint8Array>(
      device.use(({ programmer }) =>
        (["trust0", "fw0", "app0"] as const).map((slot) => [slot, programmer.read(slot) as Uint8Array] as const),
      ),
    );
    for (const [slot, bytes] of whole) {
      const area = bytes.length - 150;
      for (const [at, value] of [
        ...[8, 9, 10, 11, 12, 13, 14, 15],
        area,
        area + 40,
        bytes.length - 80,
        bytes.length - 71,
      ].flatMap((at) => [0x00, 0x7f, 0xff].map((value) => [at, value] as const))) {
        const damaged = Buffer.from(bytes);
        if (damaged.readUInt8(at) === value) continue;
        damaged.writeUInt8(value, at);
        device.write(slot, damaged);
        const lines = await device.told({ boot });
        assert.match(lines[0] ?? "", new RegExp(`^boot: ${slot} refused: IMAGE_E_`), `${slot}, byte ${at}: ${value}`);
        assert.notInclude(lines, "app runs");
      }
      device.write(slot, bytes);
    }
    assert.deepEqual(await device.told({ boot }), ["app runs", "stopped"]);
  });
});
