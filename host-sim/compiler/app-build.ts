// SPDX-License-Identifier: Apache-2.0
/**
 * Builds one app again and again: TypeScript stays loaded, and what a change does not reach is neither parsed nor checked
 * nor compiled again. The first build is the one that `buildApp` makes; each later one gives the same bytes as it would.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { packageRoot } from "../engine/paths.js";
import { makeImage } from "../image/make.js";
import { ManifestError } from "../manifest/error.js";
import { nameFrom } from "../manifest/name-from.js";
import { type ResolvedProject, resolveManifest } from "../manifest/resolve.js";
import { writeWhole } from "../whole-file.js";
import { firmwareIdentifiers, readAbi } from "./abi.js";
import { AppModules, type CompiledModules } from "./app-modules.js";
import type { AppPlaces, BuildOptions, BuiltApp } from "./app-places.js";
import { type BuildInputs, watchEnvironment, writeRecord } from "./build-record.js";
import { CompileError } from "./compile-error.js";
import { engineInfo } from "./engine-info.js";
import { type Firmware, readFirmware } from "./firmware.js";
import { makeLines } from "./lines.js";
import { type LinkResource, linkArchive } from "./link.js";
import { Sources } from "./sources.js";
import { carriedSource, importableNames } from "./specifiers.js";
import { TypeChecker } from "./typecheck.js";

const PRELOAD_RESOURCE = "thimble/preload";

/** What a build looked at, also one that failed. */
export interface Looked extends BuildInputs {
  /** Files and folders that it looked for in vain. */
  readonly missing: readonly string[];
}

function resourcesOf(project: ResolvedProject, firmware: Firmware): LinkResource[] {
  // The SDK's modules freeze what they export; its manifests list them for Moddable's linker.
  const isOwn = (name: string): boolean =>
    !firmware.modules.includes(name) && carriedSource(firmware, name) === undefined;
  const preload = project.preload.filter(isOwn);
  const files = [...project.data, ...project.resources];
  const paths = [PRELOAD_RESOURCE, ...files.map(({ path }) => path)];
  const twice = paths.find((path, i) => paths.indexOf(path) < i);
  if (twice !== undefined) throw new CompileError(`the archive would have two resources of the name "${twice}"`);
  const data = files.map(({ path, source }) => ({ path, data: readFileSync(source) }));
  const list = { path: PRELOAD_RESOURCE, data: Buffer.from(preload.map((name) => `${name}\0`).join(""), "utf8") };
  return [...data, list];
}

export class AppBuild {
  readonly #places: AppPlaces;
  readonly #options: BuildOptions;
  readonly #sources = new Sources();
  #checker = new TypeChecker(this.#sources);
  #modules: AppModules;
  /** Manifests and folders that the last build read, or looked for. */
  #manifestInputs = new Set<string>();
  #project: ResolvedProject | undefined;
  /** Sources of the SDK's modules that the last build carried. */
  #carried: readonly string[] = [];
  #asked: Record<string, string | null> = {};

  constructor(places: AppPlaces, options: BuildOptions) {
    this.#places = places;
    this.#options = options;
    this.#modules = new AppModules(this.#sources, options.debug);
  }

  /** What the last build looked at. */
  get looked(): Looked {
    const stats = [...this.#manifestInputs]
      .sort()
      .map((path) => ({ path, info: statSync(path, { throwIfNoEntry: false }) }));
    const project = this.#project;
    const listed =
      project === undefined ? [] : [project.modules, project.declarations, project.data, project.resources];
    const named = listed.flat().map(({ source }) => source);
    const manifests = stats.filter(({ info }) => info?.isFile()).map(({ path }) => path);
    const absent = stats.filter(({ info }) => info === undefined).map(({ path }) => path);
    return {
      files: [...new Set([...manifests, ...named, ...this.#carried, ...this.#checker.files])].sort(),
      folders: stats.filter(({ info }) => info?.isDirectory()).map(({ path }) => path),
      environment: this.#asked,
      missing: [...absent, ...this.#checker.missing],
    };
  }

  /**
   * Builds and writes the results.
   * @throws CompileError, ManifestError - one clear message with file and line. The next build begins where this one would have.
   */
  build(): BuiltApp {
    try {
      return this.#build();
    } catch (error) {
      // A fault of TypeScript's or ours may have left half of something: nothing is kept.
      if (!(error instanceof CompileError || error instanceof ManifestError)) this.#forget();
      throw error;
    }
  }

  #forget(): void {
    this.#checker = new TypeChecker(this.#sources);
    this.#modules = new AppModules(this.#sources, this.#options.debug);
  }

  #build(): BuiltApp {
    const { progress } = this.#options;
    const startedMs = Date.now();
    this.#sources.begin();
    progress?.("reading the manifest");
    const project = this.#resolve();
    const folder = realpathSync(this.#places.folder);
    const firmware = readFirmware();
    progress?.("checking types");
    this.#checker.check({ project, folder, names: importableNames(project, firmware) });
    progress?.("compiling");
    const compiled = this.#modules.compile(project, folder, firmware);
    this.#carried = compiled.carried.flatMap((name) => carriedSource(firmware, name) ?? []);
    progress?.("linking");
    const built = this.#write(project, compiled, firmware);
    const { manifest, results, record } = this.#places;
    const { missing: _, ...inputs } = this.looked;
    writeRecord(record, { manifest, results, result: built, ...inputs }, startedMs);
    return built;
  }

  #resolve(): ResolvedProject {
    const { environment, asked } = watchEnvironment();
    const inputs = new Set<string>();
    this.#manifestInputs = inputs;
    this.#asked = asked;
    this.#project = undefined;
    this.#project = resolveManifest(this.#places.manifest, {
      platform: this.#options.board,
      thimbleRoot: packageRoot,
      moddable: environment.MODDABLE,
      environment,
      inputs,
    });
    return this.#project;
  }

  #write(project: ResolvedProject, { modules, carried, warnings }: CompiledModules, firmware: Firmware): BuiltApp {
    const abi = readAbi();
    const engine = engineInfo();
    const identifiers = { known: firmwareIdentifiers(abi, engine), first: abi.appIds };
    const archive = linkArchive(project.name, modules, resourcesOf(project, firmware), identifiers, engine);
    const image = makeImage(archive, {
      version: [0, 1, 0],
      abi: Buffer.from(firmware.abi, "hex"),
      heapBytes: project.creation.static ?? 0,
      stackSlots: project.creation.stack ?? 0,
    });
    const { output } = this.#places;
    mkdirSync(output.folder, { recursive: true });
    writeWhole(output.image, image);
    writeWhole(output.archive, archive);
    writeWhole(output.lines, makeLines(archive, modules));
    return {
      name: project.name,
      image: output.image,
      digest: createHash("sha256").update(image).digest("hex"),
      size: image.length,
      lines: output.lines,
      abi: firmware.abi,
      modules: modules.map((module) => module.path),
      carried: modules
        .filter(({ path }) => carried.includes(path))
        .map(({ path, byteCode }) => ({ name: path, bytes: byteCode.code.length })),
      warnings: [...project.warnings.map((text) => nameFrom(this.#places.folder, text)), ...warnings],
    };
  }
}
