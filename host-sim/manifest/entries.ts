// SPDX-License-Identifier: Apache-2.0
/** Collects `modules`, `data` or `resources` of all manifests: for each key the sources in the order of merging. */
import { dirname, resolve } from "node:path";
import { ManifestError, type Place } from "./error.js";
import type { JsonNode } from "./json.js";
import type { Context, Manifest } from "./manifest.js";
import { membersOf, textOf } from "./schema.js";
import { listFiles, resolveSource, type SourceFile, type SourcePattern } from "./source.js";

export interface Entry {
  readonly key: string;
  /** As the manifest has it. */
  readonly text: string;
  readonly manifest: Manifest;
  readonly place: Place;
}

/** Keys in the order in which they first appear; of two keys that fit one file the first gets it. */
export type Entries = ReadonlyMap<string, readonly Entry[]>;

/** @throws ManifestError - a value that is neither a string nor an array of strings and `{"source": ...}`. */
export function collectEntries(manifests: readonly Manifest[], property: "modules" | "data" | "resources"): Entries {
  const entries = new Map<string, Entry[]>();
  for (const manifest of manifests) {
    for (const section of manifest.sections) {
      const object = section.members?.get(property);
      if (object === undefined) continue;
      for (const [key, member] of membersOf(manifest, object.node, `"${property}"`)) {
        const list = entries.get(key) ?? [];
        entries.set(key, list);
        for (const item of member.node.items ?? [member.node]) {
          const text = sourceOf(manifest, item, member.node.items !== undefined, `"${property}"`);
          list.push({ key, text, manifest, place: manifest.place(item.line) });
        }
      }
    }
  }
  return entries;
}

function sourceOf(manifest: Manifest, node: JsonNode, inArray: boolean, property: string): string {
  if (node.members === undefined) return textOf(manifest, node, `a source in ${property}`);
  if (!inArray) {
    throw new ManifestError(
      `an object as a source in ${property} stands in an array [{...}]`,
      manifest.place(node.line),
    );
  }
  for (const [key, member] of node.members) {
    if (key === "source") continue;
    throw new ManifestError(
      `the key "${key}" of a source in ${property} is not supported`,
      manifest.place(member.keyLine),
    );
  }
  const source = node.members.get("source");
  if (source === undefined) throw new ManifestError('an object as a source has a "source"', manifest.place(node.line));
  return textOf(manifest, source.node, '"source"');
}

/** One source of an entry, with the files that it names. */
export interface Found {
  readonly entry: Entry;
  readonly pattern: SourcePattern;
  readonly files: readonly SourceFile[];
}

/** @throws ManifestError - see `resolveSource` and `listFiles`. */
export function findFiles(entry: Entry, context: Context): Found {
  const pattern = resolveSource(entry.text, entry.manifest, entry.place, context);
  return { entry, pattern, files: listFiles(pattern, entry.place, context) };
}

/** The folder that an entry names, where it need not exist: to look for a stand-in. */
export function folderOf(entry: Entry, context: Context): string {
  return dirname(resolve(entry.manifest.directory, context.variables.expand(entry.text, entry.place)));
}

/**
 * A key's prefix before `*`, or the whole key where there is none.
 * @throws ManifestError - `*` anywhere but at the end.
 */
export function keyPattern(entry: Entry): { readonly prefix: string; readonly star: boolean } {
  const star = entry.key.indexOf("*");
  if (star < 0) return { prefix: entry.key, star: false };
  if (star < entry.key.length - 1) {
    throw new ManifestError(`"*" stands at the end of a name: "${entry.key}"`, entry.place);
  }
  return { prefix: entry.key.slice(0, -1), star: true };
}
