// SPDX-License-Identifier: Apache-2.0
/**
 * Recovery: keeps everything that still verifies, and says what it gives up. Where the log can be mounted, only entries that
 * do not verify are given up. Where it cannot, every block that has a header is read, also past what does not verify, and a
 * checkpoint of what was found begins the log anew. Until that is whole the log says that it is damaged, so a recovery that
 * was cut off is made again.
 */
import { ProtocolError } from "../errors/security-error.js";
import { Cleaner } from "./cleaner.js";
import { EntryReader } from "./entry-reader.js";
import { allHeaders, hasContent } from "./find-head.js";
import type { FlashArea } from "./flash-area.js";
import { HeaderFlag, type PlacedHeader, readHeader } from "./header.js";
import { chunkCount, type Item, type LongValue, parseItems } from "./item.js";
import type { KeyIndex, Place } from "./key-index.js";
import { closingSeals, type LogOptions, type LogParts, logParts } from "./log-parts.js";
import { LogWriter } from "./log-writer.js";
import { mountState } from "./mount.js";
import { openSealed, type PlacedRecord, RecordFlag, readSealed } from "./record.js";
import { sameTag } from "./scan.js";
import { SealedLog } from "./sealed-log.js";
import type { Seals } from "./seals.js";
import type { LogState, RecordPlace } from "./state.js";

export interface EntryName {
  readonly domain: number;
  readonly name: Uint8Array;
}

/** What a recovery kept and gave up. */
export interface RecoveryReport {
  /** Entries that are there now. */
  readonly kept: number;
  /** Entries that were found and given up: parts of their value are missing, or they lie where there has to be room. */
  readonly givenUp: readonly EntryName[];
  /** Records that do not verify: entries that were given up and cannot be named, or places between records that do verify. */
  readonly damagedRecords: number;
  /** Blocks that hold something and have no header that verifies. */
  readonly damagedBlocks: number;
  /** Commits that the counter says were made and that are not among what was found; a damaged record may be one. */
  readonly missingCommits: number;
}

/** Takes what it is given in the order of the log, with gaps. */
class Salvage {
  readonly #state: LogState;
  #pending: [Item, RecordPlace][] = [];
  #salt: Uint8Array | undefined;
  #hasGap = false;
  /** Of what was read last, and before it. */
  #tag: Uint8Array | undefined;
  #before: Uint8Array | undefined;
  damagedRecords = 0;

  constructor(state: LogState) {
    this.#state = state;
  }

