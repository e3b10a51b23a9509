// SPDX-License-Identifier: Apache-2.0
/** The list of blocks that are not used any more: an entry of the directory's domain whose name is empty. */
import type { Geometry } from "./geometry.js";
import { type Item, ItemKind, itemSize } from "./item.js";

const DOMAIN = 0;

/** What the list has as its name: no entry of an app is called so. */
function noName(): Uint8Array {
  return new Uint8Array(0);
}

/** The list's id: no entry has it. @param hash - gives ids. */
export function retiredId(hash: (domain: number, probe: number, name: Uint8Array) => number): number {
  return hash(DOMAIN, 0, noName());
}

/** How many blocks the list can name: it is one item. More are found anew by each mount. */
function listMax({ contentMax }: Geometry): number {
  return Math.floor((contentMax - itemSize(0, contentMax) + contentMax) / 2);
}

/** A log's state, as far as it is of concern here. */
interface Retired {
  readonly retired: ReadonlySet<number>;
  readonly geometry: Geometry;
}

/** The list as an item: two bytes a block, little endian. */
export function retiredItem({ retired, geometry }: Retired): Item {
  const blocks = [...retired].slice(0, listMax(geometry));
  const value = new Uint8Array(2 * blocks.length);
  const view = new DataView(value.buffer);
  blocks.forEach((physical, i) => {
    view.setUint16(2 * i, physical, true);
  });
  return { kind: ItemKind.put, format: 0, domain: DOMAIN, probe: 0, name: noName(), value };
}

export function retiredBlocks({ value }: Item): Set<number> {
  const view = new DataView(value.buffer, value.byteOffset, value.length);
  const blocks = new Set<number>();
  for (let at = 0; at + 2 <= value.length; at += 2) blocks.add(view.getUint16(at, true));
  return blocks;
}
