// SPDX-License-Identifier: Apache-2.0
/**
 * Reads a manifest and all that it includes, each once, into the order in which they are merged: an included manifest
 * stands before the one that includes it, so that the app's own values come last and win.
 */
import { readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, normalize, resolve } from "node:path";
import { nearestName } from "../nearest.js";
import { ManifestError, type Place } from "./error.js";
import { type JsonNode, parseJson } from "./json.js";
import type { Context, Manifest } from "./manifest.js";
import { matchPlatform } from "./platform.js";
import { checkKeys, membersOf, textOf } from "./schema.js";

const MAX_BYTES = 1 << 20;
const MAX_MANIFESTS = 512;
const MAX_DEPTH = 64;

/**
 * @param file - absolute path of the app's manifest.
 * @returns the manifests in the order of merging; the last is the app's.
 * @throws ManifestError
 */
export function loadManifests(file: string, context: Context): readonly Manifest[] {
  const loader = new Loader(context);
  loader.load(file, undefined);
  return loader.manifests;
}

class Loader {
  readonly manifests: Manifest[] = [];
  readonly #context: Context;
  readonly #finished = new Set<string>();
  readonly #open: string[] = [];

  constructor(context: Context) {
    this.#context = context;
  }

  load(path: string, from: Place | undefined): void {
    const file = realpathSync(path);
    if (this.#finished.has(file)) return;
    const place = from ?? { file };
    if (this.#open.includes(file)) {
      const circle = [...this.#open.slice(this.#open.indexOf(file)), file];
      throw new ManifestError(`manifests include one another in a circle: ${circle.join(" -> ")}`, place);
    }
    if (this.#open.length >= MAX_DEPTH || this.#finished.size >= MAX_MANIFESTS) {
      throw new ManifestError(`too many includes (at most ${MAX_MANIFESTS}, ${MAX_DEPTH} deep)`, place);
    }
    this.#open.push(file);
    const manifest = this.#read(file, from);
    this.manifests.push(manifest);
    this.#open.pop();
    this.#finished.add(file);
  }

  #read(file: string, includedFrom: Place | undefined): Manifest {
    const { standIns, inputs } = this.#context;
    inputs.add(file);
    const root = parseJson(readText(file, includedFrom), file, includedFrom);
    const sections = [root];
    const manifest: Manifest = {
      file,
      directory: dirname(file),
      root,
      sections,
      standIn: standIns.contains(file),
      includedFrom,
      place: (line) => ({ file, line, includedFrom }),
    };
    checkKeys(manifest, root);
    const section = this.#platformSection(manifest);
    if (section !== undefined) sections.push(section);
    for (const each of sections) this.#build(manifest, each);
    for (const each of sections) this.#include(manifest, each);
    return manifest;
  }

  #platformSection(manifest: Manifest): JsonNode | undefined {
    const platforms = manifest.root.members?.get("platforms");
    if (platforms === undefined) return undefined;
    const members = membersOf(manifest, platforms.node, '"platforms"');
    for (const [name, member] of members) membersOf(manifest, member.node, `the section "${name}" of "platforms"`);
    const section = matchPlatform(members, this.#context.platform)?.[1].node;
    if (section !== undefined) checkKeys(manifest, section);
    return section;
  }

  #build(manifest: Manifest, section: JsonNode): void {
    const build = section.members?.get("build");
    if (build === undefined) return;
    for (const [name, member] of membersOf(manifest, build.node, '"build"')) {
      this.#context.variables.define(name, member, manifest.directory, manifest.place(member.keyLine));
    }
  }

  #include(manifest: Manifest, section: JsonNode): void {
    const include = section.members?.get("include");
    if (include === undefined) return;
    for (const item of include.node.items ?? [include.node]) {
      const place = manifest.place(item.line);
      if (item.members?.has("git")) {
        throw new ManifestError(
          "an include from git is not supported: fetch it and include its manifest by path",
          place,
        );
      }
      const text = textOf(manifest, item, '"include"');
      this.load(this.#find(manifest, text, place), place);
    }
  }

  #find(manifest: Manifest, text: string, place: Place): string {
    const { standIns, variables, inputs } = this.#context;
    const path = normalize(resolve(manifest.directory, variables.expand(text, place)));
    const standIn = standIns.findManifest(path);
    const stat = statSync(standIn ?? path, { throwIfNoEntry: false });
    if (stat?.isFile()) return standIn ?? path;
    inputs.add(path);
    if (stat !== undefined) throw new ManifestError(`"include" names a folder, not a manifest: ${text}`, place);
    const sdkName = standIns.sdkName(path);
    if (sdkName !== undefined && !standIns.hasSdk) {
      const help = `${standIns.page} lists what they have; for other manifests of Moddable set MODDABLE to its SDK`;
      throw new ManifestError(`the boards of Thimble have nothing for ${sdkName} (${help})`, place);
    }
    const reason = `the included manifest does not exist: ${text}${path === text ? "" : ` (${path})`}`;
    throw new ManifestError(`${reason}${meantManifest(text, path)}`, place);
  }
}

/** For a misspelt file: the one in its folder that is close to it. */
function meantManifest(text: string, path: string): string {
  const leaf = basename(path);
  const folder = dirname(path);
  if (!text.endsWith(leaf) || !statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return "";
  const meant = nearestName(
    leaf,
    readdirSync(folder)
      .sort()
      .filter((name) => name.endsWith(".json")),
  );
  return meant === undefined ? "" : `: did you mean "${text.slice(0, -leaf.length)}${meant}"?`;
}

function readText(file: string, includedFrom: Place | undefined): string {
  const place = { file, includedFrom };
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw new ManifestError(`the manifest cannot be read: ${(error as Error).message}`, place);
  }
  if (bytes.length > MAX_BYTES) throw new ManifestError(`a manifest has at most ${MAX_BYTES} bytes`, place);
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new ManifestError("the file is not UTF-8 text", place);
  }
}
