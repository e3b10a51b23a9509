// SPDX-License-Identifier: Apache-2.0
/**
 * The power of a modelled device: it counts what flash and counter do, and goes off at the operation that a test names.
 * What is off stays off until `restart`; handles from before are dead then, too.
 */

/** Thrown by all that needs power, from the cut to the restart. */
export class PowerCut extends Error {
  override readonly name = "PowerCut";
}

/**
 * What a cut leaves of the write unit, or the block, that it interrupted:
 * prefix - the bytes that came first are new, the others old; garbage - it holds anything; unseen - it reads as if nothing
 * had been begun (a write) or as if all was erased (an erase), and all the same may not be programmed; but for the first
 * unit of a write: then there was no write.
 */
export type Tear = "prefix" | "garbage" | "unseen";
export const TEARS: readonly Tear[] = Object.freeze(["prefix", "garbage", "unseen"]);

/** A write has its bytes, an erase those of the block, a step of the counter two: begun, and ended. */
export interface Operation {
  readonly kind: "write" | "erase" | "counter";
  /** Byte address in the flash; the value for a counter. */
  readonly address: number;
  readonly length: number;
  /** What a write writes. */
  readonly data?: Uint8Array;
}

export interface Cut {
  /** 0: the first operation from now on. */
  readonly operation: number;
  /** How much of it still happens: 0 to its length; of a greater number, what is left when it is divided by the length + 1. */
  readonly bytes: number;
  readonly tear: Tear;
  /** For the bytes of garbage. */
  readonly seed: number;
}

export class Power {
  #operations = 0;
  #recorded: Operation[] | undefined;
  #cut: Cut | undefined;
  #isOn = true;
  #starts = 0;

  /** Operations since the device was made. */
  get operations(): number {
    return this.#operations;
  }

  get isOn(): boolean {
    return this.#isOn;
  }

  /** How often `restart` was called. */
  get starts(): number {
    return this.#starts;
  }

  /** @throws PowerCut - it is off, or it was off since `start`. */
  require(start: number): void {
    if (!this.#isOn) throw new PowerCut("the power is off");
    if (start !== this.#starts) throw new PowerCut("a handle from before the power cut");
  }

  /** Undefined: no cut. */
  plan(cut: Cut | undefined): void {
    this.#cut = cut && { ...cut, operation: cut.operation + this.#operations };
  }

  /** What happens while `action` runs, also when it throws. */
  record(action: () => void): Operation[] {
    const recorded: Operation[] = [];
    this.#recorded = recorded;
    try {
      action();
    } finally {
      this.#recorded = undefined;
    }
    return recorded;
  }

  /** Called by flash and counter as an operation begins. @returns The cut, when it comes in this one. */
  begin(operation: Operation): Cut | undefined {
    this.#recorded?.push(operation);
    const cut = this.#cut?.operation === this.#operations ? this.#cut : undefined;
    this.#operations++;
    return cut && { ...cut, bytes: cut.bytes % (operation.length + 1) };
  }

  /** The power goes, now. @throws PowerCut. */
  fail(): never {
    this.off();
    throw new PowerCut("the power was cut");
  }

  off(): void {
    this.#isOn = false;
    this.#cut = undefined;
  }

  restart(): void {
    this.#isOn = true;
    this.#cut = undefined;
    this.#starts++;
  }
}
