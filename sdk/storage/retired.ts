// SPDX-License-Identifier: Apache-2.0
/** The list of blocks that are not used any more: an entry of the directory's domain whose name is empty. */
import type { Geometry } from "./geometry.js";
import { type Item, ItemKind, itemSize } from "./item.js";
import type { LogState } from "./state.js";

export const RETIRED_DOMAIN = 0;
export const RETIRED_NAME = new Uint8Array(0);

/** How many blocks the list can name: it is one item. More are found anew by each mount. */
function listMax({ contentMax }: Geometry): number {
  return Math.floor((contentMax - itemSize(0, contentMax) + contentMax) / 2);
}

/** The list as an item: two bytes a block, little endian. */
export function retiredItem({ retired, geometry }: LogState): Item {
  const blocks = [...retired].slice(0, listMax(geometry));
  const value = new Uint8Array(2 * blocks.length);
  const view = new DataView(value.buffer);
  blocks.forEach((physical, i) => {
    view.setUint16(2 * i, physical, true);
  });
  return { kind: ItemKind.put, format: 0, domain: RETIRED_DOMAIN, probe: 0, name: RETIRED_NAME, value };
}

export function retiredBlocks({ value }: Item): Set<number> {
  const view = new DataView(value.buffer, value.byteOffset, value.length);
  const blocks = new Set<number>();
  for (let at = 0; at + 2 <= value.length; at += 2) blocks.add(view.getUint16(at, true));
  return blocks;
}
