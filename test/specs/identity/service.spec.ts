// SPDX-License-Identifier: Apache-2.0
/** The provisioning service: each request once, in any form, and what comes back. */
import { concatBytes } from "../../../sdk/bytes/bytes.js";
import { decodeHex, encodeHex } from "../../../sdk/bytes/hex.js";
import { encodeCbor } from "../../../sdk/cbor/encode.js";
import type { CborValue } from "../../../sdk/cbor/value.js";
import { type DetailCode, ERROR_CODES } from "../../../sdk/errors/codes.js";
import { ProtocolError, SecurityError } from "../../../sdk/errors/security-error.js";
import { parseAnswer } from "../../../sdk/identity/answers.js";
import { createCredential } from "../../../sdk/identity/credential.js";
import { DeviceCredentials } from "../../../sdk/identity/device-credentials.js";
import { encodeRequest, type Operation, type RequestFields } from "../../../sdk/identity/messages.js";
import { createOrder } from "../../../sdk/identity/order.js";
import { ProvisioningService } from "../../../sdk/identity/service.js";
import { assert } from "../../harness/assert.js";
import { crypto } from "../../harness/machine.js";
import { beforeEach, describe, it } from "../../harness/spec.js";
import { thrownBy } from "../thrown.js";
import { DEVICE_ID, MapStorage, makeParty, NO_TIME, NotedDevice, type Party } from "./device.js";

let owner: Party;
let device: NotedDevice;
let service: ProvisioningService;

beforeEach(() => {
  owner = makeParty(crypto);
  device = new NotedDevice({ signing: makeParty(crypto).publicKey, agreement: makeParty(crypto).publicKey });
  const options = { device, crypto, storage: new MapStorage(), time: NO_TIME, whenTimeUnknown: "accept" } as const;
  service = new ProvisioningService({ device, credentials: new DeviceCredentials(options) });
});

function ask<Name extends Operation>(operation: Name, ...fields: RequestFields[Name]) {
  const { answer, isRestart } = service.handle(encodeRequest(7, operation, ...fields));
  return { ...parseAnswer(operation, answer), isRestart } as {
    readonly id: number;
    readonly isDone: boolean;
    readonly result: never;
    readonly code?: string;
    readonly isRestart: boolean;
  };
}

/** The code for a datagram, and the id that it says. */
function codeFor(datagram: Uint8Array): string {
  const answer = parseAnswer("secure", service.handle(datagram).answer);
  return answer.isDone ? "done" : `${answer.code}${answer.id === undefined ? "" : ` ${answer.id}`}`;
}
const codeOf = (...items: readonly CborValue[]) => codeFor(encodeCbor(items));

