// SPDX-License-Identifier: Apache-2.0
/**
 * Skips an instruction of boot that runs several times at one of these times, as a fault does: skips.ts skips it each time.
 * A debugger does it, so this takes longer. What runs once is left to skips.ts, as there is no difference.
 */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync, readSync, rmSync, truncateSync, writeSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Case, packCases } from "./cases.js";
import { GdbRemote } from "./gdb-remote.js";
import { u32 } from "./maker.js";
import type { Instruction, SkipProgram } from "./skip-program.js";
import { emulatorOptions, endOf, type Skip, skipWindow } from "./skips.js";

const run = promisify(execFile);
const ASKED = 0xffffffff;
const START_LIMIT_MS = 10_000;
const NOPS = { 2: Uint8Array.of(0x00, 0xbf), 4: Uint8Array.of(0xaf, 0xf3, 0x00, 0x80) } as const;

/** One of the times that an instruction runs in a case. */
export interface Occasion {
  readonly instruction: Instruction;
  /** Index of the case. */
  readonly case: number;
  /** From 1. */
  readonly time: number;
}

async function addressOf(elf: string, symbol: string): Promise<number> {
  const { stdout } = await run("arm-none-eabi-nm", [elf], { maxBuffer: 1 << 26 });
  const match = new RegExp(`^([0-9a-f]+) T ${symbol}$`, "m").exec(stdout);
  if (match === null) throw new Error(`${symbol} is not in ${elf}`);
  return Number.parseInt(match[1] as string, 16);
}

/** The emulator with the program of skip-main.c, which waits at skip_pause() between two cases. */
class Emulator {
  readonly #child: ChildProcess;
  readonly #window: string;
  readonly #pause: number;
  readonly gdb: GdbRemote;

  private constructor(child: ChildProcess, window: string, pause: number, gdb: GdbRemote) {
    this.#child = child;
    this.#window = window;
    this.#pause = pause;
    this.gdb = gdb;
  }

