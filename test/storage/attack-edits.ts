// SPDX-License-Identifier: Apache-2.0
/** Edits that change or remove bytes, wherever they are. */
import { blocksInOrder, type Part, partsOf } from "./attack-map.js";
import { type Edit, newest, type World } from "./attacks.js";
import type { Random } from "./random.js";

/** A class of edits. */
export interface AttackClass {
  readonly name: string;
  /** About `count` of them, less where there are no more. */
  readonly edits: (world: World, random: Random, count: number) => Iterable<Edit>;
}

export function image(world: World): Uint8Array {
  return newest(world).flash.bytes.slice();
}

export function times(count: number, make: (index: number) => Edit | undefined): Edit[] {
  return Array.from({ length: count }, (_, index) => make(index)).filter((edit) => edit !== undefined);
}

/** All parts of all blocks, in the order of the log. */
export function allParts({ device, moments }: World): Part[] {
  const { shape } = device.board;
  const bytes = moments.at(-1)?.flash.bytes ?? new Uint8Array();
  return blocksInOrder(bytes, shape).flatMap((block) => partsOf(bytes, shape, block));
}

export function erase(world: World, bytes: Uint8Array, start: number, end: number): void {
  bytes.fill(world.device.board.shape.eraseValue, start, end);
}

/** A programmed byte; half of them in the newest three blocks, where most can be got wrong. */
function pickByte(world: World, random: Random): number {
  const parts = allParts(world);
  const number = parts.at(-1)?.number ?? 0;
  const part = random.pick(random.oneIn(2) ? parts : parts.filter((one) => one.number > number - 3));
  return part.start + random.below(part.end - part.start);
}

const bits: AttackClass = {
  name: "bit",
  edits: (world, random, count) =>
    times(count, () => {
      const bytes = image(world);
      const at = pickByte(world, random);
      const bit = random.below(8);
      bytes[at] = (bytes[at] as number) ^ (1 << bit);
      return { what: `bit ${bit} of byte ${at}`, bytes };
    }),
};

const setBytes: AttackClass = {
  name: "byte",
  edits: (world, random, count) =>
    times(count, () => {
      const bytes = image(world);
      const at = pickByte(world, random);
      const value = random.pick([0x00, 0xff, random.below(256)]);
      if (bytes[at] === value) return undefined;
      bytes[at] = value;
      return { what: `byte ${at} is ${value}`, bytes };
    }),
};

const runs: AttackClass = {
  name: "run",
  edits: (world, random, count) =>
    times(count, () => {
      const bytes = image(world);
      const at = pickByte(world, random);
      const end = Math.min(bytes.length, at + 2 + random.below(random.pick([8, 64, 700])));
      const kind = random.pick(["random", "00", "ff"]);
      if (kind === "random") bytes.set(random.bytes(end - at), at);
      else bytes.fill(Number.parseInt(kind, 16), at, end);
      return { what: `bytes ${at} to ${end} are ${kind}`, bytes };
    }),
};

/** The first 4 bytes of records are not encrypted: length, flags, place of the header. */
const frames: AttackClass = {
  name: "frame",
  edits: (world, random, count) => {
    const records = allParts(world).filter(({ kind }) => kind === "record");
    return times(count, () => {
      const bytes = image(world);
      const { start } = random.pick(random.oneIn(2) ? records : records.slice(-24));
      const kind = random.pick(["flags", "length", "header"]);
      if (kind === "flags") bytes[start + 1] = (bytes[start + 1] as number) ^ ((1 + random.below(7)) << 5);
      if (kind === "length") bytes[start] = (bytes[start] as number) ^ (1 + random.below(63));
      if (kind === "header") bytes[start + 2] = (bytes[start + 2] as number) ^ (1 + random.below(63));
      return { what: `${kind} of the record at ${start}`, bytes };
    });
  },
};

const erasedBlocks: AttackClass = {
  name: "block erased",
  edits: (world, random) => {
    const { blockLength, blocks } = world.device.board.shape;
    return times(blocks * 2, (index) => {
      const bytes = image(world);
      const block = index % blocks;
      const start = block * blockLength;
      if (index < blocks) erase(world, bytes, start, start + blockLength);
      else bytes.set(random.bytes(blockLength), start);
      return { what: `block ${block} is ${index < blocks ? "erased" : "random"}`, bytes };
    });
  },
};

/** From each border of records to the end of its block; of the newest four blocks also with all that came later. */
const cuts: AttackClass = {
  name: "cut short",
  edits: (world, random, count) => {
    const { shape } = world.device.board;
    const parts = allParts(world);
    const last = parts.at(-1)?.number ?? 0;
    const cut = ({ start, block, number }: Part, withLater: boolean): Edit => {
      const bytes = image(world);
      erase(world, bytes, start, (block + 1) * shape.blockLength);
      for (const later of withLater ? parts.filter((part) => part.number > number) : []) {
        erase(world, bytes, later.block * shape.blockLength, (later.block + 1) * shape.blockLength);
      }
      return { what: `cut at ${start}${withLater ? ", with all later blocks" : ""}`, bytes };
    };
    const recent = parts.filter(({ number }) => number > last - 4);
    const all = [
      ...recent.map((part) => cut(part, true)),
      ...recent.filter(({ number }) => number === last).map((part) => cut(part, false)),
    ];
    return [...all.slice(-count / 2), ...times(count / 2, () => cut(random.pick(parts), random.oneIn(2)))];
  },
};

export const BYTE_EDITS: readonly AttackClass[] = Object.freeze([bits, setBytes, runs, frames, erasedBlocks, cuts]);