describe("the provisioning service", () => {
  it("says what the device says of itself", () => {
    device.owner = owner.hash;
    assert.deepEqual(ask("status").result, device.status() as never);
    assert.deepEqual(ask("boot-record").result, device.bootRecord() as never);
    assert.deepEqual(ask("public-keys").result, { ...device.keys, attestation: undefined } as never);
    device.owner = undefined;
    device.deviceId = undefined;
    assert.deepEqual(parseAnswer("status", service.handle(encodeRequest(8, "status")).answer), {
      id: 8,
      isDone: true,
      result: device.status(),
    });
    const record = parseAnswer("boot-record", service.handle(encodeRequest(9, "boot-record")).answer);
    assert.deepEqual(record.isDone && record.result, device.bootRecord());
    assert.strictEqual(device.calls.length, 0);
  });

  it("does what it is asked for, once, and says so", () => {
    const hash = new Uint8Array(32);
    ask("make-secret");
    ask("set-roots", hash.fill(1), hash.slice().fill(2));
    ask("set-owner", hash.slice().fill(3));
    ask("secure");
    ask("install-trust", new Uint8Array(900).fill(4));
    assert.strictEqual(device.calls.join(), "makeSecret,setRoots 32:1 32:2,setOwner 32:3,secure,installTrust 900:4");
    const { id, isDone, result, isRestart } = ask("restart");
    assert.strictEqual([id, isDone, result, isRestart].join(), "7,true,,true");
    assert.isFalse(service.handle(encodeRequest(8, "status")).isRestart);
    assert.isFalse(service.handle(encodeCbor([9, 13, 1])).isRestart);
    for (const edge of [0, 2 ** 32 - 1]) {
      assert.strictEqual(parseAnswer("status", service.handle(encodeRequest(edge, "status")).answer).id, edge);
    }
  });

  it("hands an order over to the device, with a challenge for each", () => {
    const challenge: Uint8Array = ask("challenge").result;
    assert.strictEqual(challenge.length, 16);
    const order = { order: "wipe", deviceId: DEVICE_ID, challenge, argument: new Uint8Array(0) } as const;
    const signed = createOrder(crypto, owner.key, order);
    assert.isTrue(ask("order", owner.publicKey, signed).isDone);
    assert.strictEqual(device.calls[1]?.replace(/\d+$/, "n"), "order wipe 0:undefined 65:4 64:n");
    const give = (id: number, more: object, next = true) => {
      const fresh = new Uint8Array(16).fill(device.calls.length + 1);
      if (next) service.handle(encodeRequest(id + 100, "challenge"));
      const message = createOrder(crypto, owner.key, { ...order, challenge: fresh, ...more });
      return codeFor(encodeRequest(id, "order", owner.publicKey, message));
    };
    assert.strictEqual(give(1, {}), "done");
    assert.strictEqual(give(2, { deviceId: new Uint8Array(16) }), "LIFECYCLE_ORDER 2");
    assert.strictEqual(give(3, { challenge }), "LIFECYCLE_ORDER 3");
    assert.strictEqual(give(4, {}, false), "LIFECYCLE_ORDER 4");
    assert.strictEqual(give(5, {}), "done");
    device.deviceId = undefined;
    assert.strictEqual(give(6, {}), "LIFECYCLE_ORDER 6");
    assert.strictEqual(device.calls.filter((call) => call.startsWith("order ")).length, 3);
    assert.strictEqual(
      codeFor(encodeRequest(7, "order", owner.publicKey, signed.subarray(2))),
      "CBOR_UNEXPECTED_TYPE 7",
    );
  });

  it("keeps a credential of the owner, and gives it back", () => {
    const of = (use: "signing" | "agreement", publicKey: Uint8Array) =>
      createCredential(crypto, owner.key, { issuer: "owner", deviceId: DEVICE_ID, use, publicKey });
    const credential = of("signing", device.keys.signing);
    assert.strictEqual(ask("store-credential", "signing", owner.publicKey, credential).code, "CREDENTIAL_OWNER");
    device.owner = owner.hash;
    const read = (id: number) => {
      const answer = parseAnswer(
        "read-credential",
        service.handle(encodeRequest(id, "read-credential", "signing")).answer,
      );
      return answer.isDone ? answer.result : answer.code;
    };
    assert.isUndefined(read(1));
    const store = (id: number, token: Uint8Array) =>
      codeFor(encodeRequest(id, "store-credential", "signing", owner.publicKey, token));
    assert.strictEqual(store(2, of("agreement", device.keys.agreement)), "COSE_KEY_USE 2");
    assert.strictEqual(store(3, of("signing", device.keys.agreement)), "CREDENTIAL_KEY 3");
    assert.isUndefined(read(4));
    assert.strictEqual(store(5, credential), "done");
    assert.deepEqual(read(6), credential);
    device.owner = new Uint8Array(32);
    assert.strictEqual(read(7), "CREDENTIAL_OWNER");
  });

  it("answers what is sent again as it did, and does nothing", () => {
    const first = service.handle(encodeRequest(1, "challenge"));
    const again = service.handle(encodeRequest(1, "challenge"));
    assert.strictEqual(encodeHex(again.answer), encodeHex(first.answer));
    assert.strictEqual(device.calls.length, 1);
    assert.notStrictEqual(
      encodeHex(service.handle(encodeRequest(2, "challenge")).answer.subarray(6)),
      encodeHex(first.answer.subarray(6)),
    );
    device.failure = new ProtocolError("LIFECYCLE_STATE", "done already");
    const refused = encodeRequest(3, "make-secret");
    assert.strictEqual(codeFor(refused), "LIFECYCLE_STATE 3");
    device.failure = undefined;
    assert.strictEqual(codeFor(refused), "LIFECYCLE_STATE 3");
    assert.strictEqual(codeFor(encodeRequest(4, "make-secret")), "done");
  });

  it("gives the code of whatever the device throws, and no words", () => {
    const images = Object.keys(ERROR_CODES).filter((code) => code.startsWith("IMAGE_E_")) as DetailCode[];
    assert.strictEqual(images.length, 17);
    const lifecycle = ["LIFECYCLE_STATE", "LIFECYCLE_OTP", "LIFECYCLE_ORDER", "IDENTITY_UNAVAILABLE"] as const;
    let id = 10;
    for (const code of [...images, ...lifecycle]) {
      device.failure = new ProtocolError(code, "words");
      assert.strictEqual(codeFor(encodeRequest(++id, "secure")), `${code} ${id}`);
    }
    device.failure = new SecurityError("PSA_ERROR_STORAGE_FAILURE", "words");
    assert.strictEqual(codeFor(encodeRequest(1, "secure")), "PSA_ERROR_STORAGE_FAILURE 1");
    device.failure = new TypeError("words");
    assert.strictEqual(codeFor(encodeRequest(2, "secure")), "PSA_ERROR_GENERIC_ERROR 2");
  });

  it("answers what is no request with a code, and does nothing", () => {
    const bytes = (length: number) => new Uint8Array(length);
    assert.strictEqual(codeFor(bytes(0)), "CBOR_TRUNCATED");
    assert.strictEqual(codeFor(bytes(1401)), "SERVICE_REQUEST");
    assert.strictEqual(codeFor(encodeCbor(new Map([[1, 2]]))), "SERVICE_REQUEST");
    assert.strictEqual(codeFor(decodeHex("8201010a")), "CBOR_TRAILING_BYTES");
    assert.strictEqual(codeFor(decodeHex("82180101")), "CBOR_NON_SHORTEST");
    assert.strictEqual(codeFor(decodeHex("9f0101ff")), "CBOR_INDEFINITE_LENGTH");
    assert.strictEqual(codeOf(), "SERVICE_REQUEST");
    for (const id of [-1, 2 ** 32, "1", null, 1.5, bytes(1)]) assert.strictEqual(codeOf(id, 1), "SERVICE_REQUEST");
    for (const number of [0, 14, -1, "status", null, 1.5]) assert.strictEqual(codeOf(5, number), "SERVICE_REQUEST 5");
    assert.strictEqual(codeOf(5), "SERVICE_REQUEST 5");
    assert.strictEqual(codeOf(5, [[[[]]]]), "CBOR_LIMIT_DEPTH");
    assert.strictEqual(codeOf(5, Array(70).fill(0) as number[]), "CBOR_LIMIT_COUNT");
    for (const fields of [
      [1, bytes(1)],
      [2, null],
      [3, 0],
      [9, 0],
      [11, 0],
      [13, 0], // none expected
      [4],
      [4, bytes(32)],
      [4, bytes(32), bytes(31)],
      [4, bytes(33), bytes(32)],
      [4, bytes(32), bytes(32), 0],
      [6, bytes(31)],
      [6, "x".repeat(32)],
      [6, 7],
      [7, 0, bytes(65), bytes(9)],
      [7, 4, bytes(65), bytes(9)],
      [7, 1, bytes(64), bytes(9)],
      [7, 1, bytes(65), bytes(0)],
      [7, 1, bytes(65), bytes(1025)],
      [8],
      [8, "signing"],
      [8, 1, 1],
      [10, bytes(0)],
      [10, bytes(1281)],
      [10, 1],
      [12, bytes(65)],
      [12, bytes(64), bytes(9)],
      [12, bytes(65), bytes(257)],
    ] as const) {
      assert.strictEqual(codeOf(6, ...fields), "SERVICE_REQUEST 6", `operation ${fields[0]}`);
    }
    assert.strictEqual(device.calls.length, 0);
  });

  it("does nothing for a request that is cut at any byte, or has one behind it", () => {
    const request = encodeRequest(0x12345678, "set-roots", new Uint8Array(32), new Uint8Array(32));
    for (let length = 0; length < request.length; length++) {
      assert.notStrictEqual(codeFor(request.subarray(0, length)), "done");
    }
    assert.strictEqual(codeFor(concatBytes(request, Uint8Array.of(0))), "CBOR_TRAILING_BYTES");
    assert.strictEqual(device.calls.length, 0);
  });

  it("with any bit of a request flipped does that or nothing, and never ends", () => {
    const request = encodeRequest(0x12345678, "set-owner", new Uint8Array(32));
    for (let bit = 0; bit < 8 * request.length; bit++) {
      const changed = request.slice();
      changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
      service.handle(changed);
    }
    // 32 bits of the id, and 256 of the hash.
    assert.strictEqual(device.calls.length, 32 + 256);
    assert.isTrue(device.calls.every((call) => call.startsWith("setOwner 32:")));
  });
});

describe("a request", () => {
  it("cannot be made with an id, an operation or a field that cannot be", () => {
    const make = (...parts: readonly unknown[]) =>
      thrownBy(() => encodeRequest(...(parts as unknown as [number, "status"])));
    assert.strictEqual(make(-1, "status"), "RangeError");
    assert.strictEqual(make(1, "erase"), "RangeError");
    assert.strictEqual(make(1, "status", 1), "RangeError");
    assert.strictEqual(make(1, "set-owner", new Uint8Array(31)), "RangeError");
    assert.strictEqual(make(1, "set-owner", "x"), "TypeError");
    assert.strictEqual(make(1, "read-credential", "sign"), "RangeError");
  });
});
