// SPDX-License-Identifier: Apache-2.0
/**
 * Builds the images of a tester from all spec files of a run: types checked, compiled, linked. One image has them all when
 * they fit into the app's slot, so that a hundred specs cost one link; otherwise each has a part of them.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { readRecord, watchEnvironment, writeRecord } from "../compiler/build-record.js";
import { type Board, packageRoot } from "../engine/paths.js";
import type { Module } from "../manifest/modules.js";
import type { ResolvedProject } from "../manifest/resolve.js";
import { specGlobals, specPaths } from "../project/spec-types.js";
import { writeWhole } from "../whole-file.js";
import type { BuiltSpecs } from "./built-specs.js";
import type { SpecFiles } from "./spec-files.js";
import type { SpecModules } from "./spec-modules.js";

const DEVICE = "thimble/testing/device";

export interface SpecBuildOptions {
  readonly board: Board;
  readonly progress?: (text: string) => void;
}

const NO_PROJECT: ResolvedProject = {
  name: "specs",
  modules: [],
  modulesPlace: { file: "" },
  declarations: [],
  natives: [],
  preload: [],
  provided: [],
  config: {},
  defines: {},
  creation: {},
  strip: [],
  data: [],
  resources: [],
  compilerOptions: {},
  warnings: [],
  inputs: [],
  environment: {},
};

/** Everything of this package that a tester's image is made from or by. */
function ownFiles(): string[] {
  return [join(packageRoot, "sdk", "testing"), join(packageRoot, "dist", "host-sim", "testing")];
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function isFolder(path: string): boolean {
  return statSync(path).isDirectory();
}

/** What an editor is told of specs, for the type check. */
function specDeclarations(): Module[] {
  const imported = Object.entries(specPaths()).map(([specifier, [path = ""]]) => {
    const source = [".d.ts", ".ts"].map((extension) => path + extension).find((file) => existsSync(file)) ?? path;
    return { specifier, source, from: packageRoot };
  });
  const globals = specGlobals().map((source) => ({ specifier: "thimble/testing/globals", source, from: packageRoot }));
  return [...imported, ...globals];
}

/** For the type check: the specs beside the app's modules, without the module that they cannot import. */
function withSpecs(project: ResolvedProject, specs: SpecFiles, modules: SpecModules): ResolvedProject {
  const own = specs.files.map((source) => ({ specifier: modules.pathOf(source), source, from: specs.folder }));
  const others = project.modules.filter(({ specifier }) => specifier !== "main");
  return {
    ...project,
    modules: [...own, ...others],
    declarations: [...project.declarations, ...specDeclarations()],
  };
}

/**
 * Unchanged input rebuilds nothing, and does not load TypeScript.
 * @throws CompileError, ManifestError - one clear message with file and line.
 */
export async function buildSpecs(specs: SpecFiles, options: SpecBuildOptions): Promise<BuiltSpecs> {
  const what = [specs.manifest, ...specs.files].join("\n");
  const output = join(specs.folder, "build", `${options.board}-test`, sha256(what).slice(0, 8));
  const recordFile = join(output, "build.json");
  const images = join(output, "specs.img");
  const linesFile = (index: number): string => join(output, `specs-${index}.lines`);
  const results = [images, linesFile(0)];
  const known = readRecord<BuiltSpecs>(recordFile, what, results);
  if (known) return known;

  options.progress?.("reading the specs");
  const { resolveManifest } = await import("../manifest/resolve.js");
  const { Sources } = await import("../compiler/sources.js");
  const { TypeChecker } = await import("../compiler/typecheck.js");
  const { readFirmware } = await import("../compiler/firmware.js");
  const { importableNames } = await import("../compiler/specifiers.js");
  const { SpecModules } = await import("./spec-modules.js");
  const { linkSpecs } = await import("./spec-link.js");
  const startedMs = Date.now();
  const { environment, asked } = watchEnvironment();
  const project =
    specs.manifest === undefined
      ? NO_PROJECT
      : resolveManifest(specs.manifest, {
          platform: options.board,
          thimbleRoot: packageRoot,
          moddable: environment.MODDABLE,
          environment,
        });
  const firmware = readFirmware();
  const modules = new SpecModules(specs.folder, project, firmware);
  const all = modules.collect(specs.files);
  options.progress?.("checking types of the specs");
  const checker = new TypeChecker(new Sources());
  const checked = withSpecs(project, specs, modules);
  const names = importableNames({ modules: [...project.modules, ...checked.declarations] }, firmware);
  checker.check({ project: checked, folder: specs.folder, names });
  options.progress?.("compiling the specs");
  const linked = linkSpecs(specs.files, modules, project, linesFile);

  mkdirSync(output, { recursive: true });
  writeWhole(images, Buffer.concat(linked.images.map(({ bytes }) => bytes)));
  for (const { linesFile: file, lines } of linked.images) writeWhole(file, lines);
  const usesDevice = all.some(({ path }) => path === DEVICE);
  const hasApp = project.modules.some(({ specifier }) => specifier === "main");
  const result: BuiltSpecs = { images, specs: linked.specs, usesDevice, hasApp };
  const sources = all.map(({ source }) => source).filter((source) => source !== "mc/config");
  const manifests = project.inputs.filter((path) => !isFolder(path));
  const inputs = {
    files: [...new Set([...manifests, ...sources, ...checker.files, ...ownFiles()])].sort(),
    folders: [...project.inputs.filter(isFolder), ...specs.listed],
    environment: asked,
  };
  writeRecord(recordFile, { manifest: what, results, result, ...inputs }, startedMs);
  return result;
}
