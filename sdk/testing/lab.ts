// SPDX-License-Identifier: Apache-2.0
/** What the tester and the lab say to each other about the device. Bytes are hexadecimal, times are milliseconds. */

/** A datagram between the app and somebody. */
export interface DatagramReport {
  /** The other side. */
  readonly address: string;
  readonly port: number;
  /** The app's own port. */
  readonly appPort: number;
  readonly data: string;
  /** Device time since power-on. */
  readonly timeMs: number;
}

export type EndReason =
  | "finished"
  | "uncaught"
  | "refused"
  | "powerCut"
  | "stopped"
  | "memory"
  | "stack"
  | "keys"
  | "fatal"
  | "busy"
  | "resetSoftware"
  | "resetWatchdog";

export interface EndReport {
  readonly reason: EndReason;
  /** The board's words: an exception with its stack, a refusal's code. */
  readonly text: string;
  readonly timeMs: number;
}

/** What happened and was not kept, because there was too much. */
export interface Dropped {
  readonly characters: number;
  readonly changes: number;
  readonly datagrams: number;
}

/** The device as each answer of the lab shows it, and what happened since the last one: a piece of it. */
export interface Snapshot {
  readonly isOn: boolean;
  readonly timeMs: number;
  readonly wallClockMs: number;
  readonly flashOperations: number;
  /** How often it went off. */
  readonly ends: number;
  readonly end: EndReport | null;
  readonly console: string;
  /** Levels that the app drives. */
  readonly pins: ReadonlyArray<readonly [pin: number, level: number]>;
  readonly changes: ReadonlyArray<readonly [pin: number, level: number, timeMs: number]>;
  readonly datagrams: readonly DatagramReport[];
  /** Before what is in this answer. */
  readonly dropped: Dropped;
  /** Something is left: `device.more`. */
  readonly hasMore: boolean;
}

/** An answer has so much at most: each fits into a tester beside a spec. */
export const PIECE = Object.freeze({ characters: 8192, changes: 256, datagrams: 16, flashBytes: 1024 });

/** Methods of the lab: parameters of each. Each answers with a Snapshot, but for those that say what they read. */
export interface LabMethods {
  "device.powerOn": { heapBytes?: number; stackSlots?: number };
  "device.powerOff": null;
  /** Nothing happens: the next piece of what did. */
  "device.more": null;
  "device.cutPower": null;
  "device.wipe": null;
  /** `watch`: ends early when something happened: text, a pin, a datagram. */
  "device.advance": { ms: number; watch: boolean };
  "device.drive": { kind: "analog" | "digital"; channel: number; value: number };
  "device.deliver": { address: string; port: number; appPort: number; data: string };
  "device.cutAt": { operation: number; bytes?: number } | null;
  "device.flipBit": { partition: string; offset: number; bit: number };
  /** Answers with hexadecimal digits of a piece: what comes `from` bytes after the begin of the whole. */
  "device.readFlash": { partition: string; offset: number; length: number; from: number };
  /** Answers with a number for restoreFlash. */
  "device.saveFlash": null;
  "device.restoreFlash": { image: number };
}
