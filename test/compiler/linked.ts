// SPDX-License-Identifier: Apache-2.0
/** Apps that are compiled and linked without a manifest and without a look at their types. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { firmwareIdentifiers, readAbi } from "../../host-sim/compiler/abi.js";
import { compileModule } from "../../host-sim/compiler/compile.js";
import { engineInfo } from "../../host-sim/compiler/engine-info.js";
import { readFirmware } from "../../host-sim/compiler/firmware.js";
import { type Lines, makeLines, readLines } from "../../host-sim/compiler/lines.js";
import { linkArchive } from "../../host-sim/compiler/link.js";
import { carriedSource, resolveSpecifier } from "../../host-sim/compiler/specifiers.js";
import { listImports } from "../../host-sim/compiler/strip.js";
import { packageRoot } from "../../host-sim/engine/paths.js";
import { makeImage } from "../../host-sim/image/make.js";

interface Linked {
  readonly bytes: Uint8Array;
  /** Its table of lines, as text and read. */
  readonly table: string;
  readonly lines: Lines;
}

interface File {
  readonly path: string;
  readonly name: string;
  readonly text: string;
}

/** And the modules of the SDK that they import and the firmware does not have. */
function withCarried(sources: Readonly<Record<string, string>>): File[] {
  const firmware = readFirmware();
  const files = new Map<string, File>();
  for (const [path, text] of Object.entries(sources)) files.set(path, { path, name: `${path}.ts`, text });
  for (const { path, name, text } of files.values()) {
    for (const imported of listImports(text, name)) {
      const specifier = resolveSpecifier(path, imported);
      const source = carriedSource(firmware, specifier);
      if (source === undefined || files.has(specifier)) continue;
      files.set(specifier, {
        path: specifier,
        name: relative(packageRoot, source),
        text: readFileSync(source, "utf8"),
      });
    }
  }
  return [...files.values()];
}

/** @param sources - TypeScript by specifier; `main` is where it begins. */
export function buildUnchecked(
  sources: Readonly<Record<string, string>>,
  debug: boolean,
  config: unknown = {},
  preloaded: readonly string[] = [],
): Linked {
  const engine = engineInfo();
  const abi = readAbi();
  const files = withCarried(sources);
  files.push({ path: "mc/config", name: "mc/config.json", text: JSON.stringify(config) });
  const modules = files
    .map(({ path, ...source }) => ({ path, byteCode: compileModule(source, { debug, allowNatives: false }) }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  const preload = { path: "thimble/preload", data: Buffer.from(preloaded.map((name) => `${name}\0`).join("")) };
  const known = { known: firmwareIdentifiers(abi, engine), first: abi.appIds };
  const archive = linkArchive("unchecked", modules, [preload], known, engine);
  const table = makeLines(archive, modules);
  const abiDigest = Buffer.from(readFirmware().abi, "hex");
  const bytes = makeImage(archive, { version: [0, 1, 0], abi: abiDigest, heapBytes: 0, stackSlots: 0 });
  return { bytes, table, lines: linesOf(table) };
}

function linesOf(table: string): Lines {
  const folder = mkdtempSync(join(tmpdir(), "thimble-lines-"));
  const path = join(folder, "app.lines");
  writeFileSync(path, table);
  const lines = readLines(path);
  lines.find("app", 0); // reads it
  rmSync(folder, { recursive: true });
  return lines;
}
