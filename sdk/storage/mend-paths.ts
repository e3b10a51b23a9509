// SPDX-License-Identifier: Apache-2.0
/**
 * The directory after a recovery. A removal of a path that was lost brings the path back, and another may have its number by
 * then: of two paths with one number the one that was written later stays.
 */
import { DIRECTORY, pathDeletion, readPath } from "./directory.js";
import type { Place } from "./key-index.js";
import type { SealedLog } from "./sealed-log.js";

function isLater(a: Place, b: Place): boolean {
  return a.number === b.number ? a.offset > b.offset : a.number > b.number;
}

/**
 * Deletes what a directory cannot have, in one commit; with nothing to delete nothing is written.
 * @returns The names of the paths that are no more.
 * @throws ProtocolError STORAGE_DAMAGED, STORAGE_FULL, STORAGE_WORN, STORAGE_COUNTER.
 */
export function mendPaths(log: SealedLog): readonly Uint8Array[] {
  const kept = new Map<number, { readonly name: Uint8Array; readonly place: Place }>();
  const givenUp: Uint8Array[] = [];
  for (const name of log.names(DIRECTORY)) {
    const entry = log.find(DIRECTORY, name);
    if (entry === undefined) continue;
    const path = readPath(entry);
    const other = path && kept.get(path.number);
    if (path === undefined || (other !== undefined && isLater(other.place, entry.place))) {
      givenUp.push(name);
      continue;
    }
    if (other !== undefined) givenUp.push(other.name);
    kept.set(path.number, { name, place: entry.place });
  }
  if (givenUp.length > 0) log.commit(givenUp.map(pathDeletion));
  return givenUp;
}
