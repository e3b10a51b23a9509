// SPDX-License-Identifier: Apache-2.0
/**
 * Finds the newest block. Numbers rise along the flash up to the newest block and are lower by a revolution after it, so a
 * binary search finds it; blocks that say nothing (worn, torn, erased) are stepped over. What the search believes is not
 * verified: where its find does not verify, every block is looked at.
 */
import { ProtocolError } from "../errors/security-error.js";
import type { FlashArea } from "./flash-area.js";
import { GAP_MAX } from "./geometry.js";
import { claimedNumber, type PlacedHeader, readHeader } from "./header.js";
import { gapAfter } from "./scan.js";
import type { Seals } from "./seals.js";

/** The first block from `from` up to `to`, both included, that claims a number, GAP_MAX further at most. */
function claimFrom(area: FlashArea, from: number, to: number): number | undefined {
  for (let physical = from; physical <= Math.min(to, from + GAP_MAX); physical++) {
    const number = claimedNumber(area, physical);
    if (number !== undefined) return number;
  }
  return undefined;
}

function searchClaims(area: FlashArea): number | undefined {
  const { blocks } = area.geometry;
  let newest = claimFrom(area, 0, blocks - 1);
  if (newest === undefined) return undefined;
  const revolution = Math.floor(newest / blocks);
  let low = area.physical(newest);
  let high = blocks - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    const number = claimFrom(area, middle, high);
    if (number !== undefined && Math.floor(number / blocks) >= revolution) {
      newest = number;
      low = area.physical(number);
    } else {
      high = middle - 1;
    }
  }
  return newest;
}

/** Headers of all blocks that verify, newest first. */
export function allHeaders(area: FlashArea, seals: Seals): PlacedHeader[] {
  const headers: PlacedHeader[] = [];
  for (let physical = 0; physical < area.geometry.blocks; physical++) {
    const number = claimedNumber(area, physical);
    const header = number === undefined ? undefined : readHeader(area, seals, number, 0);
    if (header !== undefined) headers.push(header);
  }
  return headers.sort((a, b) => b.number - a.number);
}

/** The header that follows `header` in the log: of the next block that has one, GAP_MAX blocks further at most. */
export function followingHeader(area: FlashArea, seals: Seals, header: PlacedHeader): PlacedHeader | undefined {
  for (let number = header.number + 1; number <= header.number + GAP_MAX; number++) {
    const following = readHeader(area, seals, number, 0);
    if (following !== undefined) return following;
  }
  return undefined;
}

/**
 * In an empty partition the first write erases block 0. When power goes in that, the block may hold anything, and that is no
 * damage. A header of which some bits have changed is: half of the first eight bytes' bits differ from ours by chance.
 */
function isInterruptedErase(area: FlashArea, physical: number): boolean {
  if (physical !== 0) return false;
  const ours = [0x54, 0x53, 1, 0, 0, 0, 0, 0];
  let distance = 0;
  area.read(0, 0, 8).forEach((byte, i) => {
    for (let bits = byte ^ (ours[i] as number); bits !== 0; bits &= bits - 1) distance++;
  });
  return distance > 8;
}

/** Whether a block has anything after its header: a record, or a gap and a header. A header that power cut off has nothing. */
export function hasContent(area: FlashArea, number: number): boolean {
  const { align, headerSize } = area.geometry;
  return !area.isBlank(number, headerSize, headerSize + 2 * gapAfter(align));
}

/**
 * @returns The newest block's header; undefined: nothing was ever written here.
 * @throws ProtocolError STORAGE_FOREIGN - there is something, and none of it verifies.
 */
export function findHead(area: FlashArea, seals: Seals): PlacedHeader | undefined {
  const claimed = searchClaims(area);
  let head = claimed === undefined ? undefined : readHeader(area, seals, claimed, 0);
  head ??= allHeaders(area, seals)[0];
  if (head === undefined) {
    for (let physical = 0; physical < area.geometry.blocks; physical++) {
      if (!hasContent(area, physical) || isInterruptedErase(area, physical)) continue;
      throw new ProtocolError("STORAGE_FOREIGN", "the partition holds something that this device has not sealed here");
    }
    return undefined;
  }
  for (;;) {
    const following = followingHeader(area, seals, head);
    if (following === undefined) break;
    head = following;
  }
  return head;
}
