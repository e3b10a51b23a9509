// SPDX-License-Identifier: Apache-2.0
/**
 * What must hold of a recovery, whatever was done to the flash: it keeps nothing that was not committed for that name at some
 * time, it keeps the newest value of each entry whose blocks nobody touched, and what it leaves is a store like any other.
 */
import { ProtocolError } from "../../sdk/errors/security-error.js";
import { recoverLog } from "../../sdk/storage/recover.js";
import { mountLog } from "../../sdk/storage/sealed-log.js";
import { allParts } from "./attack-edits.js";
import { ENTRIES } from "./attack-life.js";
import { blockOf, isMark } from "./attack-map.js";
import { type Edit, newest, putBack, type World } from "./attacks.js";
import { type Contents, changed, contentsOf, difference, type Item, itemKey } from "./contents.js";
import { PowerCut, TEARS } from "./power.js";
import type { Random } from "./random.js";

/** What was seen of a world's past and present. */
export interface Known {
  readonly world: World;
  /** Values of each entry that were ever committed. */
  readonly committed: ReadonlyMap<string, ReadonlySet<string>>;
  /** Blocks that a read of an entry reads now, and those with the marks that end the commits that it was written by. */
  readonly blocksOf: ReadonlyMap<string, ReadonlySet<number>>;
}

function textOf({ format, value }: Item): string {
  return `${format} ${Buffer.from(value).toString("hex")}`;
}

export function know(world: World): Known {
  const committed = new Map<string, Set<string>>();
  for (const { contents } of [...world.moments, ...world.others]) {
    for (const [key, item] of contents) {
      const texts = committed.get(key) ?? new Set();
      committed.set(key, texts.add(textOf(item)));
    }
  }
  return { world, committed, blocksOf: readBlocks(world) };
}

const TAG_BYTES = 16;

function readBlocks(world: World): Map<string, ReadonlySet<number>> {
  const { device } = world;
  putBack(world, { what: "nothing", bytes: newest(world).flash.bytes.slice() });
  const start = device.start();
  const { bytes } = newest(world).flash;
  const parts = allParts(world);
  let seen = new Set<number>();
  const read = (length: number, offset: number) => {
    seen.add(Math.floor(offset / device.board.shape.blockLength));
    const place = offset + TAG_BYTES; // a record is read with the tag in front of it
    const index = parts.findIndex((part) => part.start <= place && place < part.end);
    const mark = parts.slice(Math.max(index, 0)).find((part) => isMark(bytes, part));
    if (mark !== undefined) seen.add(mark.block);
    return start.flash.read(length, offset);
  };
  const log = mountLog({ ...start, flash: { ...start.flash, read } });
  const blocks = new Map<string, ReadonlySet<number>>();
  for (const { domain, name } of ENTRIES) {
    seen = new Set();
    const found = log.find(domain, name);
    if (found === undefined) continue;
    found.bytes(0, found.length);
    blocks.set(itemKey(domain, name), seen);
  }
  return blocks;
}

function touchedBlocks(world: World, { bytes }: Edit): Set<number> {
  const { shape } = world.device.board;
  const before = newest(world).flash.bytes;
  const all = Array.from({ length: shape.blocks }, (_, block) => block);
  return new Set(
    all.filter((block) => Buffer.compare(blockOf(before, shape, block), blockOf(bytes, shape, block)) !== 0),
  );
}

function requireKept({ world, committed, blocksOf }: Known, edit: Edit, found: Contents, isOwn: boolean): void {
  const touched = touchedBlocks(world, edit);
  for (const [key, item] of found) {
    if (committed.get(key)?.has(textOf(item)) !== true) throw new Error(`${key} has a value that was never committed`);
  }
  for (const [key, item] of isOwn ? newest(world).contents : []) {
    if ([...(blocksOf.get(key) ?? [])].some((block) => touched.has(block))) continue;
    const kept = found.get(key);
    if (kept === undefined) throw new Error(`${key} was given up, and nobody had touched it`);
    if (textOf(kept) !== textOf(item)) throw new Error(`${key} has an older value, and nobody had touched it`);
  }
}

/** @returns Undefined: there was nothing to keep. @throws Error - any other exception. */
function recovered(world: World, edit: Edit): Contents | undefined {
  putBack(world, edit);
  try {
    const { log, report } = recoverLog(world.device.start());
    const found = contentsOf(log);
    if (report.kept !== found.size) throw new Error(`${report.kept} entries are reported, ${found.size} are there`);
    return found;
  } catch (error) {
    if (error instanceof ProtocolError && ["STORAGE_FOREIGN", "STORAGE_WORN"].includes(error.detail)) return undefined;
    throw error;
  }
}

/**
 * Recovers, writes, mounts; then the same with the power cut in the middle of it.
 * @param isOwn - nothing in the flash is of another life: there nobody can tell which of two changes came last.
 */
export function recover(known: Known, edit: Edit, random: Random, isOwn: boolean): string {
  const { world } = known;
  const { device } = world;
  let found: Contents | undefined;
  const operations = device.power.record(() => {
    found = recovered(world, edit);
  }).length;
  requireKept(known, edit, found ?? new Map(), isOwn);
  if (found === undefined) return "nothing kept";
  requireUsable(world, found, operations, random);
  if (operations > 0) requireRepeatable(world, edit, found, operations, random);
  const fault = [...device.flash.misuses, ...device.nonces.repeats][0];
  if (fault !== undefined) throw new Error(fault);
  const isWhole = difference(found, newest(world).contents) === undefined;
  return isWhole ? "kept all" : found.size === 0 ? "kept none" : "kept some";
}

/** Where there was nothing to write for it, a recovery holds with the first commit after it. */
function requireUsable({ device }: World, found: Contents, operations: number, random: Random): void {
  const isPending = found.size === 0 && operations === 0;
  const open = () => (isPending ? recoverLog(device.start()).log : mountLog(device.start()));
  const change = { ...random.pick(ENTRIES), format: 2, value: random.bytes(20) };
  requireSame(contentsOf(open()), found, "mounted again");
  open().commit([change]);
  requireSame(contentsOf(mountLog(device.start())), changed(found, [change]), "written and mounted again");
}

function requireSame(actual: Contents, expected: Contents, when: string): void {
  const wrong = difference(actual, expected);
  if (wrong !== undefined) throw new Error(`${when}: ${wrong}`);
}

function requireRepeatable(world: World, edit: Edit, found: Contents, operations: number, random: Random): void {
  const { device } = world;
  putBack(world, edit);
  const operation = random.below(operations);
  device.power.restart();
  const start = device.start();
  const cut = { operation, bytes: random.word(), tear: random.pick(TEARS), seed: random.word() };
  device.power.plan(cut);
  try {
    recoverLog(start);
  } catch (error) {
    if (!(error instanceof PowerCut)) throw error;
  }
  const again = contentsOf(recoverLog(device.start()).log);
  for (const [key, item] of found) {
    const kept = again.get(key);
    if (kept === undefined || textOf(kept) !== textOf(item)) {
      throw new Error(`${key} is lost by a cut at operation ${operation} of ${operations}, ${cut.tear}`);
    }
  }
}
