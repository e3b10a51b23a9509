// SPDX-License-Identifier: Apache-2.0
/** A token with its path, as a device shows it. What a token says is looked at where there is a provisioned device. */
import { attest } from "../../../sdk/attestation/attest.js";
import { PATH_MAX, readPath } from "../../../sdk/attestation/path.js";
import { encodeHex } from "../../../sdk/bytes/hex.js";
import { encodeCbor } from "../../../sdk/cbor/encode.js";
import { CborTag } from "../../../sdk/cbor/value.js";
import type { InitialAttestation, TokenProfile } from "../../../sdk/contracts/attestation.js";
import { parseSign1Headers } from "../../../sdk/cose/sign1.js";
import { assert } from "../../harness/assert.js";
import { describe, it } from "../../harness/spec.js";
import { thrownBy } from "../thrown.js";

const NONCE = new Uint8Array(32).fill(5);
const CREDENTIAL = Uint8Array.of(1, 2, 3);
const TOKEN = encodeCbor(
  new CborTag(18, [Uint8Array.of(0xa1, 1, 0x26), new Map(), Uint8Array.of(0xa0), new Uint8Array(64)]),
);

class Device implements InitialAttestation {
  readonly asked: string[] = [];

  token(nonce: Uint8Array, profile?: TokenProfile): Uint8Array {
    this.asked.push(`${encodeHex(nonce.subarray(0, 1))} ${profile}`);
    return TOKEN;
  }

  publicKey(): Uint8Array {
    throw new Error("not asked for");
  }
}

describe("attest", () => {
  it("asks the device for a token over the nonce, in the profile that is wanted", () => {
    const device = new Device();
    assert.strictEqual(encodeHex(attest(device, NONCE)), encodeHex(TOKEN));
    attest(device, NONCE, { profile: "http://arm.com/psa/2.0.0" });
    assert.strictEqual(device.asked.join(), "05 undefined,05 http://arm.com/psa/2.0.0");
  });

  it("appends the path", () => {
    const token = attest(new Device(), NONCE, { path: [CREDENTIAL] });
    const path = readPath(parseSign1Headers(token).unprotectedHeader);
    assert.strictEqual(path.map(encodeHex).join(), "010203");
    assert.strictEqual(encodeHex(attest(new Device(), NONCE, { path: [] })), encodeHex(TOKEN));
  });

  it("refuses a path that no verifier would follow", () => {
    const path = new Array<Uint8Array>(PATH_MAX + 1).fill(CREDENTIAL);
    assert.strictEqual(
      thrownBy(() => attest(new Device(), NONCE, { path })),
      "RangeError",
    );
  });
});
