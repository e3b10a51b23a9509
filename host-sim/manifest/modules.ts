// SPDX-License-Identifier: Apache-2.0
/** From `modules` to the list of modules: globs, renaming, exclusion, and what the firmware has already. */
import { readdirSync, readFileSync } from "node:fs";
import { extname, parse } from "node:path";
import { nearestName } from "../nearest.js";
import { collectEntries, type Entries, type Entry, findFiles, folderOf, keyPattern } from "./entries.js";
import { ManifestError, type Place, placeText } from "./error.js";
import { type JsonNode, parseJson } from "./json.js";
import type { Context, Manifest } from "./manifest.js";
import type { SourceFile } from "./source.js";

export interface Module {
  /** What an import says: no extension, "/" between its parts. */
  readonly specifier: string;
  /** Absolute path, symbolic links resolved. */
  readonly source: string;
  /** The manifest that names it. */
  readonly from: string;
}

export interface ModuleList {
  readonly modules: readonly Module[];
  /** `.d.ts` files: types for a module that is in the firmware or written in JavaScript. */
  readonly declarations: readonly Module[];
  /** C sources and headers, and folders of headers (these end in "/"); empty unless they are allowed. */
  readonly natives: readonly string[];
  /** Specifiers that the firmware supplies, by the stand-ins that were included. */
  readonly provided: readonly string[];
}

const SCRIPTS: readonly string[] = [".ts", ".js", ".mjs", ".json"];
const NATIVES: readonly string[] = [".c", ".cc", ".cpp", ".h", ".m", ".java", ".pio"];
const NATIVES_REASON = "natives belong to firmware: an app has none";

/**
 * @param taken - sources that `data` has claimed: they are no modules.
 * @throws ManifestError - a source that names no module, two sources for one specifier, natives in an app.
 */
export function resolveModules(
  manifests: readonly Manifest[],
  taken: ReadonlySet<string>,
  context: Context,
): ModuleList {
  const collector = new Collector(taken, context);
  for (const manifest of manifests) collector.provide(manifest, manifest.root);
  collector.collect(collectEntries(manifests, "modules"));
  return collector.finish();
}

class Collector {
  readonly #context: Context;
  /** Each source counts once, as in mcconfig: excluded, data, or under its first specifier. */
  readonly #claimed: Map<string, string>;
  readonly #modules = new Map<string, Module & { readonly place: Place }>();
  readonly #declarations = new Map<string, Module>();
  readonly #natives = new Set<string>();
  readonly #provided = new Set<string>();

  constructor(taken: ReadonlySet<string>, context: Context) {
    this.#context = context;
    this.#claimed = new Map([...taken].map((path) => [path, ""]));
  }

