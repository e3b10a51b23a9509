// SPDX-License-Identifier: Apache-2.0
/** What a device answers, as the provisioner reads it: a device that lies or is damaged is refused, never believed. */
import { decodeHex } from "../../../sdk/bytes/hex.js";
import { encodeCbor } from "../../../sdk/cbor/encode.js";
import type { CborValue } from "../../../sdk/cbor/value.js";
import { encodeRefusal, encodeResult, parseAnswer } from "../../../sdk/identity/answers.js";
import type { Operation } from "../../../sdk/identity/messages.js";
import { assert } from "../../harness/assert.js";
import { describe, it } from "../../harness/spec.js";
import { thrownBy } from "../thrown.js";
import { NotedDevice } from "./device.js";

const key = new Uint8Array(65);
const device = new NotedDevice({ signing: key, agreement: key });
const bytes = (length: number) => new Uint8Array(length);
const parsed = (operation: Operation, ...items: readonly CborValue[]) =>
  thrownBy(() => parseAnswer(operation, encodeCbor(items)));
const refused = (operation: Operation, result: CborValue) =>
  assert.strictEqual(parsed(operation, 1, true, result), "SERVICE_ANSWER");

const STATUS: readonly (readonly [number, CborValue])[] = [
  [1, 2],
  [2, true],
  [3, false],
  [4, 0],
  [6, 0],
  [7, 64],
];
const RECORD: readonly (readonly [number, CborValue])[] = [
  [1, 3],
  [2, 1],
  [3, false],
  [4, false],
  [5, 1],
  [6, 0],
  [9, bytes(16)],
];
const COMPONENT: readonly (readonly [number, CborValue])[] = [
  [1, "1.0.0+0"],
  [2, 0],
  [3, 0],
  [4, bytes(32)],
];

/** Each entry in turn missing, and of another type. */
function eachWrong(entries: readonly (readonly [number, CborValue])[], optional: readonly number[]): CborValue[] {
  return entries.flatMap(([label]) => {
    const without = entries.filter(([other]) => other !== label);
    const wrong = new Map<CborValue, CborValue>([...without, [label, -1]]);
    return optional.includes(label) ? [wrong] : [wrong, new Map<CborValue, CborValue>(without)];
  });
}

describe("an answer of the provisioning service", () => {
  it("is a result, or a code", () => {
    assert.deepEqual(parseAnswer("secure", encodeRefusal(3, "LIFECYCLE_STATE")), {
      id: 3,
      isDone: false,
      code: "LIFECYCLE_STATE",
    });
    assert.isUndefined(parseAnswer("secure", encodeRefusal(undefined, "SERVICE_REQUEST")).id);
    assert.deepEqual(parseAnswer("secure", encodeResult(4, "secure", undefined)), {
      id: 4,
      isDone: true,
      result: undefined,
    });
    assert.isAtMost(encodeResult(2 ** 32 - 1, "boot-record", device.bootRecord()).length, 300);
  });

  it("of another form is refused", () => {
    assert.strictEqual(
      thrownBy(() => parseAnswer("status", bytes(1401))),
      "CBOR_LIMIT_LENGTH",
    );
    assert.strictEqual(
      thrownBy(() => parseAnswer("status", bytes(0))),
      "CBOR_TRUNCATED@0",
    );
    for (const items of [
      [],
      [1, true],
      [1, true, null, null],
      [null, true, null],
      [-1, true, null],
      [1, null, null],
      [1, 1, null],
      ["1", false, "CODE"],
      [1, false, null],
      [1, false, "code"],
      [1, false, "X".repeat(49)],
      [1, false, ""],
      [1, false, "LIFECYCLE_STATE\n"],
    ] as const) {
      assert.strictEqual(parsed("secure", ...items), "SERVICE_ANSWER");
    }
    assert.strictEqual(
      thrownBy(() => parseAnswer("secure", decodeHex("a10102"))),
      "SERVICE_ANSWER",
    );
  });

  it("without the result of its operation is refused", () => {
    for (const operation of ["make-secret", "set-roots", "set-owner", "secure", "order", "restart"] as const) {
      assert.strictEqual(parsed(operation, 1, true, null), "nothing");
      refused(operation, bytes(0));
    }
    for (const value of [null, bytes(15), bytes(17), "x".repeat(16)]) refused("challenge", value);
    for (const value of [bytes(0), bytes(1025), 1]) refused("read-credential", value);
    for (const value of [
      null,
      [],
      [key],
      [key, bytes(64)],
      [key, key, key, key],
      [key, key, bytes(64)],
      [key, "x".repeat(65)],
    ]) {
      refused("public-keys", value);
    }
    for (const operation of ["status", "boot-record"] as const) {
      for (const value of [null, [], new Map(), bytes(3)]) refused(operation, value);
    }
  });

  it("with a field missing, or of another type or range, is refused", () => {
    assert.strictEqual(parsed("status", 1, true, new Map(STATUS)), "nothing");
    for (const value of eachWrong(STATUS, [])) refused("status", value);
    refused("status", new Map([...STATUS, [5, bytes(31)]]));
    for (const state of [0, 6, 1.5, "secured"]) refused("status", new Map([...STATUS, [1, state]]));
    assert.strictEqual(parsed("boot-record", 1, true, new Map(RECORD)), "nothing");
    for (const value of eachWrong(RECORD, [9])) refused("boot-record", value);
    const component = (entries: CborValue) => new Map<CborValue, CborValue>([...RECORD, [7, entries]]);
    assert.strictEqual(parsed("boot-record", 1, true, component(new Map(COMPONENT))), "nothing");
    for (const value of eachWrong(COMPONENT, [])) refused("boot-record", component(value));
    for (const version of ["255.255.65535+4294967295", "0.0.0+0"]) {
      assert.strictEqual(parsed("boot-record", 1, true, component(new Map([...COMPONENT, [1, version]]))), "nothing");
    }
    for (const version of ["1.0", "1.0.0", "x", "1.0.0+0\u001b[2J", "\u001b1.0.0+0", "1.0.0+12345678901"]) {
      refused("boot-record", component(new Map([...COMPONENT, [1, version]])));
    }
    refused("boot-record", component(new Map([...COMPONENT, [3, 2]])));
  });

  it("may say more than we know", () => {
    assert.strictEqual(parsed("status", 1, true, new Map([...STATUS, [99, "later"]])), "nothing");
  });
});
