// SPDX-License-Identifier: Apache-2.0
/** Builds the program that skips instructions of boot (test/c/skip-main.c), and says where those instructions are. */
import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { engineFolder, mbedtlsFolder, packageRoot } from "../../host-sim/engine/paths.js";
import { makeScratch } from "../../host-sim/scratch.js";

const run = promisify(execFile);
const OUTPUT_MAX = 1 << 26;

const BOOT = join(packageRoot, "devices", "boot");
const C_TESTS = join(packageRoot, "test", "c");
const AROUND = ["skip-guard.c", "skip-main.c", "skip-products.c"];

interface Parts {
  /** Of devices/boot: their instructions are skipped. */
  readonly deciding: readonly string[];
  /** Of devices/boot as well. */
  readonly whole: readonly string[];
  readonly around: readonly string[];
}

/** What the cases of each program are for. */
export const PARTS = Object.freeze({
  /** Images and trust records, each by itself. */
  images: { deciding: ["image.c", "signature.c", "trust.c"], whole: [], around: ["boot-cases.c", ...AROUND] },
  /** From fuses to hand-over. */
  flow: {
    deciding: ["boot.c", "dice.c", "fuses.c", "slots.c"],
    whole: ["image.c", "signature.c", "trust.c"],
    around: ["flow.c", "flow-skip.c", ...AROUND],
  },
} as const satisfies Readonly<Record<string, Parts>>);

export interface Instruction {
  /** Of devices/boot; what the compiler split off has the name of what it was split from. */
  readonly function: string;
  readonly address: number;
  readonly size: 2 | 4;
  readonly text: string;
}

export interface SkipProgram {
  readonly folder: string;
  readonly elf: string;
  readonly instructions: readonly Instruction[];
}

interface Section {
  readonly function: string;
  readonly start: number;
  readonly end: number;
}

/** Where the linker put what the compiler made of devices/boot: a function is in it because it is there. */
function readSections(map: string, deciding: readonly string[]): readonly Section[] {
  const placed = /^ \.text\.(\S+)\s+0x([0-9a-f]+)\s+0x([0-9a-f]+)\s+(\S+)$/gm;
  return [...map.slice(map.indexOf("Linker script and memory map")).matchAll(placed)]
    .filter(([, , , , object]) => deciding.some((name) => basename(object as string) === `${name}.o`))
    .map(([, name, start, size]) => {
      const from = Number.parseInt(start as string, 16);
      const [own] = (name as string).replace(/^(unlikely|startup|hot|exit)\./, "").split(".");
      return { function: own as string, start: from, end: from + Number.parseInt(size as string, 16) };
    })
    .filter(({ start, end }) => end > start);
}

const LINE = /^\s*([0-9a-f]+):\t([0-9a-f]{4})(?: ([0-9a-f]{4}))?\s*\t(.*)$/;

function readInstructions(disassembly: string, sections: readonly Section[]): readonly Instruction[] {
  return disassembly.split("\n").flatMap((line): Instruction[] => {
    const [, where, , second, text] = LINE.exec(line) ?? [];
    if (where === undefined || text === undefined || /^\.(word|short|byte)/.test(text)) return [];
    const address = Number.parseInt(where, 16);
    const section = sections.find(({ start, end }) => start <= address && address < end);
    if (section === undefined) return [];
    return [
      { function: section.function, address, size: second === undefined ? 2 : 4, text: text.replace(/\s+/g, " ") },
    ];
  });
}

/**
 * Without link-time optimization, which would mix boot's functions with others; apart from that as a release is built.
 * @param more - options for devices/boot alone.
 * @returns its folder is the caller's to remove.
 */
export async function buildSkipProgram(parts: Parts, ...more: readonly string[]): Promise<SkipProgram> {
  const folder = makeScratch("skips");
  const elf = join(folder, "skips.elf");
  const target = ["-mcpu=cortex-m33", "-mthumb", "-mfloat-abi=soft", "--specs=nano.specs"];
  const psa = join(packageRoot, "devices", "psa");
  const folders = [BOOT, join(mbedtlsFolder(), "include"), join(psa, "include"), psa, C_TESTS].map((one) => `-I${one}`);
  const config = '-DMBEDTLS_CONFIG_FILE="thimble_mbedtls.h"';
  const flags = [
    "-std=gnu11",
    "-Os",
    "-w",
    "-ffunction-sections",
    "-fdata-sections",
    "-fno-common",
    config,
    ...folders,
  ];
  const compile = async (source: string, options: readonly string[]): Promise<string> => {
    const object = join(folder, `${basename(source)}.o`);
    await run("arm-none-eabi-gcc", [...target, ...flags, ...options, "-c", source, "-o", object]);
    return object;
  };
  const objects: string[] = [];
  for (const name of [...parts.deciding, ...parts.whole]) objects.push(await compile(join(BOOT, name), more));
  for (const name of parts.around) objects.push(await compile(join(C_TESTS, name), []));
  const script = join(C_TESTS, "skip.ld");
  const library = join(engineFolder("mps2-an505", "release"), "psa", "libthimble_psa.a");
  const map = join(folder, "skips.map");
  const link = ["-nostartfiles", "--specs=nosys.specs", `-T${script}`, "-flto=auto", "-Os"];
  const linker = ["--gc-sections", "--wrap=mbedtls_ecp_muladd", "--no-warn-rwx-segments", `-Map=${map}`];
  await run("arm-none-eabi-gcc", [...target, ...link, `-Wl,${linker.join(",")}`, ...objects, library, "-o", elf]);
  const { stdout } = await run("arm-none-eabi-objdump", ["-d", "--section=.text", elf], { maxBuffer: OUTPUT_MAX });
  const instructions = readInstructions(stdout, readSections(readFileSync(map, "utf8"), parts.deciding));
  return { folder, elf, instructions };
}

/** What a compiler made of a file, addresses left out. */
async function codeOf(object: string): Promise<string> {
  const { stdout } = await run("arm-none-eabi-objdump", ["-d", "--no-show-raw-insn", object], {
    maxBuffer: OUTPUT_MAX,
  });
  return stdout
    .split("\n")
    .slice(3)
    .map((line) => line.replace(/^\s*[0-9a-f]+:\s*/, "").trim())
    .join("\n");
}

/** Of the files whose instructions are skipped, those that a release's boot program has with other instructions. */
export async function unlikeRelease(program: SkipProgram, parts: Parts): Promise<readonly string[]> {
  const folder = engineFolder("mps2-an505", "release");
  const release = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) =>
    path.includes("thimble_boot_program.dir"),
  );
  const others: string[] = [];
  for (const name of parts.deciding) {
    const object = release.find((path) => basename(path) === `${name}.obj`);
    if (object === undefined) throw new Error(`the boot program was built without ${name}`);
    const theirs = await codeOf(join(folder, object));
    if (theirs !== (await codeOf(join(program.folder, `${name}.o`)))) others.push(name);
  }
  return others;
}
