// SPDX-License-Identifier: Apache-2.0
/** What a spec gives to the device, and what it is told of it. */
import type { EndReason } from "./lab.js";

export interface PowerOnOptions {
  /** Bytes of XS heap instead of what the app asks for. */
  readonly heapBytes?: number;
  /** Slots of XS stack. */
  readonly stackSlots?: number;
}

/** An operation (a flash write, the erase of one sector, a step of OTP or of a counter) at which the power fails. */
export interface FlashCut {
  /** Counted from now: 1 is the next one. Of a device that is off, the first after its start. */
  readonly operation: number;
  /** Bytes of it that still arrive; by default half of them. */
  readonly bytes?: number;
}

export interface FlashPlace {
  /** A partition, or `otp` or `counters`: docs/simulator.md. */
  readonly partition: string;
  /** Bytes from its start. */
  readonly offset: number;
}

export interface PinChange {
  readonly pin: number;
  readonly level: number;
  /** Device time since power-on. */
  readonly timeMs: number;
}

export interface SentDatagram {
  readonly address: string;
  readonly port: number;
  /** The app's own port; from 49152 when it asked for none. */
  readonly appPort: number;
  readonly data: Uint8Array;
  readonly timeMs: number;
}

/** How the device went off. */
export interface DeviceEnd {
  readonly reason: EndReason;
  /** The board's words: an exception with its stack, a refusal's code. */
  readonly text: string;
  readonly timeMs: number;
}

/** A copy of the flash. */
export interface FlashImage {
  readonly image: number;
}

/** The device went off by itself where a spec went on with it: an uncaught exception, no memory, a refused app. */
export class DeviceEnded extends Error implements DeviceEnd {
  readonly reason: EndReason;
  readonly text: string;
  readonly timeMs: number;

  constructor({ reason, text, timeMs }: DeviceEnd) {
    super(`the device stopped (${reason}): ${text}`);
    this.reason = reason;
    this.text = text;
    this.timeMs = timeMs;
  }
}
