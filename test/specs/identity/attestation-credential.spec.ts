// SPDX-License-Identifier: Apache-2.0
/** The third key of a device: its attestation key, certified with the instance id (RFC 9783 §4.2.1). */
import { concatBytes } from "../../../sdk/bytes/bytes.js";
import { decodeCbor } from "../../../sdk/cbor/decode.js";
import type { CborValue } from "../../../sdk/cbor/value.js";
import { createSign1, verifySign1 } from "../../../sdk/cose/sign1.js";
import { instanceIdOf } from "../../../sdk/crypto/instance-id.js";
import { type Claims, encodeClaims } from "../../../sdk/cwt/claims.js";
import { parseAnswer } from "../../../sdk/identity/answers.js";
import {
  type CredentialUse,
  createCredential,
  encodeCcs,
  verifyCcs,
  verifyCredential,
} from "../../../sdk/identity/credential.js";
import { DeviceCredentials } from "../../../sdk/identity/device-credentials.js";
import { encodeRequest } from "../../../sdk/identity/messages.js";
import { ProvisioningService } from "../../../sdk/identity/service.js";
import { assert } from "../../harness/assert.js";
import { crypto } from "../../harness/machine.js";
import { before, describe, it } from "../../harness/spec.js";
import { thrownBy } from "../thrown.js";
import { DEVICE_ID, MapStorage, makeParty, NO_TIME, NotedDevice, type Party } from "./device.js";

const SUBJECT = "000102030405060708090a0b0c0d0e0f";
let owner: Party;
let key: Party;
let identity: Party;
let instanceId: Uint8Array;
let credential: Uint8Array;

const make = (use: CredentialUse, publicKey = key.publicKey) =>
  createCredential(crypto, owner.key, { issuer: "owner", deviceId: DEVICE_ID, use, publicKey });
const verify = (token: Uint8Array, use: CredentialUse = "attestation") =>
  verifyCredential(crypto, owner.key, token, { use, time: NO_TIME, whenTimeUnknown: "refuse" });
const outcome = (...parts: Parameters<typeof verify>) => thrownBy(() => verify(...parts));

before(() => {
  owner = makeParty(crypto);
  key = makeParty(crypto);
  identity = makeParty(crypto);
  instanceId = instanceIdOf(crypto, key.publicKey);
  credential = make("attestation");
});

describe("an instance id", () => {
  it("is 0x01 and the hash of the whole point", () => {
    assert.strictEqual(instanceId.length, 33);
    assert.deepEqual(instanceId, concatBytes(Uint8Array.of(1), crypto.hashCompute("SHA_256", key.publicKey)));
    assert.strictEqual(
      thrownBy(() => instanceIdOf(crypto, key.publicKey.subarray(1))),
      "RangeError",
    );
  });
});

describe("a credential for an attestation key", () => {
  it("has the instance id in claim 256", () => {
    const claims = decodeCbor(verifySign1(crypto, owner.key, credential).payload) as Map<number, CborValue>;
    assert.strictEqual([...claims.keys()].join(), "1,2,8,256");
    assert.deepEqual(claims.get(256), instanceId);
    const found = verify(credential);
    assert.deepEqual(found.instanceId, instanceId);
    assert.deepEqual(found.publicKey, key.publicKey);
    assert.strictEqual(found.subject, SUBJECT);
    assert.isUndefined(verify(make("signing"), "signing").instanceId);
  });

  it("does not pass for another use, nor another one for it", () => {
    assert.strictEqual(outcome(credential, "signing"), "COSE_KEY_USE");
    assert.strictEqual(outcome(credential, "agreement"), "COSE_KEY_USE");
    assert.strictEqual(outcome(make("signing")), "COSE_KEY_USE");
    assert.strictEqual(outcome(make("agreement")), "COSE_KEY_USE");
  });

  it("with the instance id of another key, or what is none, is refused", () => {
    const cnf = { key: { kty: "EC2", crv: "P-256", publicKey: key.publicKey, alg: -7, keyOps: [2] } } as const;
    const signed = (id: CborValue, more: Claims = {}) => {
      const claims = { iss: "owner", sub: SUBJECT, cnf, others: new Map([[256, id]]), ...more };
      return createSign1(crypto, owner.key, { algorithm: -7, payload: encodeClaims(claims) });
    };
    assert.strictEqual(outcome(signed(instanceId)), "nothing");
    const other = instanceIdOf(crypto, identity.publicKey);
    for (const id of [other, instanceId.subarray(1), new Uint8Array(0), "id", 1, null, [instanceId]]) {
      assert.strictEqual(outcome(signed(id)), "CREDENTIAL_KEY");
    }
    const agrees = { key: { kty: "EC2", crv: "P-256", publicKey: key.publicKey } } as const;
    assert.strictEqual(outcome(signed(instanceId, { cnf: agrees })), "COSE_KEY_USE");
    assert.strictEqual(outcome(signed(instanceId, { cnf: agrees }), "agreement"), "COSE_KEY_USE");
  });

  it("has no CCS", () => {
    const ccs = encodeCcs({ deviceId: DEVICE_ID, use: "signing", publicKey: key.publicKey });
    assert.strictEqual(
      thrownBy(() => verifyCcs(crypto, ccs, verify(credential))),
      "COSE_KEY_USE",
    );
  });
});

describe("a device with an attestation key", () => {
  function service(hasKey: boolean): (operation: "public-keys" | "read-credential" | "store-credential") => unknown {
    const device = new NotedDevice({ signing: identity.publicKey, agreement: identity.publicKey });
    device.owner = owner.hash;
    const attestation = hasKey ? { attestation: { publicKey: () => key.publicKey } } : {};
    const kept = { device, crypto, storage: new MapStorage(), time: NO_TIME, whenTimeUnknown: "accept" } as const;
    const credentials = new DeviceCredentials({ ...kept, ...attestation });
    const asked = new ProvisioningService({ device, credentials, ...attestation });
    let id = 0;
    return (operation) => {
      const use = "attestation" as const;
      const request =
        operation === "store-credential"
          ? encodeRequest(id++, operation, use, owner.publicKey, credential)
          : operation === "read-credential"
            ? encodeRequest(id++, operation, use)
            : encodeRequest(id++, operation);
      const answer = parseAnswer(operation, asked.handle(request).answer);
      return answer.isDone ? answer.result : answer.code;
    };
  }

  it("shows it as the third, and keeps its credential", () => {
    const ask = service(true);
    const shown = { signing: identity.publicKey, agreement: identity.publicKey, attestation: key.publicKey };
    assert.deepEqual(ask("public-keys"), shown);
    assert.isUndefined(ask("read-credential"));
    assert.isUndefined(ask("store-credential"));
    assert.deepEqual(ask("read-credential"), credential);
  });

  it("that is not given it shows two keys, and keeps none for it", () => {
    const ask = service(false);
    const shown = { signing: identity.publicKey, agreement: identity.publicKey, attestation: undefined };
    assert.deepEqual(ask("public-keys"), shown);
    assert.strictEqual(ask("store-credential"), "ATTEST_UNAVAILABLE");
    assert.isUndefined(ask("read-credential"));
  });
});
