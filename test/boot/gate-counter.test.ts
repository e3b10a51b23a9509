// SPDX-License-Identifier: Apache-2.0
/** The counter of the sealed store: what it asks of the call gate, and what it makes of the answers. */
import { assert, expect } from "chai";
import { beforeEach, describe, it } from "mocha";
import { freshnessCounter } from "../../devices/secure/gate-counter.js";
import { SECURE_OK } from "../../devices/secure/status.js";
import { ProtocolError } from "../../sdk/errors/security-error.js";

const READ = 16;
const RAISE = 17;
const COUNTER_STATUS = 0x34143ccb;
const SEALED_STATUS = 0x33133bb8;

describe("the counter of the sealed store", () => {
  let value: number;
  let status: number;
  let calls: string[];

  beforeEach(() => {
    [value, status, calls] = [0, SECURE_OK, []];
    const table: Record<string, (...args: never[]) => unknown> = {
      xs_thimble_secure_get(service: number, size: number) {
        calls.push(`get ${service} ${size}`);
        if (status !== SECURE_OK) return status;
        const bytes = Buffer.alloc(4);
        bytes.writeUInt32LE(value);
        return Uint8Array.from(bytes).buffer;
      },
      xs_thimble_secure_do(service: number, bytes: Uint8Array) {
        calls.push(`do ${service} ${Buffer.from(bytes).toString("hex")}`);
        return status;
      },
    };
    const native = (name: string) => ({
      call: (_receiver: unknown, ...values: unknown[]) => table[name]?.(...(values as never[])),
    });
    Object.assign(globalThis, { native });
  });

  it("reads 32 bits without a sign", () => {
    for (value of [0, 1, 0x80000000, 0xffffffff]) assert.strictEqual(freshnessCounter.read(), value);
    assert.deepEqual(calls, Array(4).fill(`get ${READ} 4`));
  });

  it("raises with 4 bytes, little endian", () => {
    for (const next of [0, 0x01020304, 0xffffffff]) freshnessCounter.raise(next);
    assert.deepEqual(calls, [`do ${RAISE} 00000000`, `do ${RAISE} 04030201`, `do ${RAISE} ffffffff`]);
  });

  it("asks for nothing with a value that is none", () => {
    for (const wrong of [-1, 0.5, 2 ** 32, Number.NaN]) assert.throws(() => freshnessCounter.raise(wrong), RangeError);
    assert.throws(() => freshnessCounter.raise("1" as unknown as number), TypeError);
    assert.deepEqual(calls, []);
  });

  it("fails with whatever the gate says that is not its one word for success", () => {
    for (const [said, code] of [
      [COUNTER_STATUS, "STORAGE_COUNTER"],
      [SEALED_STATUS, "STORAGE_UNAVAILABLE"],
    ] as const) {
      status = said;
      for (const action of [() => freshnessCounter.read(), () => freshnessCounter.raise(1)]) {
        expect(action).to.throw(ProtocolError).with.property("detail", code);
      }
    }
    status = 0;
    assert.throws(() => freshnessCounter.raise(1), "counter: status 0x0");
  });
});
