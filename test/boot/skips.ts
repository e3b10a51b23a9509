// SPDX-License-Identifier: Apache-2.0
/** Skips instructions of boot on the emulated Cortex-M33, one at a time, and counts what came of images that must be refused. */
import { execFile } from "node:child_process";
import { closeSync, openSync, readFileSync, truncateSync, writeSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Case, nameOf, numberOf, packCases } from "./cases.js";
import { u32 } from "./maker.js";
import type { Instruction, SkipProgram } from "./skip-program.js";

const run = promisify(execFile);

/** The window of test/c/skip-main.c. */
export const skipWindow = Object.freeze({ size: 0x1000000, addresses: 0x100, cases: 0x100000, results: 0x200000 });
const RESULT_SIZE = 8;
const [RETURNED, CRASHED, HUNG] = [1, 2, 3];
/** Of boot-cases.c: boot said yes, and the values are not those of the case. */
const WRONG_VALUE = 0xbad0bad0;
/** Of flow-skip.c. */
const [STARTED_OTHERWISE, GIVEN_AWAY] = [0xbad5bad5, 0xbad6bad6];
const STARTS = ["BOOT_START_APP", "BOOT_START_SERVICE", "BOOT_START_NOTHING"];
/** Of one start of the emulator. */
const LIMIT_MS = 300_000;
const AT_ONCE = 200;

export type End = "refused" | "crashed" | "hung" | "ACCEPTED";

export interface Skip {
  readonly instruction: Instruction;
  readonly case: string;
  readonly end: End;
}

function isAccepted(value: number, { kind, expected }: Case): boolean {
  if (kind !== "flow") return value === numberOf("IMAGE_OK") || value === WRONG_VALUE;
  if (value === GIVEN_AWAY) return true;
  const isStarted = value === STARTED_OTHERWISE || STARTS.some((name) => value === numberOf(name));
  if (expected.startsWith("BOOT_E_")) return isStarted;
  return expected === "BOOT_START_NOTHING" && value === numberOf("BOOT_START_APP");
}

/** @returns undefined when nothing came. */
export function endOf(value: number, end: number, one: Case): End | undefined {
  if (end === CRASHED) return "crashed";
  if (end === HUNG) return "hung";
  if (end !== RETURNED) return undefined;
  return isAccepted(value, one) ? "ACCEPTED" : "refused";
}

/** How many of each end. */
export function countOf(skips: readonly Skip[], end: End): number {
  return skips.filter((skip) => skip.end === end).length;
}

/** Of qemu-system-arm, for the program and a file that is its window. */
export function emulatorOptions(window: string, elf: string): readonly string[] {
  const memory = `memory-backend-file,id=window,size=16M,mem-path=${window.replaceAll(",", ",,")},share=on`;
  return [
    ...["-machine", "mps2-an505,memory-backend=window", "-object", memory, "-kernel", elf],
    ...["-display", "none", "-monitor", "none", "-nodefaults", "-no-reboot", "-nic", "none", "-serial", "none"],
    ...["-semihosting-config", "enable=on,target=native", "-icount", "shift=0"],
  ];
}

/** One start of the emulator after the other, each with so many instructions that a start is no great part of the time. */
export class Skips {
  readonly #program: SkipProgram;
  readonly #cases: readonly Case[];
  readonly #window: string;

  /** @param program - its folder is used. */
  constructor(program: SkipProgram, cases: readonly Case[]) {
    this.#program = program;
    this.#cases = cases;
    this.#window = join(program.folder, "window");
  }

  #write(instructions: readonly Instruction[]): void {
    const cases = packCases(this.#cases);
    const file = openSync(this.#window, "w");
    try {
      writeSync(file, u32(cases.length, instructions.length, 0, 0), 0, 16, 0);
      const addresses = u32(...instructions.map(({ address, size }) => address | (size === 4 ? 1 : 0)));
      writeSync(file, addresses, 0, addresses.length, skipWindow.addresses);
      writeSync(file, cases, 0, cases.length, skipWindow.cases);
    } finally {
      closeSync(file);
    }
    truncateSync(this.#window, skipWindow.size);
  }

  async #start(): Promise<void> {
    await run("qemu-system-arm", emulatorOptions(this.#window, this.#program.elf), {
      timeout: LIMIT_MS,
      killSignal: "SIGKILL",
    });
  }

  /** @throws Error when a case does not come out as it must with all instructions in place, or the emulator did not end. */
  async #runSome(instructions: readonly Instruction[]): Promise<readonly Skip[]> {
    this.#write(instructions);
    let failure = "";
    try {
      await this.#start();
    } catch (error) {
      failure = `status ${(error as { code?: unknown }).code}: ${(error as Error).message}`;
    }
    const window = readFileSync(this.#window);
    const wrong = window.readUInt32LE(12);
    if (wrong !== 0) {
      const one = this.#cases[wrong - 1] as Case;
      const value = window.readUInt32LE(skipWindow.results);
      const got = endOf(value, window.readUInt32LE(skipWindow.results + 4), one);
      throw new Error(`with all instructions in place: "${one.name}": ${got}, ${nameOf(value)}`);
    }
    if (failure !== "") throw new Error(`the program that skips instructions did not end: ${failure}`);
    return instructions.flatMap((instruction, i) =>
      this.#cases.flatMap((one, j): Skip[] => {
        const at = skipWindow.results + (i * this.#cases.length + j) * RESULT_SIZE;
        const end = endOf(window.readUInt32LE(at), window.readUInt32LE(at + 4), one);
        if (one.expected === "IMAGE_OK") return [];
        if (end === undefined) throw new Error(`nothing came of ${instruction.text} at ${instruction.address}`);
        return [{ instruction, case: one.name, end }];
      }),
    );
  }

  /** Each case that must be refused, with each of these instructions skipped. @param done - is told how many there were so far. */
  async run(instructions: readonly Instruction[], done: (count: number) => void): Promise<readonly Skip[]> {
    const skips: Skip[] = [];
    for (let at = 0; at < instructions.length; at += AT_ONCE) {
      const some = instructions.slice(at, at + AT_ONCE);
      skips.push(...(await this.#runSome(some)));
      done(at + some.length);
    }
    return skips;
  }
}
