// SPDX-License-Identifier: Apache-2.0
/** `data` and `resources`: small files that travel unchanged. What Moddable converts (images, fonts, sounds) is refused. */
import { statSync } from "node:fs";
import { collectEntries, type Entry, findFiles, keyPattern } from "./entries.js";
import { ManifestError, placeText } from "./error.js";
import type { Context, Manifest } from "./manifest.js";
import type { SourceFile } from "./source.js";

export interface DataFile {
  /** Name in the archive, with extension. */
  readonly path: string;
  /** Absolute path, symbolic links resolved. */
  readonly source: string;
}

/** An app travels in one flash slot beside its code. */
export const DATA_LIMITS = Object.freeze({ fileBytes: 64 * 1024, totalBytes: 256 * 1024 });

const CONVERTED: readonly string[] =
  ".act .bmp .cct .fnt .gif .jpeg .jpg .nfnt .otf .pio .png .rle .ski .ttf .wav".split(" ");
/** mcconfig takes these for sources and leaves them out of resources. */
const SOURCES: readonly string[] = ".c .cc .cpp .h .java .js .json .m".split(" ");

/**
 * @param claimed - sources with a use already; those that are taken or excluded are added.
 * @throws ManifestError - a file that does not exist, two files of one name, too much, an image.
 */
export function resolveData(
  manifests: readonly Manifest[],
  property: "data" | "resources",
  claimed: Set<string>,
  context: Context,
): readonly DataFile[] {
  const entries = collectEntries(manifests, property);
  const files = new Map<string, DataFile>();
  for (const entry of entries.get("~") ?? []) {
    for (const file of findFiles(entry, context).files) claimed.add(file.path);
  }
  let total = 0;
  for (const [key, list] of entries) {
    if (key === "~") continue;
    for (const entry of list) total += add(entry, property, files, claimed, context);
    const last = list.at(-1);
    if (total > DATA_LIMITS.totalBytes && last !== undefined) {
      throw new ManifestError(`"${property}" holds more than ${DATA_LIMITS.totalBytes} bytes`, last.place);
    }
  }
  return [...files.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

function add(
  entry: Entry,
  property: string,
  files: Map<string, DataFile>,
  claimed: Set<string>,
  context: Context,
): number {
  const key = property === "resources" ? entry.key.replace(/\*-(?:alpha|color|image|mask)$/, "*") : entry.key;
  const { prefix, star } = keyPattern({ ...entry, key });
  const { pattern, files: found } = findFiles(entry, context);
  let hits = 0;
  let bytes = 0;
  for (const file of found) {
    if (property === "resources" && SOURCES.includes(file.extension)) continue;
    hits++;
    if (claimed.has(file.path)) continue;
    if (property === "resources") refuseConverted(entry, file);
    const path = (star ? prefix + file.name : prefix) + file.extension;
    const other = files.get(path);
    if (other !== undefined) {
      throw new ManifestError(`"${path}" has two sources: ${other.source} and ${file.path}`, entry.place);
    }
    files.set(path, { path, source: file.path });
    claimed.add(file.path);
    bytes += sizeOf(entry, file);
  }
  if (hits === 0) {
    const reason = `no file fits "${entry.text}" in "${property}"`;
    if (!pattern.leaf.includes("*")) throw new ManifestError(reason, entry.place);
    context.warnings.push(`${placeText(entry.place)}: ${reason}`);
  }
  return bytes;
}

function refuseConverted(entry: Entry, file: SourceFile): void {
  if (!CONVERTED.includes(file.extension) && !entry.key.includes("*-")) return;
  const help = 'images, fonts and sounds are not supported; "data" carries a file unchanged';
  throw new ManifestError(`the resource ${file.path}: ${help}`, entry.place);
}

function sizeOf(entry: Entry, file: SourceFile): number {
  const { size } = statSync(file.path);
  if (size > DATA_LIMITS.fileBytes) {
    throw new ManifestError(`${file.path} has ${size} bytes, more than ${DATA_LIMITS.fileBytes}`, entry.place);
  }
  return size;
}
