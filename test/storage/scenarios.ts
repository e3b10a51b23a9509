// SPDX-License-Identifier: Apache-2.0
/**
 * What is cut: a step of a store, by what comes before it. Long values go over the end of a block, and the updates that fill a
 * partition are so long that five or so fill a block.
 */
import type { Layout } from "./layouts.js";
import type { Operation } from "./power.js";
import { abortedStream, commit, put, remove, type Step, stream } from "./steps.js";

export interface Scenario {
  readonly name: string;
  /** Makes what is there before the last mount; in one mount. */
  readonly base: (layout: Layout) => readonly Step[];
  /** After the last mount. */
  readonly lead: (layout: Layout) => readonly Step[];
  /** What is cut; with `until` it is repeated, with a number that rises from 0, and the first that fits is cut. */
  readonly act: (layout: Layout, number: number) => Step;
  readonly until?: (operations: readonly Operation[], layout: Layout) => boolean;
}

/** More repetitions than any `until` needs. */
export const REPEATS_MAX = 400;

/** A block's length: with what encryption and headers add, it takes more than one. */
function longLength({ blockLength }: Layout): number {
  return blockLength;
}

/** So much that no record holds two of them. */
function part({ blockLength }: Layout): number {
  return Math.floor(blockLength / 10);
}

/** Other keys, of four domains, short, empty and long. */
function others(layout: Layout): Step[] {
  return [
    commit(put(0, "directory", 12), put(1, "ssid", 32)),
    commit(put(1, "password", 20)),
    commit(put(2, "empty", 0), put(2, "name of sixty-three bytes, which is as long as a name can be...", 5)),
    commit(put(30, "certificate", Math.floor(layout.blockLength * 0.6))),
    commit(put(1, "old", 24), put(2, "gone", 9)),
    commit(put(1, "long", longLength(layout))),
    commit(remove(2, "gone")),
  ];
}

/** One commit in the last mount: the epoch has begun. */
const WARM: readonly Step[] = Object.freeze([commit(put(1, "warm", 10))]);

function update({ blockLength }: Layout, number: number): Step {
  return commit(put(1, `update ${number % 3}`, Math.floor(blockLength / 6), `${number}`));
}

/** Others, and so many updates that the log has gone round. */
function round(layout: Layout): Step[] {
  const count = layout.blocks * 6;
  return [...others(layout), ...Array.from({ length: count }, (_, number) => update(layout, REPEATS_MAX + number))];
}

const none = () => [];
const warm = () => WARM;

function scenario(name: string, act: (layout: Layout) => Step): Scenario {
  return { name, base: others, lead: warm, act };
}

/** The format's record flags, in the third byte's three high bits' place of a record's frame; a header's are none of these. */
function hasRecord(operations: readonly Operation[], flag: number): boolean {
  return operations.some(({ data }) => data !== undefined && (data[1] as number) >> 5 === flag);
}
const CHECKPOINT = 4;

export const SCENARIOS: readonly Scenario[] = Object.freeze([
  { name: "first write into an empty store", base: none, lead: none, act: () => commit(put(1, "first", 16)) },
  scenario("a new entry", () => commit(put(1, "new", 24))),
  scenario("an overwrite", () => commit(put(1, "old", 24, "2"))),
  scenario("a delete", () => commit(remove(1, "old"))),
  scenario("a batch of three over two domains", () =>
    commit(put(1, "old", 30, "2"), put(2, "new", 3), put(1, "other", 8)),
  ),
  scenario("a batch with a delete", () => commit(remove(1, "old"), put(2, "empty", 7), put(1, "new", 0))),
  scenario("a batch of several records", (layout) =>
    commit(
      put(1, "old", part(layout), "2"),
      remove(2, "empty"),
      put(2, "new", part(layout)),
      put(1, "other", part(layout)),
    ),
  ),
  scenario("a long value", (layout) => commit(put(2, "new", longLength(layout)))),
  scenario("a long value for a long one", (layout) => commit(put(1, "long", longLength(layout) - 7, "2"))),
  scenario("a short value for a long one", () => commit(put(1, "long", 6))),
  scenario("a delete of a long value", () => commit(remove(1, "long"))),
  { name: "the first write after a mount", base: others, lead: none, act: () => commit(put(1, "old", 24, "2")) },
  scenario("a streamed value", (layout) => stream(put(1, "old", longLength(layout), "2"), 100)),
  scenario("a streamed value, aborted", (layout) => abortedStream(put(1, "old", longLength(layout), "2"), 100)),
  {
    ...{ name: "a write over the end of a block", base: others, lead: warm, act: update },
    until: (operations, { blockLength }) =>
      new Set(operations.flatMap(({ kind, address }) => (kind === "write" ? [Math.floor(address / blockLength)] : [])))
        .size > 1,
  },
  {
    ...{ name: "a write for which the cleaner runs", base: round, lead: warm, act: update },
    until: (operations) => operations.some(({ kind }) => kind === "erase") && operations.length > 4,
  },
  {
    ...{ name: "a write with a checkpoint", base: round, lead: warm, act: update },
    until: (operations) => hasRecord(operations, CHECKPOINT),
  },
] satisfies Scenario[]);
