// SPDX-License-Identifier: Apache-2.0
/**
 * Cuts the power at each operation of a scenario's step, in each partial length, and looks at what the next mount finds: the
 * state before or the one after, all other keys, a store that still can be written. What a log does up to a cut does not
 * depend on the cut, so the step runs once and its operations are repeated; one cut of each operation is run in earnest,
 * and is to leave the same bytes.
 */
import { compareBytes } from "../../sdk/bytes/bytes.js";
import type { EntryLog } from "../../sdk/storage/entries.js";
import { type Contents, contentsOf, difference, type Item } from "./contents.js";
import { cutSeed, type Extent, partialLengths } from "./cut-points.js";
import type { Device, DeviceCopy, Mount } from "./device.js";
import type { Layout } from "./layouts.js";
import { type Cut, type Operation, PowerCut, TEARS, type Tear } from "./power.js";
import { type Prepared, prepare, requireSame } from "./prepared.js";
import type { Scenario } from "./scenarios.js";
import { commit, put } from "./steps.js";

export interface CutCounts {
  /** Of distinct operations and partial lengths. */
  cuts: number;
  /** Cuts in what comes after a cut. */
  second: number;
  readonly failures: string[];
}

/** One cut in so many is followed by another one in the next mount or its first write. */
const SECOND_EVERY = 20;
const FAILURES_MAX = 5;
const PROBE = commit(put(1, "probe", 11), put(2, "empty", 1, "probe"));

/** Runs until the power goes. @returns Whether `action` came to its end all the same. */
function untilCut(device: Device, action: () => void): boolean {
  let isDone = false;
  try {
    action();
    isDone = true;
  } catch (error) {
    if (device.power.isOn) throw error;
  }
  return isDone;
}

function sameDevice(a: DeviceCopy, b: DeviceCopy): boolean {
  return (
    compareBytes(a.flash.bytes, b.flash.bytes) === 0 &&
    compareBytes(a.flash.units, b.flash.units) === 0 &&
    a.counter.value === b.counter.value &&
    a.counter.begun === b.counter.begun
  );
}

/** The entries that the step changes, as the log has them. */
function stepOf(log: EntryLog, before: Contents, after: Contents): Contents {
  const there = new Map<string, Item>();
  for (const key of new Set([...before.keys(), ...after.keys()])) {
    const item = after.get(key) ?? before.get(key);
    if (item === undefined || before.get(key) === after.get(key)) continue;
    const found = log.find(item.domain, item.name);
    if (found === undefined) continue;
    const value = new Uint8Array(found.bytes(0, found.length));
    there.set(key, { ...item, format: found.format, value });
  }
  return there;
}

/** The state that the log is in, of those that it may be in. @throws Error - none of them. */
function stateOf(log: EntryLog, { before, after }: Prepared, states: readonly Contents[]): Contents {
  const there = stepOf(log, before, after);
  const wrong = states.map((state) => {
    const changing = [...state].filter(([key]) => before.get(key) !== after.get(key));
    return difference(there, new Map(changing));
  });
  const found = states[wrong.indexOf(undefined)];
  if (found === undefined) throw new Error(`neither state: ${wrong.join(", or ")}`);
  return found;
}

/** After a cut: mounts, looks, writes, mounts again and looks at everything. */
function recover(prepared: Prepared, states: readonly Contents[]): void {
  const { device, mount } = prepared;
  const log = mount(device.start());
  const found = stateOf(log, prepared, states);
  PROBE.run(log);
  requireSame(mount(device.start()), PROBE.after(found), "after another write and mount");
  if (device.faults.length > 0) throw new Error(device.faults.join("; "));
}

/** Cuts again, in the mount after a cut or in its first write; then recovers. */
function cutAgain(prepared: Prepared, torn: DeviceCopy, states: readonly Contents[], seed: number): void {
  const { device, mount, nonces } = prepared;
  const again = (cut?: Cut) => {
    device.restore(torn, nonces);
    const start = device.start();
    device.power.plan(cut);
    let seen = states;
    const isDone = untilCut(device, () => {
      const log = mount(start);
      seen = [stateOf(log, prepared, states)];
      PROBE.run(log);
    });
    return { seen, isDone };
  };
  const operations = device.power.record(() => again());
  const number = seed % operations.length;
  const operation = operations[number] as Operation;
  const lengths = partialLengths(operation, device.layout, "few", seed);
  const bytes = lengths[(seed >>> 8) % lengths.length] as number;
  const { seen, isDone } = again({ operation: number, bytes, tear: tearOf(seed >>> 4), seed });
  if (device.power.isOn) throw new Error(`second cut at ${number}, ${bytes} bytes: did not come`);
  try {
    recoverAgain(prepared, seen, isDone);
  } catch (error) {
    throw new Error(`second cut at ${number} (${operation.kind} of ${operation.length}), ${bytes} bytes: ${error}`);
  }
}

