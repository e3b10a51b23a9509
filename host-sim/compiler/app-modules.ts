// SPDX-License-Identifier: Apache-2.0
/**
 * The modules of an app's archive, from source to byte code, and what each may import: its own, and those of the SDK that
 * they import and the firmware does not have. What did not change is kept.
 */
import { join, relative } from "node:path";
import { packageRoot } from "../engine/paths.js";
import { ManifestError } from "../manifest/error.js";
import { manifestWith } from "../manifest/manifest-with.js";
import type { Module } from "../manifest/modules.js";
import type { ResolvedProject } from "../manifest/resolve.js";
import type { ByteCode } from "./byte-code.js";
import { compileModule } from "./compile.js";
import { CompileError, type SourcePlace } from "./compile-error.js";
import type { Firmware } from "./firmware.js";
import { hintForModule } from "./hints.js";
import type { LinkModule } from "./link.js";
import type { Sources, SourceText } from "./sources.js";
import { CONFIG_MODULE, carriedSource, importableNames, resolveSpecifier } from "./specifiers.js";
import { findTopLevelAwait, listDynamicImports, listImports, stripTypes } from "./strip.js";

/** What the device has behind a contract comes with the contract's manifest: which file it is depends on the board. */
const CONTRACTS: Readonly<Record<string, string>> = Object.freeze({
  "thimble/device/attestation": "thimble/contracts/attestation",
  "thimble/device/crypto": "thimble/contracts/crypto",
  "thimble/device/lifecycle": "thimble/contracts/lifecycle",
  "thimble/device/storage": "thimble/contracts/counter",
});

/** Folders of this package with modules. */
const SDK = join(packageRoot, "sdk", "/");
const OURS: readonly string[] = Object.freeze([SDK, join(packageRoot, "devices", "/")]);

const NO_MAIN =
  'the manifest has no module "main": it is where an app begins. In "modules", "*": "./main" is main.ts, and "main": "./app" is app.ts';

/** What follows from one text of a module alone. */
interface Compiled {
  readonly source: SourceText;
  readonly name: string;
  readonly imports: readonly string[];
  /** Of `import("...")`: what is not there is an error at run time, which the app may expect. */
  readonly dynamicImports: readonly string[];
  /** Imports that are left when types are gone: worked out where it matters. */
  kept: readonly string[] | undefined;
  readonly awaitLine: number | undefined;
  byteCode: ByteCode | undefined;
}

/** What all modules of one build share. */
interface Scope {
  readonly project: ResolvedProject;
  /** The project's folder, symbolic links resolved. */
  readonly folder: string;
  readonly firmware: Firmware;
  /** Specifiers that an import may mean. */
  readonly names: ReadonlySet<string>;
  readonly warnings: string[];
}

/** Where the import stands. */
function placeOf(name: string, text: string, imported: string): SourcePlace {
  const at = text.search(new RegExp(`["']${imported.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}["']`));
  if (at < 0) return { file: name, line: 1, column: 0 };
  return { file: name, line: text.slice(0, at).split("\n").length, column: at - text.lastIndexOf("\n", at) };
}

/** Relative to the app or, for a module of this package, to the package: it goes into the image, where no place is named. */
function nameOf(source: string, folder: string): string {
  if (OURS.some((root) => source.startsWith(root))) return relative(packageRoot, source);
  const name = relative(folder, source);
  const inPackage = relative(packageRoot, source);
  return name.startsWith("..") && !inPackage.startsWith("..") ? inPackage : name;
}

/** Not the app's own: the firmware has it, or it comes with what imports it. */
function isOfSdk({ specifier, source }: Module, folder: string, firmware: Firmware): boolean {
  const isNamed = (name: string): boolean =>
    firmware.modules.includes(name) || carriedSource(firmware, name) !== undefined;
  const isOurs = OURS.some((root) => source.startsWith(root));
  const place = { file: nameOf(source, folder), line: 1, column: 0 };
  if (isNamed(specifier)) {
    if (isOurs) return true;
    const owner = firmware.modules.includes(specifier) ? "firmware" : "SDK";
    throw new CompileError(`${specifier} is a module of the ${owner}: an app cannot replace it`, place);
  }
  const name = `thimble/${relative(SDK, source).replace(/\.ts$/, "")}`;
  if (!isNamed(name)) return false;
  throw new CompileError(
    `${specifier} is the module ${name}, which is not to be there twice: import it by that name`,
    place,
  );
}

/** Every module of the SDK can be had here; a Moddable build has those that a manifest includes. */
function warnOfUnlisted(scope: Scope, specifier: string, place: string): void {
  const { project, firmware } = scope;
  const { provided, modules } = project;
  if (!firmware.modules.includes(specifier) && carriedSource(firmware, specifier) === undefined) return;
  if (provided.includes(specifier) || modules.some((module) => module.specifier === specifier)) return;
  if (modules.some((module) => module.specifier === CONTRACTS[specifier])) return;
  const manifest = manifestWith(specifier);
  const help = manifest === undefined ? "" : ` Add to "include": "${manifest}".`;
  const reason = "mcconfig, Moddable's build tool, would not find it.";
  scope.warnings.push(`${place}: no manifest that the app includes brings "${specifier}": ${reason}${help}`);
}

