// SPDX-License-Identifier: Apache-2.0
/** Mounts a log: finds its end, takes the last checkpoint and what was committed after it. Reads only. */
import { ProtocolError } from "../errors/security-error.js";
import { CheckpointReader } from "./checkpoint.js";
import { findHead, followingHeader } from "./find-head.js";
import type { FlashArea } from "./flash-area.js";
import { HeaderFlag, type PlacedHeader, readHeader } from "./header.js";
import { decodeNumber, type Item, parseItems } from "./item.js";
import { type PlacedRecord, RecordFlag } from "./record.js";
import { type BlockEnd, sameTag, scanBlock, type Visitor } from "./scan.js";
import type { Seals } from "./seals.js";
import type { LogState, RecordPlace } from "./state.js";

/** Takes headers and records in their order into a state. */
export class Replay implements Visitor {
  readonly #state: LogState;
  readonly #checkpoint: CheckpointReader | undefined;
  #pending: [Item, RecordPlace][] = [];
  #header: PlacedHeader | undefined;

  /** @param hasCheckpoint - entries count from the end of a checkpoint on; before it only commits are counted. */
  constructor(state: LogState, hasCheckpoint: boolean) {
    this.#state = state;
    this.#checkpoint = hasCheckpoint ? new CheckpointReader(state) : undefined;
  }

  get isComplete(): boolean {
    return this.#checkpoint === undefined || this.#checkpoint.isWhole;
  }

  /** @throws ProtocolError STORAGE_DAMAGED - it counts other commits than there were. */
  header(header: PlacedHeader): void {
    const last = this.#header;
    if (last !== undefined && header.commits !== this.#state.commits) {
      throw new ProtocolError("STORAGE_DAMAGED", `commits are missing before block ${header.number}`);
    }
    // What an epoch has not committed never takes effect.
    if (last !== undefined && !sameTag(last.salt, header.salt)) this.#pending = [];
    this.#state.commits = header.commits;
    this.#header = header;
  }

  record(record: PlacedRecord): void {
    const { flags, content, number } = record;
    if (flags === RecordFlag.continued) {
      throw new ProtocolError(
        "STORAGE_DAMAGED",
        `block ${decodeNumber(content)}, which follows block ${number}, is missing`,
      );
    }
    if ((flags & RecordFlag.checkpoint) !== 0) {
      if (!this.isComplete) this.#checkpoint?.take(content);
      return;
    }
    const isCommit = (flags & RecordFlag.commit) !== 0;
    if (isCommit) this.#state.commits++;
    if (!this.isComplete) return;
    const changes = parseItems(content).map((item): [Item, RecordPlace] => [item, record]);
    for (const [item] of changes) this.#state.see(item);
    if ((flags & RecordFlag.move) !== 0) {
      this.#apply(changes);
      return;
    }
    this.#pending.push(...changes);
    if (isCommit) this.#apply(this.#pending.splice(0));
  }

  #apply(changes: readonly [Item, RecordPlace][]): void {
    for (const [item, place] of changes) this.#state.apply(item, place);
  }
}

Object.freeze(Replay.prototype);

/** What a mount found: nothing, or the place after the last whole record. */
export type Found = BlockEnd | undefined;

/**
 * @param state - an empty one; it is filled.
 * @throws ProtocolError STORAGE_FOREIGN, STORAGE_DAMAGED.
 */
export function mountState(area: FlashArea, seals: Seals, state: LogState): Found {
  const head = findHead(area, seals);
  if (head === undefined) return undefined;
  if ((head.flags & HeaderFlag.recovering) !== 0) {
    throw new ProtocolError("STORAGE_DAMAGED", "a recovery was cut off: it has to be made again");
  }
  const { blocks } = area.geometry;
  state.readFrom = head.number - head.back;
  state.hasCheckpoint = (head.flags & HeaderFlag.checkpoint) !== 0;
  let header = readHeader(area, seals, state.readFrom, 0);
  if (header === undefined) {
    throw new ProtocolError("STORAGE_DAMAGED", `block ${state.readFrom}, where reading begins, does not verify`);
  }
  const replay = new Replay(state, state.hasCheckpoint);
  const after = (one: PlacedHeader): PlacedHeader | undefined =>
    one.number === head.number ? undefined : followingHeader(area, seals, one);
  let following = after(header);
  let end: BlockEnd;
  for (;;) {
    if (header.number !== head.number && following === undefined) {
      throw new ProtocolError("STORAGE_DAMAGED", `no block follows block ${header.number}`);
    }
    let next = following && after(following);
    // A header that read back wrong, and was written again in the next block, may read right later.
    while (following !== undefined && next !== undefined && sameTag(next.link, following.link)) {
      following = next;
      next = after(following);
    }
    end = scanBlock(area, seals, header, following?.link, replay);
    if (following === undefined) break;
    header = following;
    following = next;
  }
  if (!replay.isComplete) throw new ProtocolError("STORAGE_DAMAGED", "the checkpoint is not whole");
  if (state.floor + blocks <= head.number) {
    throw new ProtocolError("STORAGE_DAMAGED", "an entry lies in a block that is gone");
  }
  state.tail = { number: head.number, offset: end.offset, tag: end.tag };
  return end;
}