  collect(entries: Entries): void {
    for (const entry of entries.get("~") ?? []) this.#exclude(entry);
    for (const [key, list] of entries) {
      if (key === "~") continue;
      for (const entry of list) {
        if (!this.#standIn(entry)) this.#add(entry);
      }
    }
  }

  /** Takes over `"thimble": {"provides": [...]}` of a stand-in. */
  provide(manifest: Manifest, root: JsonNode): void {
    const provides = root.members?.get("thimble")?.node.members?.get("provides");
    for (const item of provides?.node.items ?? []) {
      if (typeof item.value !== "string") {
        throw new ManifestError('"provides" is a list of specifiers', manifest.place(item.line));
      }
      this.#provided.add(item.value);
    }
  }

  finish(): ModuleList {
    if (!this.#context.allowNatives) {
      for (const specifier of this.#provided) {
        const module = this.#modules.get(specifier);
        if (module === undefined) continue;
        throw new ManifestError(`the firmware has the module "${specifier}" already`, module.place);
      }
    }
    return {
      modules: sorted(this.#modules.values()),
      declarations: sorted(this.#declarations.values()),
      natives: [...this.#natives].sort(),
      provided: [...this.#provided].sort(),
    };
  }

  #exclude(entry: Entry): void {
    const { files } = findFiles(entry, this.#context);
    if (files.length === 0) this.#warn(entry, `nothing to exclude at "${entry.text}"`);
    for (const file of files) this.#claimed.set(file.path, "");
  }

  /** A folder of Moddable's that the firmware makes unnecessary. */
  #standIn(entry: Entry): boolean {
    const { standIns, inputs } = this.#context;
    const file = standIns.findFolder(folderOf(entry, this.#context));
    if (file === undefined) return false;
    inputs.add(file);
    this.provide(entry.manifest, parseJson(readFileSync(file, "utf8"), file));
    return true;
  }

  #add(entry: Entry): void {
    const { prefix, star } = keyPattern(entry);
    const { pattern, files } = findFiles(entry, this.#context);
    if (pattern.leaf === "") {
      this.#native(`${pattern.directory}/`, entry);
      return;
    }
    let hits = 0;
    for (const file of files) {
      if (pattern.leaf.includes("*") && isSpec(file)) continue;
      if (this.#addFile(star ? prefix + file.name : prefix, file, entry)) hits++;
    }
    if (hits > 0) return;
    if (pattern.leaf.includes("*")) this.#warn(entry, `no module fits "${entry.text}"`);
    else throw new ManifestError(missing(entry, pattern.directory, pattern.leaf), entry.place);
  }

  /** @returns whether the file is of a kind that we know. */
  #addFile(specifier: string, file: SourceFile, entry: Entry): boolean {
    const { extension, path } = file;
    if (NATIVES.includes(extension)) {
      if (!this.#claimed.has(path)) this.#native(path, entry);
      return true;
    }
    if (extension === ".json" && file.stem.startsWith("manifest")) return false;
    if (extension !== ".d.ts" && !SCRIPTS.includes(extension)) return false;
    checkSpecifier(specifier, entry, this.#context);
    const module = { specifier, source: path, from: entry.manifest.file };
    if (extension === ".d.ts") {
      if (!this.#declarations.has(specifier)) this.#declarations.set(specifier, module);
      return true;
    }
    const claimedAs = this.#claimed.get(path);
    if (claimedAs !== undefined) {
      if (claimedAs !== "" && claimedAs !== specifier) {
        this.#warn(
          entry,
          `"${entry.text}" is the module "${claimedAs}" already, it does not become "${specifier}" too`,
        );
      }
      return true;
    }
    const other = this.#modules.get(specifier);
    if (other !== undefined) {
      const reason = `the module "${specifier}" has two sources: ${other.source} and ${path} (exclude one with "~")`;
      throw new ManifestError(reason, entry.place);
    }
    this.#claimed.set(path, specifier);
    this.#modules.set(specifier, { ...module, place: entry.place });
    return true;
  }

  #native(path: string, entry: Entry): void {
    if (!this.#context.allowNatives) throw new ManifestError(`${NATIVES_REASON} (${path})`, entry.place);
    this.#natives.add(path);
  }

  #warn(entry: Entry, text: string): void {
    this.#context.warnings.push(`${placeText(entry.place)}: ${text}`);
  }
}

function checkSpecifier(specifier: string, entry: Entry, context: Context): void {
  const parts = specifier.split("/");
  if (/[\\\p{Cc}\p{Z}*]/u.test(specifier) || parts.some((part) => part === "" || part === "." || part === "..")) {
    throw new ManifestError(`"${specifier}" cannot be the name of a module`, entry.place);
  }
  if (!context.allowNatives && (specifier === "mc/config" || specifier.startsWith("thimble:"))) {
    throw new ManifestError(`the name of the module "${specifier}" is reserved`, entry.place);
  }
}

function missing(entry: Entry, directory: string, leaf: string): string {
  const names = SCRIPTS.some((extension) => leaf.endsWith(extension)) ? leaf : `${leaf}${SCRIPTS.join(`, ${leaf}`)}`;
  const meant = nearestName(leaf, modulesIn(directory, extname(leaf) !== ""));
  const help = meant === undefined ? "" : ` (did you mean "${entry.text.slice(0, -leaf.length)}${meant}"?)`;
  return `there is no module "${entry.text}": looked for ${names} in ${directory}${help}`;
}

/** Names of sources as a manifest writes them, with or without extension. */
function modulesIn(directory: string, withExtension: boolean): string[] {
  const sources = readdirSync(directory)
    .sort()
    .filter((name) => SCRIPTS.includes(extname(name)));
  const modules = sources.filter((name) => !name.startsWith(".") && !name.startsWith("manifest"));
  return modules.map((name) => (withExtension ? name : parse(name).name));
}

function sorted(modules: Iterable<Module>): readonly Module[] {
  return [...modules]
    .map(({ specifier, source, from }) => ({ specifier, source, from }))
    .sort((a, b) => (a.specifier < b.specifier ? -1 : 1));
}

/** What `thimble test` runs beside the app is no module of it. */
function isSpec({ stem, extension }: SourceFile): boolean {
  return extension === ".ts" && stem.endsWith(".spec");
}
