// SPDX-License-Identifier: Apache-2.0
/** Boot when it goes wrong by itself: a fault on the emulated core; and on host with sanitizers, which look on. */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { assert } from "chai";
import type { BoardError } from "../../host-sim/board/error.js";
import type { FlashSlot } from "../../host-sim/board/programmer.js";
import { bootPath } from "../../host-sim/engine/paths.js";
import { useEngines } from "../cli/support.js";
import { SANITIZED } from "../refusals/boards.js";
import { SignedDevice } from "./signed-device.js";

/** Of an ELF file with one segment in code memory that begins where that does. */
const CODE = 0x10000000;
/** An instruction that is none, and one that does nothing. */
const UNDEFINED = Uint8Array.of(0x00, 0xde);
const NOP = Uint8Array.of(0x00, 0xbf);

/** Of an address in code memory. */
function offsetIn(elf: string, address: number): number {
  const segment = /^ +LOAD +0x([0-9a-f]+) 0x10000000 /m.exec(
    execFileSync("arm-none-eabi-readelf", ["-lW", elf], { encoding: "utf8" }),
  );
  return Number.parseInt(segment?.[1] ?? "", 16) + address - CODE;
}

interface Instruction {
  readonly address: number;
  readonly size: number;
}

function instructionsOf(elf: string, name: string): Instruction[] {
  const text = execFileSync("arm-none-eabi-objdump", ["-d", `--disassemble=${name}`, elf], { encoding: "utf8" });
  const lines = text.matchAll(/^([0-9a-f]{8}):\t([0-9a-f]{4})( [0-9a-f]{4})? +\t(?!\.word)/gm);
  return [...lines].map(([, address = "", , second]) => ({
    address: Number.parseInt(address, 16),
    size: second === undefined ? 2 : 4,
  }));
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
    const [first] = instructionsOf(elf, "dice_next") as [Instruction];
    bytes.set(UNDEFINED, offsetIn(elf, first.address));
    const boot = join(device.folder, ".boot.elf");
    writeFileSync(boot, bytes);
    const { reason, text, console: said } = await device.start({ boot });
    assert.strictEqual(reason, "fatal");
    assert.match(text, /^hardware fault: pc=1000[0-9a-f]{4} lr=1000[0-9a-f]{4} cfsr=00010000$/);
    assert.strictEqual(said, `boot: ${text}\n`);
  });

  it("runs no refused firmware, whichever instruction of its last decision is skipped, on mps2-an505", async () => {
    const device = await make("mps2-an505");
    device.flip("fw0", -3);
    const elf = bootPath("mps2-an505", "release");
    const boot = join(device.folder, ".boot.elf");
    const skipped = instructionsOf(elf, "boot_program");
    assert.isAtLeast(skipped.length, 20);
    const ends = new Map<string, number>();
    for (const { address, size } of skipped) {
      const bytes = readFileSync(elf);
      for (let at = 0; at < size; at += NOP.length) bytes.set(NOP, offsetIn(elf, address) + at);
      writeFileSync(boot, bytes);
      const end = await device.start({ boot, busyLimitMs: 2000 }).then(
        ({ reason, text }) => (reason === "fatal" ? text.replace(/[0-9a-f]{8}/g, "…") : text),
        (error: BoardError) => error.code,
      );
      ends.set(end, (ends.get(end) ?? 0) + 1);
    }
    const harmless = /^(BOOT_E_[A-Z]+: |hardware fault: pc=… lr=… cfsr=…$|BOARD_HANG$|BOARD_LOST$)/;
    assert.deepEqual(
      [...ends.keys()].filter((end) => !harmless.test(end)),
      [],
      JSON.stringify([...ends]),
    );
    assert.isAbove(ends.get("BOOT_E_NOTHING: no firmware may run") ?? 0, skipped.length / 2);
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
