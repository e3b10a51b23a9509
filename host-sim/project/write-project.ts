// SPDX-License-Identifier: Apache-2.0
/** Writes an app's `.thimble/`: `tsconfig.json`, the types of `mc/config`, and what both were made from. */
import { mkdirSync, readFileSync, realpathSync, statSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { watchEnvironment } from "../compiler/build-record.js";
import { ambientTypes, compilerOptions, configTypes } from "../compiler/type-options.js";
import { packageRoot } from "../engine/paths.js";
import type { JsonObject } from "../manifest/json.js";
import { type ResolvedProject, resolveManifest } from "../manifest/resolve.js";
import { projectFolder, recordFile, recordOf } from "./record.js";
import { specGlobals, specPaths } from "./spec-types.js";

const CONFIG_TYPES = "mc-config.d.ts";
/** Boards differ in the values of `config`, hardly ever in their types: an editor sees those of one. */
const PLATFORM = "host";

/** Rewritten only when it changes: editors read it again then. */
function writeIfChanged(path: string, text: string): void {
  try {
    if (readFileSync(path, "utf8") === text) return;
  } catch {
    // not there yet
  }
  writeFileSync(path, text);
}

/** Paths in the app's folder as seen from `.thimble/`: the folder may be moved. */
function toRelative(paths: Record<string, string[]>, folder: string): Record<string, string[]> {
  const real = realpathSync(folder);
  const shorten = (path: string): string => (path.startsWith(`${real}/`) ? `../${relative(real, path)}` : path);
  return Object.fromEntries(Object.entries(paths).map(([name, list]) => [name, list.map(shorten)]));
}

function tsconfigOf(project: ResolvedProject, folder: string): JsonObject {
  const options = compilerOptions(project);
  const paths = { ...specPaths(), ...(options.paths as Record<string, string[]>) };
  return {
    compilerOptions: { ...options, paths: toRelative(paths, folder) },
    files: [...ambientTypes(), ...specGlobals(), `./${CONFIG_TYPES}`],
    include: ["../**/*.ts"],
    exclude: ["../build", "../node_modules"],
  };
}

/**
 * @param folder - of the app, with its manifest.json.
 * @throws ManifestError - as a build of the app does; and when it cannot be written.
 */
export function writeProject(folder: string): void {
  const { environment, asked } = watchEnvironment();
  const moddable = environment.MODDABLE;
  const project = resolveManifest(folder, { platform: PLATFORM, thimbleRoot: packageRoot, moddable, environment });
  const target = projectFolder(folder);
  mkdirSync(target, { recursive: true });
  const header = "// Made by thimble for editors, and made anew by its commands: changes here are lost.\n";
  writeIfChanged(join(target, "tsconfig.json"), `${header}${JSON.stringify(tsconfigOf(project, folder), null, 2)}\n`);
  writeIfChanged(join(target, CONFIG_TYPES), `${header}${configTypes(project)}`);
  const isFolder = (path: string): boolean => statSync(path).isDirectory();
  const files = project.inputs.filter((path) => !isFolder(path));
  const folders = project.inputs.filter(isFolder);
  writeIfChanged(recordFile(folder), recordOf({ files, folders, environment: asked }));
}
