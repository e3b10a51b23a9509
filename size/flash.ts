// SPDX-License-Identifier: Apache-2.0
/**
 * Flash size of the mps2-an505 firmware by part. The image is link-time optimized, so its objects are gone; each symbol
 * of the image goes to the part whose object defines that name. Libraries are not: the linker's map has their members.
 * As a program: `node dist/size/flash.js`.
 */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { engineFolder, enginePath } from "../host-sim/engine/paths.js";
import { parseFlashTotal, parseLinkerMap, parseLtoList, parseSymbols, plainName, type Section } from "./parse.js";

export const FLASH_BUDGET_KB = 520;
export const FLASH_METHOD =
  "release image, GCC -Os (xsRun.c -O2) with LTO; own code by symbol (nm against lto-dump of each object), libraries by linker map";

interface FlashPart {
  readonly part: string;
  readonly bytes: number;
}

export interface FlashSize {
  readonly parts: readonly FlashPart[];
  readonly total: number;
}

const OTHER = "string constants, padding, names in several parts";

/** First match wins. */
const OBJECTS: ReadonlyArray<readonly [RegExp, string]> = [
  [/firmware-keys\.c/, "names table"],
  [/firmware\.c/, "runtime and virtual silicon"],
  [/xs\.dir/, "XS"],
  [/thimble_mbedtls/, "crypto: Mbed TLS"],
  [/thimble_psa/, "crypto: PSA binding and key storage"],
  [/thimble_boot\.dir/, "boot: check of images"],
  [/thimble_secure/, "secure services"],
  [/thimble_runtime/, "runtime and virtual silicon"],
  [/thimble-mps2-an505/, "board port"],
];
const LIBRARIES: ReadonlyArray<readonly [RegExp, string]> = [
  [/libm\.a|libm_nano/, "C library: libm"],
  [/libgcc/, "compiler support: libgcc"],
  [/lib(c|g|nosys|c_nano|g_nano)\.a/, "C library: libc"],
];
const FIRMWARE_ARCHIVE = "firmware_archive";

function partOf(origin: string, table: ReadonlyArray<readonly [RegExp, string]>): string | undefined {
  return table.find(([pattern]) => pattern.test(origin))?.[1];
}

function run(program: string, ...args: readonly string[]): string {
  return execFileSync(program, args, { encoding: "utf8", maxBuffer: 64 << 20, stdio: ["ignore", "pipe", "ignore"] });
}

/** Names to parts; a name of more than one part is of none. */
function definedNames(folder: string): Map<string, string> {
  const names = new Map<string, string>([[FIRMWARE_ARCHIVE, "firmware archive"]]);
  for (const file of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    const part = file.endsWith(".obj") ? partOf(file, OBJECTS) : undefined;
    if (part === undefined) continue;
    for (const name of parseLtoList(run("arm-none-eabi-lto-dump", "-list", "-defined-only", join(folder, file)))) {
      if (name === FIRMWARE_ARCHIVE) continue;
      names.set(name, [undefined, part].includes(names.get(name)) ? part : OTHER);
    }
  }
  return names;
}

function librarySections(map: string): { section: Section; part: string }[] {
  return parseLinkerMap(map).flatMap((section) => {
    const part = partOf(section.origin, LIBRARIES);
    return part === undefined ? [] : [{ section, part }];
  });
}

/** Measures the release image that was built last. @throws when it or the Arm tools are missing. */
export function measureFlash(): FlashSize {
  const folder = engineFolder("mps2-an505", "release");
  const image = enginePath("mps2-an505", "release");
  const total = parseFlashTotal(run("arm-none-eabi-size", "-A", image));
  const sizes = new Map<string, number>();
  const add = (part: string, bytes: number) => sizes.set(part, (sizes.get(part) ?? 0) + bytes);
  const libraries = librarySections(readFileSync(`${image}.map`, "utf8"));
  for (const { section, part } of libraries) add(part, section.size);
  const names = definedNames(folder);
  for (const { address, size, name } of parseSymbols(run("arm-none-eabi-nm", "-S", image))) {
    const inLibrary = libraries.some(
      ({ section }) => address >= section.address && address < section.address + section.size,
    );
    if (!inLibrary) add(names.get(plainName(name)) ?? OTHER, size);
  }
  const known = [...sizes].filter(([part]) => part !== OTHER);
  const rest = total - known.reduce((sum, [, bytes]) => sum + bytes, 0);
  const parts = known.map(([part, bytes]) => ({ part, bytes })).sort((a, b) => b.bytes - a.bytes);
  return { parts: [...parts, { part: OTHER, bytes: rest }], total };
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const { parts, total } = measureFlash();
  for (const { part, bytes } of parts) console.log(`${String(bytes).padStart(8)}  ${part}`);
  console.log(`${String(total).padStart(8)}  total (${FLASH_METHOD})`);
}
