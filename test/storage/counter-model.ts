// SPDX-License-Identifier: Apache-2.0
/** The counter contract in memory. A step is one operation that a cut can come before, into and after. */
import type { MonotonicCounter } from "../../sdk/contracts/counter.js";
import { ProtocolError } from "../../sdk/errors/security-error.js";
import type { Power } from "./power.js";

const MAX = 2 ** 32 - 1;

export interface CounterCopy {
  readonly value: number;
  readonly begun: number | undefined;
}

export class CounterModel {
  readonly #power: Power;
  #value = 0;
  /** Of a step that a cut interrupted. */
  #begun: number | undefined;

  constructor(power: Power) {
    this.#power = power;
  }

  copy(): CounterCopy {
    return { value: this.#value, begun: this.#begun };
  }

  restore(copy: CounterCopy): void {
    this.#value = copy.value;
    this.#begun = copy.begun;
  }

  /** A handle, good until the power fails. */
  open(): MonotonicCounter {
    const start = this.#power.starts;
    return {
      read: () => {
        this.#power.require(start);
        return this.#finish();
      },
      raise: (value) => {
        this.#power.require(start);
        this.#raise(value);
      },
    };
  }

  #finish(): number {
    if (this.#begun !== undefined) {
      const value = this.#begun;
      this.#step(value);
    }
    return this.#value;
  }

  #raise(value: number): void {
    const present = this.#finish();
    if (!Number.isInteger(value) || value < present || value > MAX) {
      throw new ProtocolError("STORAGE_COUNTER", `the counter is at ${present} and does not go to ${value}`);
    }
    if (value > present) this.#step(value);
  }

  #step(value: number): void {
    const cut = this.#power.begin({ kind: "counter", address: value, length: 2 });
    const done = cut?.bytes ?? 2;
    if (done === 1) this.#begun = value;
    if (done === 2) {
      this.#value = value;
      this.#begun = undefined;
    }
    if (cut) this.#power.fail();
  }
}
