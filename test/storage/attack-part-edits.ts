// SPDX-License-Identifier: Apache-2.0
/** Edits that keep records, headers and blocks, in another order, at other places, or with other fields. */

import { type AttackClass, allParts, erase, image, times } from "./attack-edits.js";
import { headerLength, type Part } from "./attack-map.js";
import { newest } from "./attacks.js";

/** Records that are not there any more: as if never written, or with what followed moved up. */
const removed: AttackClass = {
  name: "removed",
  edits: (world, random, count) => {
    const { blockLength } = world.device.board.shape;
    const parts = allParts(world);
    return times(count, () => {
      const bytes = image(world);
      const { start, end, block, kind } = random.pick(random.oneIn(2) ? parts : parts.slice(-30));
      const blockEnd = (block + 1) * blockLength;
      const isClosed = random.oneIn(2);
      if (isClosed) bytes.copyWithin(start, end, blockEnd);
      erase(world, bytes, isClosed ? blockEnd - (end - start) : start, isClosed ? blockEnd : end);
      return { what: `the ${kind} from ${start} to ${end} ${isClosed ? "is cut out" : "is erased"}`, bytes };
    });
  },
};

/** Two parts of one block change places. */
const swapped: AttackClass = {
  name: "swapped",
  edits: (world, random, count) => {
    const parts = allParts(world);
    return times(count, () => {
      const before = newest(world).flash.bytes;
      const bytes = image(world);
      const one = random.pick(parts);
      const [a, b] = [one, random.pick(parts.filter(({ block }) => block === one.block))].sort(
        (x, y) => x.start - y.start,
      ) as [Part, Part];
      if (a === b) return undefined;
      const middle = before.subarray(a.end, b.start);
      bytes.set(before.subarray(b.start, b.end), a.start);
      bytes.set(middle, a.start + (b.end - b.start));
      bytes.set(before.subarray(a.start, a.end), a.start + (b.end - b.start) + middle.length);
      return { what: `${a.start} and ${b.start} have changed places`, bytes };
    });
  },
};

/** A record or header is written over another, or behind the last one, in its block or another. */
const copied: AttackClass = {
  name: "copied",
  edits: (world, random, count) => {
    const { blockLength } = world.device.board.shape;
    const parts = allParts(world);
    return times(count, () => {
      const bytes = image(world);
      const from = random.pick(parts);
      const near = random.oneIn(2) ? parts.filter(({ block }) => block === from.block) : parts.slice(-30);
      const to = random.pick(near);
      const at = random.oneIn(4) ? (near.at(-1) as Part).end : to.start;
      const room = Math.ceil((at + 1) / blockLength) * blockLength - at;
      const copy = newest(world).flash.bytes.subarray(from.start, Math.min(from.end, from.start + room));
      if (at === from.start) return undefined;
      bytes.set(copy, at);
      const isMoved = random.oneIn(3);
      if (isMoved) erase(world, bytes, Math.max(from.start, Math.min(from.end, at + copy.length)), from.end);
      return { what: `${isMoved ? "moved" : "copied"} from ${from.start} to ${at}`, bytes };
    });
  },
};

const blocksMoved: AttackClass = {
  name: "blocks moved",
  edits: (world, random, count) => {
    const { blockLength, blocks } = world.device.board.shape;
    return times(count, () => {
      const before = newest(world).flash.bytes;
      const bytes = image(world);
      const [from, to] = [random.below(blocks) * blockLength, random.below(blocks) * blockLength];
      if (from === to) return undefined;
      bytes.copyWithin(to, from, from + blockLength);
      const isSwap = random.oneIn(2);
      if (isSwap) bytes.set(before.subarray(to, to + blockLength), from);
      return { what: `block at ${from} ${isSwap ? "changes places with" : "is copied to"} ${to}`, bytes };
    });
  },
};

/** Fields of headers: [offset, bytes]. */
const FIELDS: readonly (readonly [string, number, number])[] = Object.freeze([
  ["magic", 0, 2],
  ["version", 2, 1],
  ["number", 4, 4],
  ["back", 8, 2],
  ["flags", 10, 2],
  ["commits", 12, 4],
  ["salt", 16, 16],
  ["link", 32, 16],
]);

const headers: AttackClass = {
  name: "header",
  edits: (world, random, count) => {
    const found = allParts(world).filter(({ kind }) => kind === "header");
    return times(count, () => {
      const bytes = image(world);
      const { start } = random.pick(random.oneIn(2) ? found : found.slice(-6));
      const other = random.pick(found);
      const [name, offset, size] = random.pick(FIELDS);
      const how = random.pick(["adds", "random", "another's"]);
      if (how === "adds") bytes[start + offset] = ((bytes[start + offset] as number) + random.pick([1, 2, 255])) & 255;
      if (how === "random") bytes.set(random.bytes(size), start + offset);
      if (how === "another's") bytes.copyWithin(start + offset, other.start + offset, other.start + offset + size);
      if (Buffer.compare(bytes, newest(world).flash.bytes) === 0) return undefined;
      return { what: `${name} of the header at ${start}: ${how}`, bytes };
    });
  },
};

/** Whole headers over others, and behind the last record of a block, as if a mount had gone on there. */
const headersCopied: AttackClass = {
  name: "header copied",
  edits: (world, random, count) => {
    const { shape } = world.device.board;
    const parts = allParts(world);
    const found = parts.filter(({ kind }) => kind === "header");
    return times(count, () => {
      const bytes = image(world);
      const from = random.pick(found);
      const last = random.pick(parts.filter(({ block }, index) => parts[index + 1]?.block !== block));
      const gap = random.pick([0, Math.ceil(16 / shape.writeAlign) * shape.writeAlign]);
      const to = random.oneIn(2) ? random.pick(found).start : last.end + gap;
      if (to === from.start || to + headerLength(shape) > bytes.length) return undefined;
      bytes.copyWithin(to, from.start, from.end);
      return { what: `the header at ${from.start} copied to ${to}`, bytes };
    });
  },
};

export const PART_EDITS: readonly AttackClass[] = Object.freeze([
  removed,
  swapped,
  copied,
  blocksMoved,
  headers,
  headersCopied,
]);
