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
  | "busy";

export interface EndReport {
  readonly reason: EndReason;
  /** The board's words: an exception with its stack, a refusal's code. */
  readonly text: string;
  readonly timeMs: number;
}

/** The device as each answer of the lab shows it, and what happened since the last one. */
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
}

/** Methods of the lab: parameters of each. Each answers with a Snapshot, but for those that say what they read. */
export interface LabMethods {
  "device.powerOn": { heapBytes?: number; stackSlots?: number };
  "device.powerOff": null;
  "device.cutPower": null;
  "device.wipe": null;
  /** `watch`: ends early when something happened: text, a pin, a datagram. */
  "device.advance": { ms: number; watch: boolean };
  "device.drive": { kind: "analog" | "digital"; channel: number; value: number };
  "device.deliver": { address: string; port: number; appPort: number; data: string };
  "device.cutAt": { operation: number; bytes?: number } | null;
  "device.flipBit": { partition: string; offset: number; bit: number };
  /** Answers with hexadecimal digits. */
  "device.readFlash": { partition: string; offset: number; length: number };
  /** Answers with a number for restoreFlash. */
  "device.saveFlash": null;
  "device.restoreFlash": { image: number };
}
