// SPDX-License-Identifier: Apache-2.0
/**
 * What the sealed store costs: wear of the flash, counted on Node beside a plain log and an ideal one, and instructions and
 * heap on mps2-an505. As a program: `node dist/bench/storage.js`.
 */
import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { INSTRUCTIONS_PER_TICK } from "../host-sim/board/instruments.js";
import type { StoragePlan } from "./apps/storage.js";
import { runCountedApp } from "./counted-app.js";
import { number, table, verdict } from "./table.js";
import {
  type Fill,
  measureOverhead,
  measurePlainWear,
  measureSealedWear,
  NAME_BYTES,
  RECORD_OVERHEAD,
  UPDATES,
  VALUE_BYTES,
  type WearFigures,
} from "./wear.js";

/** The partition `storage` of the boards. */
const BLOCKS = 128;
const BATCH = 8;
const ROWS: readonly (readonly [align: number, fill: Fill])[] = [
  [16, "capacity"],
  [16, "partition"],
  [4, "capacity"],
  [8, "capacity"],
];
const PER_BYTE_BUDGET = { single: 3, batch: 2 } as const;
const ERASES_BUDGET = 1.3;
const READ_BUDGET = 100_000;
const KEY_BUDGET = 32;
/** More than the default: the app keeps up to 1024 keys, and with less a collection of garbage falls into most runs. */
const HEAP_BYTES = 768 * 1024;
const PLAN = { repeats: 20, keys: 256, updates: 256, mounts: 3 } as const;
const MANY_KEYS = 1024;

export const STORAGE_METHOD = `values of ${VALUE_BYTES} bytes, names of ${NAME_BYTES}; wear: ${BLOCKS} blocks of 4096 bytes, ${UPDATES.toLocaleString("en-US")} random updates once the log has gone round; \
ideal: a log of records of name, value and ${RECORD_OVERHEAD} bytes and nothing else, as full, that cleans its oldest block first; mps2-an505: QEMU -icount shift=0, partition storage, a heap of 768 KiB`;

/** Instructions. */
interface Cost {
  /** Of a run that no collection of garbage falls into, if there is one. */
  readonly least: number;
  readonly mean: number;
}

interface BoardFigures {
  /** The cipher alone over a record of one entry, or of a batch. */
  readonly openOne: Cost;
  readonly openBatch: Cost;
  readonly read: Cost;
  /** From a record of a batch. */
  readonly readBatch: Cost;
  /** `read` of a store that an app opened, of a record of its own. */
  readonly appRead: Cost;
  /** Of an epoch whose key and header are not remembered. */
  readonly readEpoch: Cost;
  readonly write: Cost;
  /** `write` of such a store. */
  readonly appWrite: Cost;
  /** For each entry of a batch. */
  readonly writeBatch: Cost;
  /** After so many updates, instructions. */
  readonly mounts: readonly (readonly [updates: number, instructions: number])[];
  /** Of the heap, for a log with so many keys. */
  readonly heap: readonly (readonly [keys: number, bytes: number])[];
  /** Of it for each key from the first of these counts to the second. */
  readonly bytesPerKey: number;
}

export interface StorageFigures {
  /** Of a record beyond name and value, bytes. */
  readonly overhead: number;
  readonly wear: readonly WearFigures[];
  readonly board: BoardFigures;
}

async function measureBoard(): Promise<BoardFigures> {
  const samples = new Map<string, readonly number[]>();
  const measure = async (plan: StoragePlan): Promise<void> => {
    for (const [name, values] of await runCountedApp("storage", plan, HEAP_BYTES)) samples.set(name, values);
  };
  await measure({ part: "cost", ...PLAN });
  await measure({ part: "app", ...PLAN });
  await measure({ part: "mount", ...PLAN });
  for (const keys of [PLAN.keys, MANY_KEYS]) await measure({ part: "heap", ...PLAN, keys });
  const values = (name: string): readonly number[] => {
    const found = samples.get(name);
    if (found === undefined) throw new RangeError(`bench app storage did not measure ${name}`);
    return found;
  };
  const cost = (name: string, share = 1): Cost => {
    const instructions = values(name).map((ticks) => (ticks * INSTRUCTIONS_PER_TICK) / share);
    const mean = instructions.reduce((sum, value) => sum + value, 0) / instructions.length;
    return { least: Math.min(...instructions), mean };
  };
  const heap = (keys: number) => values(`heap-${keys}`)[0] as number;
  const { keys, updates, mounts } = PLAN;
  const after = Array.from({ length: mounts + 1 }, (_, i) => i * updates);
  return {
    openOne: cost("open-one"),
    openBatch: cost("open-batch"),
    read: cost("read"),
    readBatch: cost("read-batch"),
    appRead: cost("app-read"),
    readEpoch: cost("read-epoch"),
    write: cost("write"),
    appWrite: cost("app-write"),
    writeBatch: cost("write-batch", BATCH),
    mounts: after.map((count) => [count, cost(`mount-${count}`).least]),
    heap: [keys, MANY_KEYS].map((count) => [count, heap(count)]),
    bytesPerKey: (heap(MANY_KEYS) - heap(keys)) / (MANY_KEYS - keys),
  };
}

