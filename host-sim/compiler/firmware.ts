// SPDX-License-Identifier: Apache-2.0
/**
 * Builds the firmware: the SDK's and the boards' modules as one archive, the C table that binds their natives, and the
 * ABI that apps are linked for. The same firmware runs on every board of one engine.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { firmwareFolder, packageRoot } from "../engine/paths.js";
import { writeWhole } from "../whole-file.js";
import { abiDigest, extendAbi, firmwareIdentifiers, readAbi, writeAbi } from "./abi.js";
import { compileModule } from "./compile.js";
import { type EngineInfo, engineInfo } from "./engine-info.js";
import { generateFirmwareC, generateKeysC } from "./firmware-c.js";
import { carriedModules, collectFirmware, exportsOf, type FirmwareModule } from "./firmware-modules.js";
import { makeLines } from "./lines.js";
import { engineIdentifiers, type LinkModule, linkArchive } from "./link.js";

/** What apps need to know of the firmware; `firmware.json` beside the archive. */
export interface Firmware {
  /** Specifiers of its modules. */
  readonly modules: readonly string[];
  /** The SDK's other modules, which an app carries: sources, relative to the package, by specifier. */
  readonly carried: Readonly<Record<string, string>>;
  /** ABI digest, hex. */
  readonly abi: string;
  /** SHA-256 of the release archive, hex. */
  readonly archive: string;
  readonly engine: readonly number[];
}

/** What a position in a release engine's stack names: "at check (app:1234)". devices/runtime/stack.c. */
const FRAME_NAMES = Object.freeze(["app", "firmware"]);

function compileFirmware(modules: readonly FirmwareModule[], debug: boolean): LinkModule[] {
  return modules.map(({ specifier, source, imports }) => ({
    path: specifier,
    byteCode: compileModule(
      { name: relative(packageRoot, source), text: readFileSync(source, "utf8") },
      { debug, allowNatives: true, imports },
    ),
  }));
}

function writeIfChanged(path: string, content: string | Uint8Array): void {
  if (existsSync(path) && readFileSync(path).equals(Buffer.from(content))) return;
  writeWhole(path, content);
}

function collectNames(modules: readonly LinkModule[]): Set<string> {
  return new Set(modules.flatMap((module) => module.byteCode.symbols.slice(1)));
}

/**
 * Builds the firmware for release and debug engines, each as `VARIANT/firmware.c`, and what apps need of it:
 * `firmware.json`, and `firmware.lines` for the positions of a release engine. Both variants have one ABI, so that an app
 * archive fits either. Files are rewritten only when they change.
 * @throws CompileError when a module does not compile; RangeError when the ABI has no room.
 */
export function buildFirmware(engine: EngineInfo = engineInfo()): Firmware {
  const collected = collectFirmware();
  const release = compileFirmware(collected, false);
  const debug = compileFirmware(collected, true);
  const names = [...collectNames([...release, ...debug]), ...FRAME_NAMES];
  const { abi, added } = extendAbi(readAbi(), engine, names);
  if (added > 0) writeAbi(abi);
  const digest = abiDigest(abi, engine, exportsOf(collected));
  const ids = { known: engineIdentifiers(engine), first: engine.ids.length, fixed: abi.names };
  const link = (modules: readonly LinkModule[], isStripped: boolean): Uint8Array =>
    linkArchive("firmware", modules, [], { ...ids, isStripped }, engine);
  const archives = { release: link(release, true), debug: link(debug, false) };

  const known = firmwareIdentifiers(abi, engine);
  const limits = {
    known: engine.ids.length + abi.names.length,
    app: abi.appIds,
    frames: FRAME_NAMES.map((name) => known.get(name) ?? 0),
  };
  for (const [variant, modules] of Object.entries({ release, debug })) {
    const folder = join(firmwareFolder(), variant);
    const archive = archives[variant as keyof typeof archives];
    mkdirSync(folder, { recursive: true });
    writeIfChanged(join(folder, "firmware.xsa"), archive);
    writeIfChanged(join(folder, "firmware.c"), generateFirmwareC(modules, archive, digest, limits));
    writeIfChanged(join(folder, "firmware-keys.c"), generateKeysC(engine, abi.names));
  }
  writeIfChanged(join(firmwareFolder(), "firmware.lines"), makeLines(archives.release, release));
  const firmware: Firmware = {
    modules: release.map((module) => module.path),
    carried: carriedModules(collected),
    abi: Buffer.from(digest).toString("hex"),
    archive: createHash("sha256").update(archives.release).digest("hex"),
    engine: engine.version,
  };
  writeIfChanged(join(firmwareFolder(), "firmware.json"), `${JSON.stringify(firmware, null, 1)}\n`);
  return firmware;
}

/** The firmware that was built last. */
export function readFirmware(): Firmware {
  return JSON.parse(readFileSync(join(firmwareFolder(), "firmware.json"), "utf8")) as Firmware;
}
