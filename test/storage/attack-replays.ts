// SPDX-License-Identifier: Apache-2.0
/** Edits with what an attacker has from elsewhere: older copies of the same flash, lives that were left, other devices. */
import { AttackedDevice, type Board, type Moment } from "./attack-device.js";
import { type AttackClass, image, times } from "./attack-edits.js";
import { liveLaps } from "./attack-life.js";
import { blocksInOrder, partsOf } from "./attack-map.js";
import { type Edit, newest, type Outcome, type World } from "./attacks.js";
import { Random } from "./random.js";

const FOREIGN: readonly Outcome[] = Object.freeze(["FOREIGN"]);
const ROLLED_BACK: readonly Outcome[] = Object.freeze(["ROLLED_BACK"]);
/** A copy that ends with a torn record may have lost commits in another way, too. */
const TORN: readonly Outcome[] = Object.freeze(["ROLLED_BACK", "DAMAGED"]);

/** How a whole older copy must end. */
function refused(world: World, { commits, isCut }: Moment): readonly Outcome[] | undefined {
  if (!isRefused(world, commits)) return undefined;
  return isCut ? TORN : ROLLED_BACK;
}

function isRefused({ device, moments }: World, commits: number): boolean {
  const { every } = device.board;
  const last = (moments.at(-1) as Moment).commits;
  return every > 0 && commits < Math.floor(last / every) * every;
}

const older: AttackClass = {
  name: "older copy",
  edits: (world, random, count) =>
    times(count, (index) => {
      const moments = index < count / 3 ? world.moments.slice(-count / 3) : world.moments;
      const moment = random.pick(moments);
      const what = `all as it was at commit ${moment.commits}`;
      return { what, bytes: moment.flash.bytes.slice(), must: refused(world, moment) };
    }),
};

/** Blocks of another image put over those of the newest. */
function withBlocks(world: World, from: Uint8Array, blocks: readonly number[]): Uint8Array {
  const bytes = image(world);
  const { blockLength } = world.device.board.shape;
  for (const block of blocks) {
    const start = block * blockLength;
    bytes.set(from.subarray(start, start + blockLength), start);
  }
  return bytes;
}

/** One block, some, all but the newest, only the newest, all up to or from one on. */
function mixed(world: World, from: Uint8Array, random: Random, what: string): Edit | undefined {
  const { shape } = world.device.board;
  const order = blocksInOrder(random.oneIn(2) ? from : newest(world).flash.bytes, shape);
  if (order.length === 0) return undefined;
  const place = random.below(order.length);
  const kind = random.pick(["one", "one", "some", "all but the newest", "the newest", "up to", "from"]);
  const chosen: Record<string, readonly number[]> = {
    one: [order[place] as number],
    some: order.filter(() => random.oneIn(3)),
    "all but the newest": order.slice(0, -1),
    "the newest": order.slice(-1),
    "up to": order.slice(0, place),
    from: order.slice(place),
  };
  const blocks = chosen[kind] ?? [];
  const bytes = withBlocks(world, from, blocks);
  if (Buffer.compare(bytes, newest(world).flash.bytes) === 0) return undefined;
  return { what: `blocks ${blocks} ${what}`, bytes, isReplay: kind !== "one" && kind !== "the newest" };
}

/** Records and headers of another image at their own places. */
function withParts(world: World, from: Uint8Array, random: Random, what: string): Edit | undefined {
  const { shape } = world.device.board;
  const order = blocksInOrder(from, shape);
  if (order.length === 0) return undefined;
  const parts = partsOf(from, shape, random.oneIn(2) ? (order.at(-1) as number) : random.pick(order));
  const { start } = random.pick(parts);
  const end = random.oneIn(2)
    ? (parts.at(-1)?.end ?? start)
    : (parts.find((part) => part.start === start)?.end ?? start);
  const bytes = image(world);
  bytes.set(from.subarray(start, end), start);
  if (Buffer.compare(bytes, newest(world).flash.bytes) === 0) return undefined;
  return { what: `bytes ${start} to ${end} ${what}`, bytes };
}

/** Mixes newer and older: mostly of the last blocks, where a number is there in both. */
function mixes(name: string, pick: (world: World, random: Random) => Moment | undefined): AttackClass {
  return {
    name,
    edits: (world, random, count) =>
      times(count, () => {
        const moment = pick(world, random);
        if (moment === undefined) return undefined;
        const what = `as at commit ${moment.commits}${world.others.includes(moment) ? " of another life" : ""}`;
        const mix = random.oneIn(3) ? withParts : mixed;
        return mix(world, moment.flash.bytes, random, what);
      }),
  };
}

function recent(world: World, random: Random): Moment {
  return random.pick(random.oneIn(3) ? world.moments : world.moments.slice(-40));
}

const olderBlocks = mixes("older blocks", recent);
const forks = mixes("another life", ({ others }, random) => (others.length === 0 ? undefined : random.pick(others)));

const cutCommits: AttackClass = {
  name: "cut commit",
  edits: (world, random, count) => {
    const cuts = world.moments.filter(({ isCut }) => isCut);
    return times(count, (index) => {
      const moment = random.pick(random.oneIn(2) ? cuts : cuts.slice(-4));
      const { bytes } = moment.flash;
      const what = `as after a cut at commit ${moment.commits}`;
      if (index % 3 === 0) return { what: `all ${what}`, bytes: bytes.slice(), must: refused(world, moment) };
      return (index % 3 === 1 ? mixed : withParts)(world, bytes, random, what);
    });
  },
};

const erased: AttackClass = {
  name: "erased",
  edits: (world) => {
    const { size } = world.device.flash;
    const { eraseValue } = world.device.board.shape;
    const must = isRefused(world, 0) ? ROLLED_BACK : (["older"] as const);
    return [
      { what: "all erased", bytes: new Uint8Array(size).fill(eraseValue), must },
      { what: "all at the other value", bytes: new Uint8Array(size).fill(0xff - eraseValue), must: FOREIGN },
    ];
  },
};

/** Boards that differ in one thing from the one that is attacked, and what of them fits into its flash. */
function foreignBoards(board: Board): readonly (readonly [string, Board])[] {
  const { shape } = board;
  const writeAlign = shape.writeAlign === 1 ? 4 : shape.writeAlign / 2;
  return [
    ["another device", { ...board, keyByte: board.keyByte + 1 }],
    ["another partition", { ...board, name: `${board.name}2` }],
    ["another write unit", { ...board, shape: { ...shape, writeAlign } }],
    ["another count of blocks", { ...board, shape: { ...shape, blocks: shape.blocks + 1 } }],
  ];
}

const foreign: AttackClass = {
  name: "foreign",
  edits: (world, random, count) => {
    const { board, flash } = world.device;
    const boards = foreignBoards(board);
    return boards.flatMap(([what, other]) => {
      const device = new AttackedDevice(other, random.word());
      const moments = liveLaps(device, new Random(random.word()), 1.2);
      const fitting = (moments.at(-1) as Moment).flash.bytes.slice(0, flash.size);
      const whole: Edit = { what: `all of ${what}`, bytes: fitting, must: FOREIGN };
      const mix = (index: number) => (index % 2 ? mixed : withParts)(world, fitting, random, `of ${what}`);
      return [whole, ...times(Math.floor(count / boards.length), mix)];
    });
  },
};

export const REPLAYS: readonly AttackClass[] = Object.freeze([older, olderBlocks, forks, cutCommits, erased, foreign]);
