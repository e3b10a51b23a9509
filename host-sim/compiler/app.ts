// SPDX-License-Identifier: Apache-2.0
/** Builds an app: manifest -> types checked -> byte code -> archive, linked clean -> image. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, realpathSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, posix, relative, resolve } from "node:path";
import { type Board, packageRoot } from "../engine/paths.js";
import type { Module } from "../manifest/modules.js";
import type { ResolvedProject } from "../manifest/resolve.js";
import { type BuildInputs, readRecord, watchEnvironment, writeRecord } from "./build-record.js";
import { CompileError } from "./compile-error.js";
import type { Firmware } from "./firmware.js";
import type { LinkModule, LinkResource } from "./link.js";

export interface BuildOptions {
  readonly board: Board;
  /** Keep file and line in the byte code, for the debug engine. */
  readonly debug: boolean;
  /** Folder for the results; by default `build/` of the project. */
  readonly output?: string;
  /** Told what is being done. */
  readonly progress?: (text: string) => void;
}

export interface BuiltApp {
  readonly name: string;
  /** The image: what a board's slot takes. */
  readonly image: string;
  /** SHA-256 of the image, hex. */
  readonly digest: string;
  readonly size: number;
  /** ABI digest of the firmware that it is linked for, hex. */
  readonly abi: string;
  readonly modules: readonly string[];
  readonly warnings: readonly string[];
}

/** Specifiers that a board's firmware reserves beyond its own modules. */
const CONFIG_MODULE = "mc/config";
/** The device's crypto comes with the manifest of the contract: which file it is depends on the board. */
const DEVICE_CRYPTO = "thimble/device/crypto";
const CRYPTO_CONTRACT = "thimble/contracts/crypto";
/** Firmware modules that an app cannot import begin so. */
const INTERNAL = "thimble:";
const PRELOAD_RESOURCE = "thimble/preload";

function outputFolder(folder: string, options: BuildOptions): string {
  return join(options.output ?? join(folder, "build"), `${options.board}-${options.debug ? "debug" : "release"}`);
}

/** A module's own name in the archive, where an import from another module finds it. */
function resolveSpecifier(from: string, specifier: string): string {
  const bare = specifier.replace(/\.m?js$/, "");
  return bare.startsWith(".") ? posix.join(posix.dirname(from), bare) : bare;
}

function lineOf(text: string, specifier: string): number {
  const at = text.search(new RegExp(`["']${specifier.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}["']`));
  return at < 0 ? 1 : text.slice(0, at).split("\n").length;
}

interface Toolchain {
  readonly compileModule: typeof import("./compile.js").compileModule;
  readonly listImports: typeof import("./strip.js").listImports;
  readonly findTopLevelAwait: typeof import("./strip.js").findTopLevelAwait;
}

class AppBuilder {
  readonly #project: ResolvedProject;
  readonly #folder: string;
  readonly #options: BuildOptions;
  readonly #firmware: Firmware;
  readonly #tools: Toolchain;
  /** What works here and would not in a Moddable build. */
  readonly warnings: string[] = [];

  constructor(project: ResolvedProject, folder: string, options: BuildOptions, firmware: Firmware, tools: Toolchain) {
    this.#project = project;
    this.#folder = folder;
    this.#options = options;
    this.#firmware = firmware;
    this.#tools = tools;
  }

