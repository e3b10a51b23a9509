// SPDX-License-Identifier: Apache-2.0
/**
 * Which module is where: the firmware has those of the boards (devices/) and what they import; every other module of the
 * SDK is carried by the apps that import it. docs/decisions/0010-modules-of-a-firmware.md.
 */
import { readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { packageRoot } from "../engine/paths.js";
import { resolveManifest } from "../manifest/resolve.js";
import { CompileError } from "./compile-error.js";
import { listExports } from "./exports.js";
import { listImports } from "./strip.js";

/** Natives, and what is bound to silicon. */
const BOARDS = join(packageRoot, "devices", "manifest.json");
/** The SDK's names. */
const SDK = join(packageRoot, "manifests", "all.json");

export interface FirmwareModule {
  readonly specifier: string;
  readonly source: string;
  /** What stands in its byte code for each relative path: the place in the archive (devices/runtime/modules.c). */
  readonly imports: Record<string, string>;
}

function namesOf(manifest: string): Map<string, string> {
  const options = { platform: "host", thimbleRoot: packageRoot, allowNatives: true };
  return new Map(resolveManifest(manifest, options).modules.map(({ source, specifier }) => [source, specifier]));
}

/** Names that manifests give to sources of this package. */
export function packageNames(): ReadonlyMap<string, string> {
  return new Map([...namesOf(SDK), ...namesOf(BOARDS)]);
}

/** Specifier of a firmware file that no manifest names: internal, out of an app's reach (devices/runtime/modules.c). */
function internalName(source: string): string {
  return `thimble:${relative(packageRoot, source).replace(/\.ts$/, "")}`;
}

/** Whether an app may import a module of that name. */
function isOpen(specifier: string | undefined): boolean {
  return specifier !== undefined && !specifier.startsWith("thimble:");
}

/** Relative imports of a source, and the sources that they mean. */
function relativeImports(source: string): Map<string, string> {
  const imports = listImports(readFileSync(source, "utf8"), source).filter((path) => path.startsWith("."));
  return new Map(imports.map((path) => [path, join(dirname(source), path.replace(/\.js$/, ".ts"))]));
}

/** The modules of the boards and, from there, all that they import by a relative path. In the archive's order. */
export function collectFirmware(): FirmwareModule[] {
  const names = packageNames();
  const found = new Map([...namesOf(BOARDS).keys()].map((source) => [source, new Map<string, string>()]));
  for (const [source, imports] of found) {
    for (const [path, target] of relativeImports(source)) {
      if (!found.has(target)) found.set(target, new Map());
      imports.set(path, target);
    }
  }
  const nameOf = (source: string): string => names.get(source) ?? internalName(source);
  const sources = [...found.keys()].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  const places = new Map(sources.map((source, place) => [source, `#${place}`]));
  return sources.map((source) => {
    const imports = [...(found.get(source) ?? [])].map(([path, target]) => [path, places.get(target) ?? path]);
    return { specifier: nameOf(source), source, imports: Object.fromEntries(imports) as Record<string, string> };
  });
}

/** What an app finds in these modules, by specifier. */
export function exportsOf(modules: readonly FirmwareModule[]): Map<string, readonly string[]> {
  const open = modules.filter(({ specifier }) => isOpen(specifier));
  return new Map(open.map(({ specifier, source }) => [specifier, listExports(readFileSync(source, "utf8"), source)]));
}

/**
 * The SDK's other modules: an app's archive carries those that it imports.
 * @param names - specifiers by source.
 * @returns sources, relative to the package, by specifier.
 * @throws CompileError - one imports what has no name for an app: carried, it would not find it.
 */
export function carriedModules(
  firmware: readonly FirmwareModule[],
  names: ReadonlyMap<string, string> = packageNames(),
): Record<string, string> {
  const inFirmware = new Set(firmware.map(({ source }) => source));
  const carried = [...names].filter(([source]) => !inFirmware.has(source)).sort(([, a], [, b]) => (a < b ? -1 : 1));
  for (const [source, specifier] of carried) {
    for (const [path, target] of relativeImports(source)) {
      if (isOpen(names.get(target))) continue;
      const reason = `an app that carries ${specifier} cannot import ${path}: no manifest names it for apps`;
      throw new CompileError(reason, { file: relative(packageRoot, source), line: 1, column: 0 });
    }
  }
  return Object.fromEntries(carried.map(([source, specifier]) => [specifier, relative(packageRoot, source)]));
}
