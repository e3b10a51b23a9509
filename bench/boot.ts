// SPDX-License-Identifier: Apache-2.0
/**
 * The boot program of mps2-an505: its size without the crypto, and what it does from reset to the runtime. As a program:
 * `node dist/bench/boot.js`.
 */
import { execFileSync } from "node:child_process";
import { readFileSync, realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { INSTRUCTIONS_PER_TICK, type Instrument, instrument } from "../host-sim/board/instruments.js";
import type { PowerOnReport } from "../host-sim/board/power-on.js";
import { bootCodePath, bootPath } from "../host-sim/engine/paths.js";
import { makeImage } from "../host-sim/image/make.js";
import { parseImage } from "../host-sim/image/parse.js";
import { parseFlashTotal, parseLinkerMap } from "../size/parse.js";
import { firmwareOf, SignedDevice } from "../test/boot/signed-device.js";
import { buildImportingApp } from "./app.js";
import { kilobytes, number, table, verdict } from "./table.js";

const SIZE_BUDGET = 24_000;
const WORK_BUDGET = 1_000_000;
export const BOOT_METHOD =
  "QEMU -icount shift=0; a signature is a firmware's check with it less one without; hashing is what a byte of an app costs; the rest is what does not grow with the images";

const BOARD = Object.freeze({ board: "mps2-an505", variant: "release" } as const);
const SIGNATURES = 3;
const ABI_SIZE = 32;

type Step = Extract<keyof typeof Instrument, `boot${string}`>;

const STEPS: ReadonlyArray<readonly [Step, string]> = Object.freeze([
  ["bootTrust", "boot's own digest, fuses, trust record (1 signature)"],
  ["bootCopy", "firmware copied to where it runs"],
  ["bootFirmware", "firmware verified (1 signature)"],
  ["bootApp", "app verified (1 signature)"],
  ["bootMeasure", "counters, measurement, protection"],
  ["bootToRuntime", "boot's memory wiped, the firmware's made"],
] as const);

interface BootSize {
  readonly total: number;
  readonly crypto: number;
}

interface BootFigures {
  readonly size: BootSize;
  /** Instructions, by what they are for. */
  readonly steps: Readonly<Record<Step, number>>;
  readonly firstLine: number;
  readonly signature: number;
  readonly hashPerByte: number;
  readonly hashedBytes: number;
  readonly copiedBytes: number;
  /** Of boot without signatures, hashing and the copy: what does not grow with what it starts. */
  readonly rest: number;
}

function measureSize(): BootSize {
  const elf = bootPath(BOARD.board, BOARD.variant);
  const sizes = execFileSync("arm-none-eabi-size", ["-A", elf], { encoding: "utf8" });
  const ofCrypto = parseLinkerMap(readFileSync(`${elf}.map`, "utf8")).filter(({ origin }) =>
    origin.includes("thimble_boot_mbedtls"),
  );
  return { total: parseFlashTotal(sizes), crypto: ofCrypto.reduce((sum, { size }) => sum + size, 0) };
}

function instructions(report: PowerOnReport, which: keyof typeof Instrument): number {
  return instrument(report, which) * INSTRUCTIONS_PER_TICK;
}

/** The same run each time: not even the seed differs. */
async function reportOf(device: SignedDevice): Promise<PowerOnReport> {
  const seed = new Uint8Array(32).fill(7);
  const { report } = await device.start({ icount: true, seed, wallClockMs: 0, untilUs: 1e6 });
  return report;
}

/** A device without root keys: nothing is signed. @param payload - of the app: boot does not look into it. */
async function reportOfPlain(payload: Uint8Array): Promise<PowerOnReport> {
  const device = new SignedDevice(BOARD);
  try {
    const firmware = firmwareOf(BOARD);
    const abi = parseImage(firmware).protectedTlvs.find(({ value }) => value.length === ABI_SIZE)?.value;
    if (abi === undefined) throw new Error("the firmware's image says no ABI");
    device.write("fw0", firmware);
    device.write("app0", makeImage(payload, { version: [0, 0, 0], abi, heapBytes: 0, stackSlots: 0 }));
    return await reportOf(device);
  } finally {
    device.remove();
  }
}

export async function measureBoot(): Promise<BootFigures> {
  const [small, large] = [1000, 501_000];
  const [plain, other] = [await reportOfPlain(new Uint8Array(small)), await reportOfPlain(new Uint8Array(large))];
  const hashPerByte = (instructions(other, "bootApp") - instructions(plain, "bootApp")) / (large - small);
  const device = new SignedDevice(BOARD);
  try {
    await device.provision(buildImportingApp([]));
    const report = await reportOf(device);
    const steps = Object.fromEntries(STEPS.map(([step]) => [step, instructions(report, step)])) as BootFigures["steps"];
    const images = device.use(({ programmer }) =>
      (["trust0", "fw0", "app0"] as const).map((slot) => parseImage(programmer.read(slot) ?? new Uint8Array(0))),
    );
    const own = readFileSync(bootCodePath(BOARD.board, BOARD.variant)).length;
    const hashedBytes = images.reduce((sum, { hashed }) => sum + hashed.length, own);
    const copiedBytes = device.use(({ programmer }) => programmer.read("fw0")?.length ?? 0);
    const signature = steps.bootFirmware - instructions(plain, "bootFirmware");
    const all = Object.values(steps).reduce((sum, value) => sum + value, 0);
    const rest = all - SIGNATURES * signature - hashPerByte * hashedBytes - steps.bootCopy;
    const firstLine = instructions(report, "firstLineTicks");
    return { size: measureSize(), steps, firstLine, signature, hashPerByte, hashedBytes, copiedBytes, rest };
  } finally {
    device.remove();
  }
}

export function describeBoot({
  size,
  steps,
  firstLine,
  signature,
  hashPerByte,
  hashedBytes,
  copiedBytes,
  rest,
}: BootFigures): string {
  const own = size.total - size.crypto;
  const boot = Object.values(steps).reduce((sum, value) => sum + value, 0);
  const sizes = [
    ["boot program", `${size.total.toLocaleString("en-US")} B`],
    ["Mbed TLS in it", `${size.crypto.toLocaleString("en-US")} B`],
    [
      "beyond crypto",
      `${own.toLocaleString("en-US")} B`,
      `${verdict(own, SIZE_BUDGET)} ${kilobytes(SIZE_BUDGET, 1000)}`,
    ],
  ];
  const rows = [
    ...STEPS.map(([step, title]) => [title, number(steps[step])]),
    ["runtime, to the app's first line", number(firstLine - boot)],
    ["reset to the app's first line", number(firstLine)],
  ];
  const parts = [
    [`${SIGNATURES} signatures`, number(SIGNATURES * signature), `${number(signature)} each`],
    [
      "hashing",
      number(hashPerByte * hashedBytes),
      `${hashedBytes.toLocaleString("en-US")} B, ${number(hashPerByte)} each`,
    ],
    [
      "the copy",
      number(steps.bootCopy),
      `${copiedBytes.toLocaleString("en-US")} B, ${number(steps.bootCopy / copiedBytes)} each`,
    ],
    ["the rest", number(rest)],
    [
      "copy and rest: boot's own work",
      number(steps.bootCopy + rest),
      `${verdict(steps.bootCopy + rest, WORK_BUDGET)} ${number(WORK_BUDGET)}`,
    ],
  ];
  return [table(sizes), table(rows), table(parts)].join("\n\n");
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  console.log(describeBoot(await measureBoot()));
}