  /** The app's own modules: those of the SDK are in the firmware already. */
  get ownModules(): Module[] {
    const inFirmware = new Set(this.#firmware.modules);
    return this.#project.modules.filter((module) => {
      if (!inFirmware.has(module.specifier)) return true;
      if (
        module.source.startsWith(join(packageRoot, "sdk")) ||
        module.source.startsWith(join(packageRoot, "devices"))
      ) {
        return false;
      }
      throw new CompileError(`${module.specifier} is a module of the firmware: an app cannot replace it`, {
        file: this.#nameOf(module.source),
        line: 1,
        column: 0,
      });
    });
  }

  compile(): LinkModule[] {
    const own = this.ownModules;
    const open = this.#firmware.modules.filter((name) => !name.startsWith(INTERNAL));
    const names = new Set([...own.map((module) => module.specifier), ...open, CONFIG_MODULE]);
    if (!own.some((module) => module.specifier === "main")) {
      throw new CompileError('the manifest has no module "main": it is where an app begins');
    }
    const modules = own.map((module) => this.#compileOne(module, names));
    const config = { name: "mc/config.json", text: JSON.stringify(this.#project.config) };
    const byteCode = this.#tools.compileModule(config, { debug: false, allowNatives: false });
    modules.push({ path: CONFIG_MODULE, byteCode });
    return modules.sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  resources(): LinkResource[] {
    const preload = this.#project.preload.filter((name) => !this.#firmware.modules.includes(name));
    const files = [...this.#project.data, ...this.#project.resources];
    const paths = [PRELOAD_RESOURCE, ...files.map(({ path }) => path)];
    const twice = paths.find((path, i) => paths.indexOf(path) < i);
    if (twice !== undefined) throw new CompileError(`the archive would have two resources of the name "${twice}"`);
    const data = files.map(({ path, source }) => ({ path, data: readFileSync(source) }));
    const list = { path: PRELOAD_RESOURCE, data: Buffer.from(preload.map((name) => `${name}\0`).join(""), "utf8") };
    return [...data, list];
  }

  /** Relative to the app or, for a module of this package, to the package: it goes into the image, where no place is named. */
  #nameOf(source: string): string {
    const name = relative(this.#folder, source);
    const inPackage = relative(packageRoot, source);
    return name.startsWith("..") && !inPackage.startsWith("..") ? inPackage : name;
  }

  /** The firmware here has all its modules; a Moddable build has those that a manifest includes. */
  #warnOfUnlisted(specifier: string, place: string): void {
    if (!this.#firmware.modules.includes(specifier)) return;
    const { provided, modules } = this.#project;
    if (provided.includes(specifier) || modules.some((module) => module.specifier === specifier)) return;
    if (specifier === DEVICE_CRYPTO && modules.some((module) => module.specifier === CRYPTO_CONTRACT)) return;
    const text = `no manifest that the app includes brings "${specifier}": mcconfig would not find it`;
    this.warnings.push(`${place}: ${text}`);
  }

  #warnOfAwait(text: string, name: string): void {
    const line = this.#tools.findTopLevelAwait(text, name);
    const defines = this.#project.defines as { main?: { async?: unknown } };
    if (line === undefined || defines.main?.async) return;
    const help = 'it needs "defines": { "main": { "async": 1 } } in the manifest';
    this.warnings.push(`${name}:${line}: top-level await ends the app on Moddable's boards: ${help}`);
  }

  #compileOne(module: Module, names: ReadonlySet<string>): LinkModule {
    const text = readFileSync(module.source, "utf8");
    const name = this.#nameOf(module.source);
    if (module.specifier === "main") this.#warnOfAwait(text, name);
    for (const imported of this.#tools.listImports(text, name)) {
      const specifier = resolveSpecifier(module.specifier, imported);
      if (names.has(specifier)) {
        this.#warnOfUnlisted(specifier, `${name}:${lineOf(text, imported)}`);
        continue;
      }
      const place = { file: name, line: lineOf(text, imported), column: 0 };
      const isJson = imported.endsWith(".json") && names.has(specifier.slice(0, -5));
      const reason = isJson
        ? `a JSON module is imported by its name in the manifest: "${specifier.slice(0, -5)}"`
        : "neither the manifest nor the firmware has it";
      throw new CompileError(`there is no module "${imported}": ${reason}`, place);
    }
    const { debug } = this.#options;
    return {
      path: module.specifier,
      byteCode: this.#tools.compileModule({ name, text }, { debug, allowNatives: false }),
    };
  }
}

function inputsOf(
  project: ResolvedProject,
  checked: readonly string[],
  asked: BuildInputs["environment"],
): BuildInputs {
  const { modules, declarations, data, resources } = project;
  const isFolder = (path: string): boolean => statSync(path).isDirectory();
  const named = [...modules, ...declarations, ...data, ...resources].map(({ source }) => source);
  const manifests = project.inputs.filter((path) => !isFolder(path));
  return {
    files: [...new Set([...manifests, ...named, ...checked])].sort(),
    folders: project.inputs.filter(isFolder),
    environment: asked,
  };
}

/**
 * Builds the app of a folder (or manifest file). Unchanged input rebuilds nothing.
 * @throws CompileError, ManifestError - one clear message with file and line.
 */
export async function buildApp(path: string, options: BuildOptions): Promise<BuiltApp> {
  const target = resolve(path);
  const isFile = existsSync(target) && statSync(target).isFile();
  const manifest = isFile ? target : join(target, "manifest.json");
  const folder = dirname(manifest);
  const output = outputFolder(folder, options);
  const recordFile = join(output, "build.json");
  const results = ["app.img", "app.xsa"].map((name) => join(output, name));
  const known = readRecord<BuiltApp>(recordFile, manifest, results);
  if (known) return known;

  options.progress?.("reading the manifest");
  const { resolveManifest } = await import("../manifest/resolve.js");
  const { typecheck } = await import("./typecheck.js");
  const { compileModule } = await import("./compile.js");
  const { listImports, findTopLevelAwait } = await import("./strip.js");
  const { linkArchive } = await import("./link.js");
  const { makeImage } = await import("./image.js");
  const { firmwareIdentifiers, readAbi } = await import("./abi.js");
  const { engineInfo } = await import("./engine-info.js");
  const { readFirmware } = await import("./firmware.js");
  const firmware = readFirmware();
  const engine = engineInfo();
  const startedMs = Date.now();
  const { environment, asked } = watchEnvironment();
  const project = resolveManifest(target, {
    platform: options.board,
    thimbleRoot: packageRoot,
    moddable: environment.MODDABLE,
    environment,
  });
  const realFolder = realpathSync(folder);
  options.progress?.("checking types");
  const checked = typecheck(project, realFolder);
  options.progress?.("compiling");
  const builder = new AppBuilder(project, realFolder, options, firmware, {
    compileModule,
    listImports,
    findTopLevelAwait,
  });
  const abi = readAbi();
  const identifiers = { known: firmwareIdentifiers(abi, engine), first: abi.appIds };
  const modules = builder.compile();
  const archive = linkArchive(project.name, modules, builder.resources(), identifiers, engine);
  const image = makeImage(archive, {
    version: [0, 1, 0],
    abi: Buffer.from(firmware.abi, "hex"),
    heapBytes: project.creation.static ?? 0,
    stackSlots: project.creation.stack ?? 0,
  });

  mkdirSync(output, { recursive: true });
  const built: BuiltApp = {
    name: project.name,
    image: join(output, "app.img"),
    digest: createHash("sha256").update(image).digest("hex"),
    size: image.length,
    abi: firmware.abi,
    modules: modules.map((module) => module.path),
    warnings: [...project.warnings, ...builder.warnings],
  };
  writeFileSync(built.image, image);
  writeFileSync(join(output, "app.xsa"), archive);
  const inputs = inputsOf(project, checked, asked);
  writeRecord(recordFile, { manifest, results, result: built, ...inputs }, startedMs);
  return built;
}
