// SPDX-License-Identifier: Apache-2.0
/**
 * Reads a Moddable `manifest.json` and all that it includes, with the meaning that mcconfig gives it. docs/manifest.md
 * is the page for the user; it lists every point where we are stricter.
 */
import { existsSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { type Creation, checkCreation } from "./creation.js";
import { type DataFile, resolveData } from "./data.js";
import { ManifestError, type Place, placeText } from "./error.js";
import type { JsonNode, JsonObject } from "./json.js";
import { loadManifests } from "./load.js";
import type { Context, Manifest } from "./manifest.js";
import { mergeObject } from "./merge.js";
import { type Module, resolveModules } from "./modules.js";
import { resolvePreload } from "./preload.js";
import { textList } from "./schema.js";
import { StandIns } from "./stand-ins.js";
import { mergeTypescript } from "./typescript.js";
import { Variables } from "./variables.js";

export interface ResolveOptions {
  /** `host`, `mps2-an505`; a name with parts, `esp32/moddable_six`, has sub-platforms. */
  readonly platform: string;
  /** The shell's variables for `$(NAME)` and `"NAME ?="`; by default those of this process. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** The folder of this package: the value of `$(THIMBLE)`. */
  readonly thimbleRoot: string;
  /** A Moddable SDK: the value of `$(MODDABLE)`. What we have a stand-in for is not taken from it. */
  readonly moddable?: string | undefined;
  /** For the manifests of a firmware: C sources, and names that are reserved in an app. */
  readonly allowNatives?: boolean;
  /** Filled with what `ResolvedProject.inputs` has, and also before an error: then with what was missing, too. */
  readonly inputs?: Set<string>;
}

export interface ResolvedProject {
  /** The variable NAME, by default the name of the manifest's folder. */
  readonly name: string;
  readonly modules: readonly Module[];
  /** Where the app's manifest has `modules`, or would have it. */
  readonly modulesPlace: Place;
  readonly declarations: readonly Module[];
  readonly natives: readonly string[];
  readonly preload: readonly string[];
  readonly provided: readonly string[];
  readonly config: JsonObject;
  readonly defines: JsonObject;
  readonly creation: Creation;
  readonly strip: readonly string[];
  readonly data: readonly DataFile[];
  readonly resources: readonly DataFile[];
  /** Those options of TypeScript that change what it accepts. */
  readonly compilerOptions: JsonObject;
  /** `file:line: text`, in the order in which they were found. */
  readonly warnings: readonly string[];
  /** Absolute paths of all manifests read and all folders listed, sorted: when one changes, resolve again. */
  readonly inputs: readonly string[];
  /** What was taken from the shell's environment: when it changes, resolve again. */
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * @param path - a manifest, or a folder with a `manifest.json`.
 * @returns lists sorted by code unit, so that the same tree gives the same result everywhere.
 * @throws ManifestError - everything that is wrong with the manifests or the files that they name.
 */
export function resolveManifest(path: string, options: ResolveOptions): ResolvedProject {
  const file = findManifest(path, options.inputs);
  const warnings: string[] = [];
  const context = makeContext(file, options, warnings);
  const manifests = loadManifests(file, context);
  const merged = merge(manifests, context);
  const claimed = new Set<string>();
  const data = resolveData(manifests, "data", claimed, context);
  const list = resolveModules(manifests, claimed, context);
  const resources = resolveData(manifests, "resources", claimed, context);
  const preload = resolvePreload(manifests, list, context);
  return {
    name: projectName(context, file),
    ...list,
    modulesPlace: { file, line: manifests.at(-1)?.root.members?.get("modules")?.keyLine ?? 1 },
    preload,
    ...merged,
    data,
    resources,
    warnings,
    inputs: [...context.inputs].sort(),
    environment: Object.fromEntries([...context.variables.used].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

function findManifest(path: string, inputs: Set<string> | undefined): string {
  const absolute = resolve(path);
  const isFolder = (name: string): boolean => statSync(name, { throwIfNoEntry: false })?.isDirectory() ?? false;
  const isNamed = basename(absolute) === "manifest.json";
  const file = isFolder(absolute) && !isNamed ? join(absolute, "manifest.json") : absolute;
  inputs?.add(file);
  if (isFolder(file)) throw new ManifestError("this is a folder, and a manifest is a file", { file });
  if (!existsSync(file)) {
    throw new ManifestError("there is no such manifest (`thimble create` makes a project with one)", { file });
  }
  if (/\.m?[jt]s$/.test(file)) {
    throw new ManifestError('this is a module: an app is a folder with a manifest.json, whose "modules" name it', {
      file,
    });
  }
  return realpathSync(file);
}

function makeContext(file: string, options: ResolveOptions, warnings: string[]): Context {
  const thimble = realpathSync(options.thimbleRoot);
  const standIns = new StandIns(thimble, options.moddable);
  const [platform = "", ...rest] = options.platform.split("/");
  const fixed: Record<string, string> & { SUBPLATFORM?: string } = {
    MODDABLE: standIns.root,
    THIMBLE: thimble,
    NAME: basename(dirname(file)),
    PLATFORM: platform,
    FULLPLATFORM: options.platform,
  };
  if (rest.length > 0) fixed.SUBPLATFORM = rest.join("/");
  return {
    platform: options.platform,
    variables: new Variables(fixed, options.environment ?? process.env, warnings),
    standIns,
    allowNatives: options.allowNatives ?? false,
    warnings,
    inputs: options.inputs ?? new Set(),
  };
}

/** All that is not a list of files. */
function merge(
  manifests: readonly Manifest[],
  context: Context,
): Pick<ResolvedProject, "config" | "defines" | "creation" | "strip" | "compilerOptions"> {
  const config: JsonObject = {};
  const defines: JsonObject = {};
  const creation: JsonObject = {};
  const compilerOptions: JsonObject = {};
  let strip: readonly string[] = [];
  let hasCreation = false;
  for (const manifest of manifests) {
    for (const section of manifest.sections) {
      report(manifest, section, context);
      const member = (key: string): JsonNode | undefined => section.members?.get(key)?.node;
      for (const [key, target] of Object.entries({ config, defines, creation })) {
        const node = member(key);
        if (node === undefined) continue;
        if (key === "creation") {
          checkCreation(manifest, node);
          hasCreation = true;
        }
        mergeObject(target, node, key, manifest, context);
      }
      const stripNode = member("strip");
      if (stripNode !== undefined) strip = textList(manifest, stripNode, '"strip"').map((item) => item.text);
      const typescript = member("typescript");
      if (typescript !== undefined) mergeTypescript(compilerOptions, manifest, typescript, context);
    }
  }
  const app = manifests.at(-1);
  if (!hasCreation && app !== undefined && !context.allowNatives) {
    const help = "mcconfig, Moddable's build tool, would refuse it; include $(MODDABLE)/examples/manifest_base.json";
    context.warnings.push(`${placeText({ file: app.file })}: no manifest has "creation" (${help})`);
  }
  return { config, defines, creation: creation as Creation, strip, compilerOptions };
}

/** `error` stops, `warning` is passed on. A stand-in's text is reported where the stand-in is included. */
function report(manifest: Manifest, section: JsonNode, context: Context): void {
  for (const key of ["error", "warning"] as const) {
    const member = section.members?.get(key);
    if (member === undefined) continue;
    for (const { text, line } of textList(manifest, member.node, `"${key}"`)) {
      const own = manifest.place(line);
      const place = manifest.standIn ? (manifest.includedFrom ?? own) : own;
      if (key === "error") throw new ManifestError(`${text} (platform ${context.platform})`, place);
      context.warnings.push(`${placeText(place)}: ${text}`);
    }
  }
}

function projectName(context: Context, file: string): string {
  const name = context.variables.get("NAME") ?? "";
  if (name === "" || name.startsWith(".") || /[/\\:\p{Cc}]/u.test(name)) {
    throw new ManifestError(`NAME cannot be the name of a folder: ${JSON.stringify(name)}`, { file });
  }
  return name;
}