  header(header: PlacedHeader): void {
    const { link, tag } = header;
    if (this.#tag !== undefined && !sameTag(link, this.#tag) && !sameTag(link, this.#before ?? link)) this.gap();
    this.#before = link;
    this.#tag = tag;
    if (this.#salt !== undefined && !sameTag(this.#salt, header.salt)) this.end();
    this.#salt = header.salt;
    this.#state.commits = Math.max(this.#state.commits, header.commits);
  }

  /** What lies between is not read. */
  skip(): void {
    this.#tag = undefined;
  }

  gap(): void {
    this.damagedRecords++;
    this.#hasGap = true;
  }

  record(record: PlacedRecord): void {
    const { flags, content, tag } = record;
    this.#before = this.#tag;
    this.#tag = tag;
    if ((flags & RecordFlag.checkpoint) !== 0) return;
    const changes = parseItems(content).map((item): [Item, RecordPlace] => [item, record]);
    for (const [item] of changes) this.#state.see(item);
    if ((flags & RecordFlag.move) !== 0) {
      this.#apply(changes);
      return;
    }
    this.#pending.push(...changes);
    if ((flags & RecordFlag.commit) === 0) return;
    this.#apply(this.#pending.splice(0));
    this.#state.commits++;
  }

  /** The end of an epoch: its commit mark may be what is missing. */
  end(): void {
    if (this.#hasGap) this.#apply(this.#pending);
    this.#pending = [];
    this.#hasGap = false;
  }

  #apply(changes: readonly [Item, RecordPlace][]): void {
    for (const [item, place] of changes) this.#state.apply(item, place);
  }
}

/** Reads a block past what does not verify. */
function salvageBlock(area: FlashArea, seals: Seals, first: PlacedHeader, salvage: Salvage): void {
  const { align, blockLength, headerSize } = area.geometry;
  const { number } = first;
  let header = first;
  let offset = headerSize;
  let isInOrder = true;
  salvage.header(first);
  while (offset < blockLength) {
    const sealed = readSealed(area, number, offset);
    const isOfEpoch = sealed !== undefined && sealed.headerOffset === header.offset;
    const record = isOfEpoch ? openSealed(seals, sealed, header.salt) : undefined;
    if (record !== undefined) {
      if (!isInOrder) salvage.gap();
      salvage.record(record);
      offset = record.end;
      isInOrder = true;
      continue;
    }
    const inner = offset + headerSize <= blockLength ? readHeader(area, seals, number, offset) : undefined;
    if (inner !== undefined) {
      salvage.header(inner);
      header = inner;
      offset += headerSize;
      isInOrder = true;
      continue;
    }
    isInOrder = false;
    offset += align;
  }
}

function missesChunk(chunks: KeyIndex, first: number, count: number): boolean {
  for (let i = 0; i < count; i++) if (chunks.find(first + i) === undefined) return true;
  return false;
}

/** Chunks of no value are of none. */
function keepChunks(state: LogState, needed: ReadonlySet<number>): void {
  for (let i = state.chunks.count - 1; i >= 0; i--) {
    const { id } = state.chunks.at(i);
    if (!needed.has(id)) state.chunks.delete(id);
  }
}

/** Gives up entries in front of block `from`, and long values that then lack a chunk, and chunks of no value. */
function dropIncomplete(state: LogState, reader: EntryReader, from: number): EntryName[] {
  const givenUp: EntryName[] = [];
  const needed = new Set<number>();
  for (let i = state.chunks.count - 1; i >= 0; i--) {
    const { id, number } = state.chunks.at(i);
    if (number < from) state.chunks.delete(id);
  }
  for (let i = state.keys.count - 1; i >= 0; i--) {
    const place = state.keys.at(i);
    const { item, long } = reader.entryAt(place);
    const count = long === undefined ? 0 : chunkCount(long);
    if (place.number < from || (long !== undefined && missesChunk(state.chunks, long.first, count))) {
      givenUp.push({ domain: place.domain, name: item.name.slice() });
      state.keys.delete(place.id);
    } else if (long !== undefined) {
      for (let chunk = 0; chunk < count; chunk++) needed.add(long.first + chunk);
    }
  }
  keepChunks(state, needed);
  return givenUp;
}

/** What an entry is called, when it can be read; and whether all of it can. */
function readEntry(reader: EntryReader, place: Place, needed: Set<number>): { name?: EntryName; isWhole: boolean } {
  const { domain } = place;
  let name: EntryName | undefined;
  try {
    const found = reader.entryAt(place);
    name = { domain, name: found.item.name.slice() };
    const length = found.long?.length ?? 0;
    for (let at = 0; at < length; at += (found.long as LongValue).chunkLength) found.bytes(at, at + 1);
    const count = found.long === undefined ? 0 : chunkCount(found.long);
    for (let chunk = 0; chunk < count; chunk++) needed.add((found.long as LongValue).first + chunk);
    return { name, isWhole: true };
  } catch (error) {
    if (!(error instanceof ProtocolError) || error.detail !== "STORAGE_DAMAGED") throw error;
    return name === undefined ? { isWhole: false } : { name, isWhole: false };
  }
}

/** A log that can be mounted: gives up the entries that cannot be read. @returns Undefined: it cannot be mounted. */
function recoverMounted(parts: LogParts, least: number): RecoveryReport | undefined {
  const { area, seals, state } = parts;
  try {
    mountState(area, seals, state);
  } catch (error) {
    if (!(error instanceof ProtocolError) || error.detail !== "STORAGE_DAMAGED") throw error;
    return undefined;
  }
  const reader = new EntryReader(area, seals, state);
  const needed = new Set<number>();
  const givenUp: EntryName[] = [];
  let damagedRecords = 0;
  for (let i = state.keys.count - 1; i >= 0; i--) {
    const place = state.keys.at(i);
    const { name, isWhole } = readEntry(reader, place, needed);
    if (isWhole) continue;
    if (name === undefined) damagedRecords++;
    else givenUp.push(name);
    state.keys.delete(place.id);
  }
  const hasLost = damagedRecords > 0 || givenUp.length > 0;
  keepChunks(state, needed);
  const missingCommits = Math.max(0, least - state.commits);
  state.commits += missingCommits;
  if (hasLost || missingCommits > 0) {
    const writer = new LogWriter(area, seals, state);
    const isEmpty = state.tail === undefined;
    writer.nextBlock();
    if (!isEmpty) {
      new Cleaner(state, reader, writer).checkpoint();
      writer.nextBlock();
    }
  }
  return { kept: state.keys.count, givenUp, damagedRecords, damagedBlocks: 0, missingCommits };
}

function countDamaged({ area }: LogParts, headers: readonly PlacedHeader[]): number {
  const { blocks } = area.geometry;
  const good = new Set(headers.map(({ number }) => area.physical(number)));
  let damaged = 0;
  for (let physical = 0; physical < blocks; physical++) {
    if (!good.has(physical) && hasContent(area, physical)) damaged++;
  }
  return damaged;
}

/**
 * Mounts what is left of a damaged or older log, and writes the checkpoint that it goes on from. An undamaged log is kept
 * whole. Options as for mountLog.
 * @throws ProtocolError STORAGE_FOREIGN - nothing verifies: there is nothing to keep.
 * @throws ProtocolError STORAGE_WORN, STORAGE_COUNTER, STORAGE_GEOMETRY.
 */
export function recoverLog(options: LogOptions): { readonly log: SealedLog; readonly report: RecoveryReport } {
  const parts = logParts(options);
  const recovered = closingSeals(parts, () => {
    const report = recoverMounted(parts, parts.guard.leastCommits());
    if (report === undefined) return undefined;
    if (parts.state.tail !== undefined) parts.guard.catchUp(parts.state.commits);
    return { log: new SealedLog(parts), report };
  });
  if (recovered !== undefined) return recovered;
  parts.seals.close();
  const again = logParts(options);
  return closingSeals(again, () => salvageLog(again, again.guard.leastCommits()));
}

function salvageLog(parts: LogParts, least: number): { readonly log: SealedLog; readonly report: RecoveryReport } {
  const { area, seals, state } = parts;
  const all = allHeaders(area, seals).reverse();
  const headers = all.filter(({ flags }) => (flags & HeaderFlag.recovering) === 0);
  const last = headers[headers.length - 1];
  const salvage = new Salvage(state);
  for (const header of all) {
    if ((header.flags & HeaderFlag.recovering) === 0) salvageBlock(area, seals, header, salvage);
    else salvage.skip();
  }
  salvage.end();
  const newest = last?.number ?? -1;
  const reader = new EntryReader(area, seals, state);
  const cleaner = new Cleaner(state, reader, new LogWriter(area, seals, state));
  // What lies where the checkpoint goes was old already: the log keeps that much free.
  const givenUp = dropIncomplete(state, reader, newest + cleaner.checkpointBlocks + 3 - area.geometry.blocks);
  const missingCommits = Math.max(0, least - state.commits);
  state.commits += missingCommits;
  const report: RecoveryReport = Object.freeze({
    kept: state.keys.count,
    givenUp,
    damagedRecords: salvage.damagedRecords,
    damagedBlocks: countDamaged(parts, all),
    missingCommits,
  });
  if (last !== undefined) beginAnew(parts, newest, all);
  parts.guard.catchUp(state.commits);
  return { log: new SealedLog(parts), report };
}

/** Everything that was found is put into a checkpoint behind the newest block. */
function beginAnew({ area, seals, state }: LogParts, newest: number, headers: readonly PlacedHeader[]): void {
  const { blockLength } = area.geometry;
  // Of a recovery that was cut off.
  for (const { number } of headers) {
    if (number > newest && !area.erase(number)) state.retired.add(area.physical(number));
  }
  state.readFrom = newest + 1;
  state.tail = { number: newest, offset: blockLength, tag: new Uint8Array(16) };
  const writer = new LogWriter(area, seals, state);
  const cleaner = new Cleaner(state, new EntryReader(area, seals, state), writer);
  writer.isRecovering = true;
  writer.nextBlock();
  cleaner.checkpoint();
  writer.isRecovering = false;
  writer.nextBlock();
}
