// SPDX-License-Identifier: Apache-2.0
/** The credentials that a device keeps: verified before they are kept, and whenever they are read. */
import { createCredential } from "../../../sdk/identity/credential.js";
import { DeviceCredentials } from "../../../sdk/identity/device-credentials.js";
import { assert } from "../../harness/assert.js";
import { crypto } from "../../harness/machine.js";
import { before, beforeEach, describe, it } from "../../harness/spec.js";
import { thrownBy } from "../thrown.js";
import { DEVICE_ID, MapStorage, makeParty, NO_TIME, NotedDevice, type Party } from "./device.js";

let owner: Party;
let other: Party;
let keys: { signing: Uint8Array; agreement: Uint8Array };
let device: NotedDevice;
let storage: MapStorage;
let kept: DeviceCredentials;

before(() => {
  owner = makeParty(crypto);
  other = makeParty(crypto);
  keys = { signing: makeParty(crypto).publicKey, agreement: makeParty(crypto).publicKey };
});

beforeEach(() => {
  device = new NotedDevice({ ...keys });
  device.owner = owner.hash;
  storage = new MapStorage();
  kept = new DeviceCredentials({ device, crypto, storage, time: NO_TIME, whenTimeUnknown: "accept" });
});

function certify(by = owner, more: object = {}): Uint8Array {
  const subject = { deviceId: DEVICE_ID, use: "signing", publicKey: keys.signing } as const;
  return createCredential(crypto, by.key, { issuer: "owner", ...subject, ...more });
}

const storing = (token: Uint8Array, ownerKey = owner.publicKey) =>
  thrownBy(() => kept.store("signing", ownerKey, token)).replace(/@.*/, "");
const reading = () => thrownBy(() => kept.read("signing")).replace(/@.*/, "");

describe("a device's credentials", () => {
  it("are given back as they were signed, with what they say", () => {
    assert.isUndefined(kept.read("signing"));
    const token = certify();
    kept.store("signing", owner.publicKey, token);
    const found = kept.read("signing");
    assert.deepEqual(found?.encoded, token);
    assert.deepEqual(found?.ownerKey, owner.publicKey);
    assert.strictEqual(found?.issuer, "owner");
    assert.isUndefined(kept.read("agreement"));
  });

  it("of somebody else, of another device or key, are not kept", () => {
    assert.strictEqual(storing(certify(other), other.publicKey), "CREDENTIAL_OWNER");
    assert.strictEqual(storing(certify(other)), "PSA_ERROR_INVALID_SIGNATURE");
    assert.strictEqual(storing(certify(owner, { deviceId: new Uint8Array(16) })), "CWT_SUBJECT");
    assert.strictEqual(storing(certify(owner, { publicKey: keys.agreement })), "CREDENTIAL_KEY");
    assert.strictEqual(storing(certify(owner, { use: "agreement" })), "COSE_KEY_USE");
    assert.strictEqual(storing(new Uint8Array(1025)), "CBOR_LIMIT_LENGTH");
    for (const key of [
      new Uint8Array(65),
      new Uint8Array(64).fill(4),
      owner.publicKey.subarray(1),
      owner.publicKey.slice().fill(2, 0, 1),
    ]) {
      assert.strictEqual(storing(certify(), key), "CREDENTIAL_OWNER");
    }
    device.deviceId = undefined;
    assert.strictEqual(storing(certify()), "LIFECYCLE_STATE");
    device.owner = undefined;
    assert.strictEqual(storing(certify()), "CREDENTIAL_OWNER");
    assert.strictEqual(storage.map.size, 0);
  });

  it("that were changed in the flash are not believed", () => {
    kept.store("signing", owner.publicKey, certify());
    const stored = storage.map.get("signing") as Uint8Array;
    for (let bit = 0; bit < 8 * stored.length; bit += 67) {
      const changed = stored.slice();
      changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
      storage.map.set("signing", changed);
      assert.notStrictEqual(reading(), "nothing", `bit ${bit}`);
    }
    for (const length of [0, 1, 64, 65, 66, stored.length - 1]) {
      storage.map.set("signing", stored.slice(0, length));
      assert.notStrictEqual(reading(), "nothing", `${length} bytes`);
    }
    const other = new Uint8Array(4096);
    other.set(stored);
    storage.map.set("signing", other);
    assert.strictEqual(reading(), "CBOR_LIMIT_LENGTH");
  });

  it("from before a wipe or a transfer are not believed", () => {
    kept.store("signing", owner.publicKey, certify());
    device.owner = other.hash;
    assert.strictEqual(reading(), "CREDENTIAL_OWNER");
    device = new NotedDevice({ signing: keys.agreement, agreement: keys.signing });
    device.owner = owner.hash;
    kept = new DeviceCredentials({ device, crypto, storage, time: NO_TIME, whenTimeUnknown: "accept" });
    assert.strictEqual(reading(), "CREDENTIAL_KEY");
  });

  it("with dates are held against the time that the device knows", () => {
    const strict = new DeviceCredentials({ device, crypto, storage, time: NO_TIME, whenTimeUnknown: "refuse" });
    const token = certify(owner, { exp: 100 });
    assert.strictEqual(
      thrownBy(() => strict.store("signing", owner.publicKey, token)),
      "CWT_TIME_UNKNOWN",
    );
    assert.strictEqual(storing(token), "nothing");
    const later = { earliest: () => 100, latest: () => undefined };
    const expired = new DeviceCredentials({ device, crypto, storage, time: later, whenTimeUnknown: "accept" });
    assert.strictEqual(
      thrownBy(() => expired.read("signing")),
      "CWT_EXPIRED",
    );
  });

  it("leave no key behind, whatever comes of them", () => {
    let open = 0;
    const counted = {
      hashCompute: crypto.hashCompute.bind(crypto),
      verifyMessage: crypto.verifyMessage.bind(crypto),
      exportPublicKey: crypto.exportPublicKey.bind(crypto),
      importKey: (...parts: Parameters<typeof crypto.importKey>) => {
        open++;
        return crypto.importKey(...parts);
      },
      destroyKey: (key: Parameters<typeof crypto.destroyKey>[0]) => {
        open--;
        crypto.destroyKey(key);
      },
    };
    kept = new DeviceCredentials({ device, crypto: counted, storage, time: NO_TIME, whenTimeUnknown: "accept" });
    assert.strictEqual(storing(certify()), "nothing");
    assert.strictEqual(storing(certify(other)), "PSA_ERROR_INVALID_SIGNATURE");
    assert.strictEqual(open, 0);
  });
});