function measureWear(): WearFigures[] {
  const sealed = ROWS.flatMap(([align, fill]) =>
    [1, BATCH].map((batch) => measureSealedWear(BLOCKS, align, fill, batch)),
  );
  return [...sealed, measurePlainWear()];
}

export async function measureStorage(): Promise<StorageFigures> {
  return { overhead: measureOverhead(), wear: measureWear(), board: await measureBoard() };
}

function describeWear(wear: readonly WearFigures[]): string {
  const head = ["", "keys", "full", "in a commit", "bytes per byte", "", "erases", "ideal", "ratio", "", "of a block"];
  const rows = wear.map(({ store, keys, share, batch, perByte, erases, idealErases, leastErased, mostErased }) => [
    store,
    String(keys),
    `${(100 * share).toFixed(0)} %`,
    String(batch),
    perByte.toFixed(2),
    verdict(perByte, batch === 1 ? PER_BYTE_BUDGET.single : PER_BYTE_BUDGET.batch),
    String(erases),
    String(idealErases),
    (erases / idealErases).toFixed(2),
    verdict(erases, ERASES_BUDGET * idealErases),
    `${leastErased} to ${mostErased}`,
  ]);
  return table([head, ...rows]);
}

function describeBoard(board: BoardFigures): string {
  const beyond = (of: Cost, cipher: Cost) => {
    const instructions = of.least - cipher.least;
    return [number(instructions), verdict(instructions, READ_BUDGET)];
  };
  const row = (what: string, { least, mean }: Cost) => [what, number(least), number(mean)];
  const { openOne, openBatch, read, readBatch, appRead, readEpoch, write, writeBatch, appWrite } = board;
  const { mounts, heap, bytesPerKey } = board;
  const rows = [
    row("AEAD alone, a record of one entry", openOne),
    [...row("read, a record of its own", read), ...beyond(read, openOne)],
    row(`AEAD alone, a record of ${BATCH} entries`, openBatch),
    [...row(`read, in a record of ${BATCH}`, readBatch), ...beyond(readBatch, openBatch)],
    [...row("read by an app, of a record of its own", appRead), ...beyond(appRead, openOne)],
    [...row("read, of an epoch that is not remembered", readEpoch), ...beyond(readEpoch, openOne)],
    row("write", write),
    row("write by an app", appWrite),
    row(`write in batches of ${BATCH}, for each entry`, writeBatch),
  ];
  const mounted = mounts
    .map(([updates, instructions]) => `${number(instructions)} after ${updates} updates`)
    .join("; ");
  const memory = heap.map(([keys, bytes]) => `${number(bytes)} bytes with ${keys} keys`).join(", ");
  return `${table([[`${PLAN.keys} keys, instructions`, "least", "mean", "beyond the AEAD", ""], ...rows])}
  mount of ${PLAN.keys} keys: ${mounted}
  heap of a log: ${memory}: ${bytesPerKey.toFixed(1)} bytes for each key more, ${verdict(bytesPerKey, KEY_BUDGET)} ${KEY_BUDGET}`;
}

export function describeStorage({ overhead, wear, board }: StorageFigures): string {
  const { single, batch } = PER_BYTE_BUDGET;
  return `${describeWear(wear)}
  budgets: ${single} and in batches ${batch} bytes programmed for each byte of value; ${ERASES_BUDGET} times the ideal log's erases
  a record's overhead: ${overhead} bytes, ${verdict(overhead, RECORD_OVERHEAD)} ${RECORD_OVERHEAD}
${describeBoard(board)}
  budget: ${number(READ_BUDGET)} instructions for a read beyond the AEAD`;
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  console.log(describeStorage(await measureStorage()));
}