function warnOfAwait(scope: Scope, { name, awaitLine }: Compiled): void {
  const defines = scope.project.defines as { main?: { async?: unknown } };
  if (awaitLine === undefined || defines.main?.async) return;
  const help = 'it needs "defines": { "main": { "async": 1 } } in the manifest';
  scope.warnings.push(`${name}:${awaitLine}: top-level await ends the app on Moddable's boards: ${help}`);
}

function checkImports(scope: Scope, module: Module, { source, name, imports }: Compiled): void {
  for (const imported of imports) {
    const specifier = resolveSpecifier(module.specifier, imported);
    const place = placeOf(name, source.text, imported);
    if (scope.names.has(specifier)) {
      if (!module.source.startsWith(SDK)) warnOfUnlisted(scope, specifier, `${name}:${place.line}`);
      continue;
    }
    const isJson = imported.endsWith(".json") && scope.names.has(specifier.slice(0, -5));
    const reason = isJson
      ? `a JSON module is imported by its name in the manifest: "${specifier.slice(0, -5)}"`
      : "neither the manifest nor the firmware has it";
    throw new CompileError(
      `there is no module "${imported}": ${reason}`,
      place,
      [],
      isJson ? "" : hintForModule(imported, { from: module.specifier, names: scope.names }),
    );
  }
}

/** TypeScript leaves out imports of what is used as a type alone. */
function keptImports({ source, name, dynamicImports }: Compiled): readonly string[] {
  const { code } = stripTypes(source.text, { name, allowNatives: false });
  return [...listImports(code, name), ...dynamicImports];
}

export interface CompiledModules {
  /** In the order of the archive. */
  readonly modules: readonly LinkModule[];
  /** Specifiers of those that are the SDK's. */
  readonly carried: readonly string[];
  /** What works here and would not in a Moddable build. */
  readonly warnings: readonly string[];
}

export class AppModules {
  readonly #sources: Sources;
  readonly #debug: boolean;
  /** By specifier. */
  readonly #compiled = new Map<string, Compiled>();

  /** @param debug - keep file and line in the byte code. */
  constructor(sources: Sources, debug: boolean) {
    this.#sources = sources;
    this.#debug = debug;
  }

  /**
   * @param folder - the project's folder, symbolic links resolved.
   * @throws CompileError, ManifestError
   */
  compile(project: ResolvedProject, folder: string, firmware: Firmware): CompiledModules {
    const own = project.modules.filter((module) => !isOfSdk(module, folder, firmware));
    const names = importableNames(project, firmware);
    if (!names.has("main")) {
      throw new ManifestError(NO_MAIN, project.modulesPlace);
    }
    const scope: Scope = { project, folder, firmware, names, warnings: [] };
    const all = this.#withCarried(scope, own);
    const modules = all.map((module) => this.#compileOne(scope, module));
    const config = { name: "mc/config.json", text: JSON.stringify(project.config) };
    const byteCode = compileModule(config, { debug: false, allowNatives: false });
    modules.push({ path: CONFIG_MODULE, byteCode });
    this.#forgetBut(all);
    const carried = all.slice(own.length).map(({ specifier }) => specifier);
    return {
      modules: modules.sort((a, b) => (a.path < b.path ? -1 : 1)),
      carried: carried.sort(),
      warnings: scope.warnings,
    };
  }

  /** These modules, then those of the SDK that they import and the firmware does not have. */
  #withCarried({ folder, firmware }: Scope, own: readonly Module[]): readonly Module[] {
    const all = new Map(own.map((module) => [module.specifier, module]));
    for (const module of all.values()) {
      const compiled = this.#read(module, nameOf(module.source, folder));
      const carried = [...compiled.imports, ...compiled.dynamicImports].flatMap((imported) => {
        const specifier = resolveSpecifier(module.specifier, imported);
        const source = carriedSource(firmware, specifier);
        return source === undefined || all.has(specifier) ? [] : [{ imported, specifier, source, from: packageRoot }];
      });
      if (carried.length === 0) continue;
      compiled.kept ??= keptImports(compiled);
      for (const { imported, ...found } of carried) {
        if (compiled.kept.includes(imported)) all.set(found.specifier, found);
      }
    }
    return [...all.values()];
  }

  #forgetBut(modules: readonly Module[]): void {
    const kept = new Set(modules.map(({ specifier }) => specifier));
    for (const specifier of this.#compiled.keys()) if (!kept.has(specifier)) this.#compiled.delete(specifier);
  }

  #compileOne(scope: Scope, module: Module): LinkModule {
    const compiled = this.#read(module, nameOf(module.source, scope.folder));
    if (module.specifier === "main") warnOfAwait(scope, compiled);
    checkImports(scope, module, compiled);
    const { name, source } = compiled;
    compiled.byteCode ??= compileModule({ name, text: source.text }, { debug: this.#debug, allowNatives: false });
    return { path: module.specifier, byteCode: compiled.byteCode };
  }

  #read({ specifier, source: path }: Module, name: string): Compiled {
    const source = this.#sources.read(path);
    if (source === undefined) throw new CompileError("the file cannot be read", { file: name, line: 1, column: 0 });
    const known = this.#compiled.get(specifier);
    if (known?.source === source && known.name === name) return known;
    const { text } = source;
    const awaitLine = specifier === "main" ? findTopLevelAwait(text, name) : undefined;
    const imports = { imports: listImports(text, name), dynamicImports: listDynamicImports(text, name) };
    const compiled = { source, name, ...imports, awaitLine, kept: undefined, byteCode: undefined };
    this.#compiled.set(specifier, compiled);
    return compiled;
  }
}