/** After a second cut: what the first mount has seen is still so, and its write is there or not. */
function recoverAgain({ device, mount }: Prepared, seen: readonly Contents[], isWritten: boolean): void {
  const written = seen.map(PROBE.after);
  const states = isWritten ? written : [...seen, ...written];
  const log = mount(device.start());
  const there = contentsOf(log);
  const wrong = states.map((state) => difference(there, state));
  const found = states[wrong.indexOf(undefined)];
  if (found === undefined) throw new Error(`neither state: ${wrong.join(", or ")}`);
  PROBE.run(log);
  requireSame(mount(device.start()), PROBE.after(found), "after another write and mount");
  if (device.faults.length > 0) throw new Error(device.faults.join("; "));
}

function tearOf(seed: number): Tear {
  return TEARS[seed % TEARS.length] as Tear;
}

/** The step, cut in earnest. @returns Whether it came to its end although the power was gone. */
function cutInEarnest({ device, mount, base, nonces, lead, act }: Prepared, cut: Cut): boolean {
  device.restore(base, nonces);
  const log = mount(device.start());
  for (const step of lead) step.run(log);
  device.power.plan(cut);
  const isDone = untilCut(device, () => act.run(log));
  if (device.power.isOn) throw new Error("the cut did not come");
  return isDone;
}

/** One cut, and all that is looked at after it. @throws Error - what is wrong then. */
function tryCut(
  prepared: Prepared,
  state: DeviceCopy,
  operation: Operation,
  cut: Cut,
  { isInEarnest, isTwofold }: { readonly isInEarnest: boolean; readonly isTwofold: boolean },
): void {
  const { device, before, after, nonces } = prepared;
  device.restore(state, nonces);
  device.start();
  device.power.plan({ ...cut, operation: 0 });
  try {
    device.repeat(operation);
  } catch (error) {
    if (!(error instanceof PowerCut)) throw error;
  }
  device.reseed(cut.seed);
  let states = [before, after];
  if (isInEarnest || isTwofold) {
    const torn = device.copy();
    if (isInEarnest) {
      const isDone = cutInEarnest(prepared, cut);
      if (!sameDevice(device.copy(), torn)) throw new Error("the harness: a cut in earnest leaves other bytes");
      if (isDone) states = [after];
    }
    if (isTwofold) cutAgain(prepared, torn, states, cut.seed);
    device.restore(torn, nonces);
  }
  recover(prepared, states);
}

/** All cuts of a scenario on a layout. */
export function cutScenario(mount: Mount, layout: Layout, scenario: Scenario, extent: Extent): CutCounts {
  const counts: CutCounts = { cuts: 0, second: 0, failures: [] };
  let prepared: Prepared;
  try {
    prepared = prepare(mount, layout, scenario);
  } catch (error) {
    counts.failures.push(`${scenario.name}, without a cut: ${error}`);
    return counts;
  }
  const { device, operations, beforeStep } = prepared;
  let state = beforeStep;
  for (const [number, operation] of operations.entries()) {
    const seedOfOperation = cutSeed(layout, scenario.name, number, 0);
    const lengths = partialLengths(operation, layout, extent, seedOfOperation);
    const inEarnest = seedOfOperation % lengths.length;
    for (const [index, bytes] of lengths.entries()) {
      const seed = cutSeed(layout, scenario.name, number, bytes);
      const isTwofold = counts.cuts % SECOND_EVERY === 0;
      for (const tear of extent === "more" ? TEARS : [tearOf(seed)]) {
        const cut = { operation: number, bytes, tear, seed };
        try {
          tryCut(prepared, state, operation, cut, { isInEarnest: index === inEarnest, isTwofold });
        } catch (error) {
          if (counts.failures.length >= FAILURES_MAX) return counts;
          const what = `operation ${number} of ${operations.length}, ${operation.kind} of ${operation.length} at ${operation.address}`;
          counts.failures.push(`${scenario.name}, ${what}, cut after ${bytes} bytes, ${tear}: ${error}`);
        }
      }
      counts.cuts++;
      if (isTwofold) counts.second++;
    }
    device.restore(state, prepared.nonces);
    device.start();
    device.repeat(operation);
    state = device.copy();
  }
  return counts;
}