  static async start(program: SkipProgram, cases: readonly Case[], ...more: readonly string[]): Promise<Emulator> {
    const window = join(program.folder, "window-once");
    const packed = packCases(cases);
    const file = openSync(window, "w");
    writeSync(file, u32(packed.length, ASKED, 0, 0, 0), 0, 20, 0);
    writeSync(file, packed, 0, packed.length, skipWindow.cases);
    closeSync(file);
    truncateSync(window, skipWindow.size);
    const socket = join(program.folder, "gdb");
    rmSync(socket, { force: true });
    const debug = ["-chardev", `socket,id=gdb,path=${socket},server=on,wait=off`, "-gdb", "chardev:gdb", "-S"];
    const child = spawn("qemu-system-arm", [...emulatorOptions(window, program.elf), ...debug, ...more], {
      stdio: "ignore",
    });
    for (const since = Date.now(); !existsSync(socket); ) {
      if (Date.now() - since > START_LIMIT_MS) throw new Error("the emulator does not open its debugger's socket");
      await new Promise((done) => setTimeout(done, 20));
    }
    const gdb = await GdbRemote.connect(socket);
    const pause = await addressOf(program.elf, "skip_pause");
    const emulator = new Emulator(child, window, pause, gdb);
    await gdb.setBreakpoint(pause);
    await gdb.continue();
    if (emulator.#read(12) !== 0) throw new Error("a case does not come out as it must with all instructions in place");
    return emulator;
  }

  #read(at: number): number {
    const bytes = Buffer.alloc(4);
    const file = openSync(this.#window, "r");
    readSync(file, bytes, 0, 4, at);
    closeSync(file);
    return bytes.readUInt32LE(0);
  }

  /**
   * From one pause to the next.
   * @param meanwhile - what is done to the case that runs; false: it stands at the next pause already.
   */
  async runCase(index: number, meanwhile: () => Promise<boolean>): Promise<readonly [value: number, end: number]> {
    const file = openSync(this.#window, "r+");
    writeSync(file, u32(index), 0, 4, 16);
    writeSync(file, u32(0, 0), 0, 8, skipWindow.results);
    closeSync(file);
    await this.gdb.removeBreakpoint(this.#pause);
    await this.gdb.step();
    await this.gdb.setBreakpoint(this.#pause);
    if (await meanwhile()) await this.gdb.continue();
    return [this.#read(skipWindow.results), this.#read(skipWindow.results + 4)];
  }

  close(): void {
    this.gdb.close();
    this.#child.kill("SIGKILL");
  }
}

/**
 * Runs to the instruction for the time-th time and over it, with nothing in its place.
 * @returns false when the case ended before that.
 */
async function skipOnce(gdb: GdbRemote, { instruction: { address, size }, time }: Occasion): Promise<boolean> {
  await gdb.setBreakpoint(address);
  for (let i = 1; i <= time; i++) {
    await gdb.continue();
    const isThere = (await gdb.programCounter()) === address;
    await gdb.removeBreakpoint(address);
    if (!isThere) return false;
    if (i === time) break;
    await gdb.step();
    await gdb.setBreakpoint(address);
  }
  const kept = await gdb.read(address, size);
  await gdb.write(address, NOPS[size]);
  await gdb.step();
  await gdb.write(address, kept);
  return true;
}

/** Where the instructions of devices/boot ran, in order, in each case. */
async function traceCases(program: SkipProgram, cases: readonly Case[]): Promise<readonly (readonly number[])[]> {
  const log = join(program.folder, "executed");
  const addresses = program.instructions.map(({ address }) => address);
  const pause = await addressOf(program.elf, "skip_pause");
  const range = (from: number, end: number): string => `0x${from.toString(16)}..0x${end.toString(16)}`;
  const filter = `${range(Math.min(...addresses), Math.max(...addresses) + 1)},${range(pause, pause + 1)}`;
  const logging = ["-singlestep", "-d", "exec,nochain", "-D", log, "-dfilter", filter];
  const emulator = await Emulator.start(program, cases, ...logging);
  try {
    for (let i = 0; i < cases.length; i++) await emulator.runCase(i, () => Promise.resolve(true));
  } finally {
    emulator.close();
  }
  const traces: number[][] = [[]];
  for (const [, where] of readFileSync(log, "latin1").matchAll(/^Trace \d+: \S+ \[[0-9a-f]+\/([0-9a-f]+)\//gm)) {
    const address = Number.parseInt(where as string, 16);
    if (address === pause) traces.push([]);
    else traces.at(-1)?.push(address);
  }
  return traces.slice(1, cases.length + 1);
}

/** 1 to count; of more than most the first and the last. */
function chooseTimes(count: number, most: number): readonly number[] {
  const all = Array.from({ length: count }, (_, i) => i + 1);
  return count <= most ? all : [...all.slice(0, most / 2), ...all.slice(-most / 2)];
}

/**
 * All times of each instruction that runs more than once in a case that must be refused. The emulator notes an instruction
 * twice where it is interrupted before it: one time in some hundreds is none.
 * @param most - even: of an instruction that runs more often only the first times and the last.
 */
export async function findOccasions(
  program: SkipProgram,
  cases: readonly Case[],
  most = Number.POSITIVE_INFINITY,
): Promise<readonly Occasion[]> {
  const known = new Map(program.instructions.map((one) => [one.address, one]));
  const traces = await traceCases(program, cases);
  return traces.flatMap((trace, index) => {
    if (cases[index]?.expected === "IMAGE_OK") return [];
    const counts = new Map<number, number>();
    for (const address of trace) counts.set(address, (counts.get(address) ?? 0) + 1);
    return [...counts].flatMap(([address, count]) => {
      const instruction = known.get(address);
      if (instruction === undefined || count < 2) return [];
      return chooseTimes(count, most).map((time): Occasion => ({ instruction, case: index, time }));
    });
  });
}

/** Times that were none are left out. @param done - is told how many there were so far. */
export async function skipEachOnce(
  program: SkipProgram,
  cases: readonly Case[],
  occasions: readonly Occasion[],
  done: (count: number) => void,
): Promise<readonly Skip[]> {
  const emulator = await Emulator.start(program, cases);
  const skips: Skip[] = [];
  try {
    for (const [i, occasion] of occasions.entries()) {
      let isSkipped = false;
      const [value, how] = await emulator.runCase(occasion.case, async () => {
        isSkipped = await skipOnce(emulator.gdb, occasion);
        return isSkipped;
      });
      done(i + 1);
      if (!isSkipped) continue;
      const end = endOf(value, how, cases[occasion.case] as Case);
      if (end === undefined) throw new Error(`nothing came of ${occasion.instruction.text}, time ${occasion.time}`);
      skips.push({ instruction: occasion.instruction, case: cases[occasion.case]?.name ?? "", end });
    }
  } finally {
    emulator.close();
  }
  return skips;
}
