// SPDX-License-Identifier: Apache-2.0
/** The power-on block: what a board is told at its start (devices/silicon/power-on.h), and what it leaves behind. */
import { ANALOG_CHANNELS } from "../../devices/io/frames.js";
import * as layout from "./layout.js";
import type { BoardProfile } from "./profile.js";
import type { InputEvent } from "./recording.js";

export interface PowerOn {
  readonly virtualTime: boolean;
  /** Set when the run is to be repeatable: the seed is then no secret. */
  readonly fixedSeed: boolean;
  readonly debug: boolean;
  /** A debugger is at the other end of the debug channel: the board logs in and waits for its first command. */
  readonly hasDebugger: boolean;
  /** Somebody holds the service jumper: boot starts the firmware's service app. */
  readonly service: boolean;
  /** Which chip it is: the same at each start of a device. */
  readonly profile: BoardProfile;
  /** Exactly 32 bytes: fresh for each start, or repeated on demand. */
  readonly seed: Uint8Array;
  readonly wallClockMs: number;
  /** 0: the board's default. */
  readonly heapBytes: number;
  readonly stackSlots: number;
  /** The app's image, from the start of the window; length 0 means no app. */
  readonly appOffset: number;
  readonly appLength: number;
  /** Power fails at this operation, counted from 1; 0: never. */
  readonly cutOperation: number;
  /** Bytes of that operation which still arrive; undefined: half. */
  readonly cutBytes?: number;
  /** Operations before this start, since power-on. */
  readonly operations: number;
  readonly resetCause: keyof typeof layout.ResetCause;
  /** Device time of this start: 0, or later after a reset. */
  readonly startUs: number;
  /** What the board has: silicon.ts. */
  readonly counters: number;
  readonly watchdogMaxMs: number;
  /** Inputs at power-on: events at time 0. */
  readonly inputs: readonly InputEvent[];
}

export function encodePowerOn(powerOn: PowerOn): Uint8Array {
  if (powerOn.seed.length !== 32) throw new RangeError("seed: expected 32 bytes");
  const out = new Uint8Array(layout.POWER_ON_SIZE);
  const view = new DataView(out.buffer);
  const field = layout.PowerOnField;
  view.setUint32(field.magic, layout.POWER_ON_MAGIC, true);
  view.setUint32(field.version, layout.POWER_ON_VERSION, true);
  view.setUint32(field.flags, flagsOf(powerOn), true);
  out.set(powerOn.seed, field.seed);
  view.setBigInt64(field.wall_clock_ms, BigInt(Math.trunc(powerOn.wallClockMs)), true);
  view.setUint32(field.heap_bytes, powerOn.heapBytes, true);
  view.setUint32(field.stack_slots, powerOn.stackSlots, true);
  view.setUint32(field.app_offset, powerOn.appOffset, true);
  view.setUint32(field.app_length, powerOn.appLength, true);
  view.setUint32(field.cut_operation, powerOn.cutOperation, true);
  view.setUint32(field.cut_bytes, powerOn.cutBytes ?? layout.CUT_HALF, true);
  view.setUint32(field.operations, powerOn.operations, true);
  view.setUint32(field.reset_cause, layout.ResetCause[powerOn.resetCause], true);
  view.setBigUint64(field.start_us, BigInt(powerOn.startUs), true);
  view.setUint32(field.counters, powerOn.counters, true);
  view.setUint32(field.watchdog_max_ms, powerOn.watchdogMaxMs, true);
  encodeInputs(view, powerOn.inputs);
  return out;
}

function flagsOf({ virtualTime, fixedSeed, debug, hasDebugger, service, profile }: PowerOn): number {
  const flag = layout.PowerOnFlag;
  const run = (virtualTime ? flag.virtualTime : 0) | (fixedSeed ? flag.fixedSeed : 0) | (debug ? flag.debug : 0);
  const bench = (hasDebugger ? flag.debugger : 0) | (service ? flag.service : 0);
  return run | bench | profileFlag(profile);
}

/** The one flag that outlives a start. */
export function profileFlag(profile: BoardProfile): number {
  return profile === "dice" ? layout.PowerOnFlag.dice : 0;
}

export function profileOf(flags: number): BoardProfile {
  return (flags & layout.PowerOnFlag.dice) === 0 ? "iak" : "dice";
}

function encodeInputs(view: DataView, inputs: readonly InputEvent[]): void {
  const field = layout.PowerOnField;
  let levels = 0;
  let driven = 0;
  for (const input of inputs) {
    if (input.kind === "analog") {
      if (input.channel < ANALOG_CHANNELS) view.setUint16(field.analog_values + 2 * input.channel, input.value, true);
      continue;
    }
    driven |= 1 << input.channel;
    levels = input.value ? levels | (1 << input.channel) : levels & ~(1 << input.channel);
  }
  view.setUint32(field.digital_levels, levels >>> 0, true);
  view.setUint32(field.digital_driven, driven >>> 0, true);
}

export interface PowerOnReport {
  /** Operations since power-on. */
  readonly operations: number;
  readonly instruments: readonly bigint[];
}

/** What the board wrote into its block. */
export function decodeReport(block: Uint8Array): PowerOnReport {
  const view = new DataView(block.buffer, block.byteOffset, block.byteLength);
  const instruments: bigint[] = [];
  for (let i = 0; i < layout.POWER_ON_INSTRUMENTS; i++) {
    instruments.push(view.getBigUint64(layout.PowerOnField.instruments + 8 * i, true));
  }
  return { operations: view.getUint32(layout.PowerOnField.operations, true), instruments };
}
