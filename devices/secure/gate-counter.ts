// SPDX-License-Identifier: Apache-2.0
/** The counter contract on the call gate (gate.h). It is there where the sealed store's key is, and nowhere else. */
import type { MonotonicCounter } from "../../sdk/contracts/counter.js";
import { gateError, SECURE_OK } from "./status.js";

/** As in ../native.d.ts; again here because an app's type check reads this file, and an app has no `native`. */
// biome-ignore lint/suspicious/noExplicitAny: what a C function returns has no type; each binding states it.
declare function native(name: string): { call(receiver: unknown, ...values: unknown[]): any };

/** enum secure_service of gate.h. */
const Service = Object.freeze({ counterRead: 16, counterRaise: 17 } as const);

const VALUE_SIZE = 4;
const VALUE_MAX = 0xffffffff;

class GateCounter implements MonotonicCounter {
  read(): number {
    const made: ArrayBuffer | number = native("xs_thimble_secure_get").call(this, Service.counterRead, VALUE_SIZE);
    if (typeof made === "number") throw gateError(made, "counter");
    return new DataView(made).getUint32(0, true);
  }

  raise(value: number): void {
    if (typeof value !== "number") throw new TypeError(`value: expected a number, got ${typeof value}`);
    if (!Number.isInteger(value) || value < 0 || value > VALUE_MAX) {
      throw new RangeError(`value: expected a whole number from 0 to ${VALUE_MAX}, got ${value}`);
    }
    const bytes = new Uint8Array(VALUE_SIZE);
    new DataView(bytes.buffer).setUint32(0, value, true);
    const status: number = native("xs_thimble_secure_do").call(this, Service.counterRaise, bytes);
    if (status !== SECURE_OK) throw gateError(status, "counter");
  }
}

Object.freeze(GateCounter.prototype);

/** The counter of this board's freshness level. */
export const freshnessCounter: MonotonicCounter = Object.freeze(new GateCounter());
