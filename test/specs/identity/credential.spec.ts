// SPDX-License-Identifier: Apache-2.0
/** Credentials for a device's keys: CWT (RFC 8392), cnf (RFC 8747), CCS (RFC 9528 §3.5.2). */
import { concatBytes } from "../../../sdk/bytes/bytes.js";
import { decodeHex, encodeHex } from "../../../sdk/bytes/hex.js";
import { decodeCbor } from "../../../sdk/cbor/decode.js";
import type { IdentityKey } from "../../../sdk/contracts/lifecycle.js";
import { createMac0 } from "../../../sdk/cose/mac0.js";
import { createSign1, parseSign1Headers, verifySign1 } from "../../../sdk/cose/sign1.js";
import { type Claims, encodeClaims } from "../../../sdk/cwt/claims.js";
import { tagCwt } from "../../../sdk/cwt/cwt.js";
import {
  type CredentialExpected,
  createCredential,
  encodeCcs,
  parseCcs,
  verifyCcs,
  verifyCredential,
} from "../../../sdk/identity/credential.js";
import { assert } from "../../harness/assert.js";
import { crypto } from "../../harness/machine.js";
import { before, describe, it } from "../../harness/spec.js";
import { thrownBy } from "../thrown.js";
import { DEVICE_ID, makeParty, NO_TIME, type Party } from "./device.js";

const KID = decodeHex("0102");
const SUBJECT = "000102030405060708090a0b0c0d0e0f";
let owner: Party;
let device: Party;
let credential: Uint8Array;

const subject = (use: IdentityKey = "signing") => ({ deviceId: DEVICE_ID, use, publicKey: device.publicKey, kid: KID });
const expecting = (more: Partial<CredentialExpected> = {}): CredentialExpected => ({
  use: "signing",
  time: NO_TIME,
  whenTimeUnknown: "refuse",
  ...more,
});
const verify = (token: Uint8Array, more: Partial<CredentialExpected> = {}) =>
  verifyCredential(crypto, owner.key, token, expecting(more));
const outcome = (...parts: Parameters<typeof verify>) => thrownBy(() => verify(...parts));
const signed = (payload: Uint8Array) => createSign1(crypto, owner.key, { algorithm: -7, payload });
const signedClaims = (claims: Claims) => signed(encodeClaims({ iss: "owner", sub: SUBJECT, ...claims }));
const cnf = (more: object = {}): Claims => ({
  cnf: { key: { kty: "EC2", crv: "P-256", publicKey: device.publicKey, alg: -7, keyOps: [2], ...more } },
});

before(() => {
  owner = makeParty(crypto);
  device = makeParty(crypto);
  credential = createCredential(crypto, owner.key, { issuer: "owner", ...subject() });
});

describe("an owner's credential", () => {
  it("names issuer, device and key, as RFC 8392 and RFC 8747 lay down", () => {
    const claims = decodeCbor(verifySign1(crypto, owner.key, credential).payload) as Map<number, never>;
    assert.strictEqual([...claims.keys()].join(), "1,2,8");
    assert.strictEqual(claims.get(2), SUBJECT as never);
    const key = (claims.get(8) as unknown as Map<number, Map<number, Uint8Array>>).get(1);
    assert.strictEqual([key?.get(1), key?.get(3), key?.get(4), key?.get(-1)].join(), "2,-7,2,1");
    const [x, y] = [key?.get(-2), key?.get(-3)] as [Uint8Array, Uint8Array];
    assert.deepEqual(concatBytes(Uint8Array.of(4), x, y), device.publicKey);
  });

  it("names the owner's key in its header where that is wanted", () => {
    const issuerKid = Uint8Array.of(1, 2, 3);
    const named = createCredential(crypto, owner.key, { issuer: "owner", issuerKid, ...subject() });
    assert.deepEqual(parseSign1Headers(named).kid, issuerKid);
    assert.isUndefined(parseSign1Headers(credential).kid);
    assert.strictEqual(verify(named).issuer, "owner");
  });

  it("gives what was verified, tagged or not", () => {
    for (const token of [credential, tagCwt(credential), credential.subarray(1)]) {
      const found = verify(token, { issuer: "owner", deviceId: DEVICE_ID, publicKey: device.publicKey });
      assert.strictEqual([found.issuer, found.subject, found.use].join(), `owner,${SUBJECT},signing`);
      assert.deepEqual(found.publicKey, device.publicKey);
      assert.deepEqual(found.kid, KID);
    }
    const other = createCredential(crypto, owner.key, { issuer: "owner", ...subject("agreement") });
    assert.strictEqual(verify(other, { use: "agreement" }).use, "agreement");
  });

  it("by another owner, for another device, key or use, is refused", () => {
    const thief = makeParty(crypto);
    assert.strictEqual(
      thrownBy(() => verifyCredential(crypto, thief.key, credential, expecting())),
      "PSA_ERROR_INVALID_SIGNATURE",
    );
    assert.strictEqual(outcome(credential, { publicKey: thief.publicKey }), "CREDENTIAL_KEY");
    assert.strictEqual(outcome(credential, { deviceId: new Uint8Array(16) }), "CWT_SUBJECT");
    assert.strictEqual(outcome(credential, { issuer: "Owner" }), "CWT_ISSUER");
    assert.strictEqual(outcome(credential, { use: "agreement" }), "COSE_KEY_USE");
    const other = createCredential(crypto, owner.key, { issuer: "owner", ...subject("agreement") });
    assert.strictEqual(outcome(other), "COSE_KEY_USE");
  });

  it("says what its key is for: alg and key_ops restrict it (RFC 9052 §7.1)", () => {
    assert.strictEqual(outcome(signedClaims(cnf())), "nothing");
    assert.strictEqual(outcome(signedClaims(cnf({ alg: -9, keyOps: undefined }))), "nothing");
    for (const more of [{ alg: undefined }, { alg: -8 }, { alg: -25 }, { keyOps: [1, 2] }, { keyOps: [7] }]) {
      assert.strictEqual(outcome(signedClaims(cnf(more))), "COSE_KEY_USE");
    }
    const onlyAlg = { keyOps: undefined };
    assert.strictEqual(outcome(signedClaims(cnf(onlyAlg)), { use: "agreement" }), "COSE_KEY_USE");
    const free = { alg: undefined, keyOps: undefined };
    assert.strictEqual(outcome(signedClaims(cnf(free)), { use: "agreement" }), "nothing");
    // A public key of an agreement: RFC 9053 §6.3.1.
    assert.strictEqual(outcome(signedClaims(cnf({ ...free, keyOps: [] })), { use: "agreement" }), "nothing");
    assert.strictEqual(outcome(signedClaims(cnf({ ...free, keyOps: [7] })), { use: "agreement" }), "COSE_KEY_USE");
  });

  it("may have its key compressed; a point that is none is refused", () => {
    const { publicKey } = device;
    const compressed = concatBytes(Uint8Array.of(2 + ((publicKey[64] as number) & 1)), publicKey.subarray(1, 33));
    assert.deepEqual(verify(signedClaims(cnf({ publicKey: compressed }))).publicKey, publicKey);
    const off = publicKey.slice();
    off[64] = (off[64] as number) ^ 1;
    assert.strictEqual(outcome(signedClaims(cnf({ publicKey: off }))), "PSA_ERROR_INVALID_ARGUMENT");
  });

  it("without issuer, subject or key, or with another kind of key, is none", () => {
    const { cnf: confirmation } = cnf();
    const bare = (claims: Claims) => outcome(signed(encodeClaims(claims)));
    assert.strictEqual(bare({ sub: SUBJECT, ...cnf() }), "CWT_MISSING");
    assert.strictEqual(bare({ iss: "owner", ...cnf() }), "CWT_MISSING");
    assert.strictEqual(bare({ iss: "owner", sub: SUBJECT }), "CWT_MISSING");
    assert.strictEqual(bare({ iss: "owner", sub: SUBJECT, cnf: { kid: KID } }), "CWT_MISSING");
    assert.strictEqual(bare({ iss: "owner", sub: SUBJECT, aud: "door", ...cnf() }), "CWT_AUDIENCE");
    const okp = { kty: "OKP", crv: "Ed25519", publicKey: new Uint8Array(32) } as const;
    assert.strictEqual(outcome(signedClaims({ cnf: { key: okp } })), "COSE_KEY_UNSUPPORTED");
    assert.strictEqual(confirmation?.key?.kty, "EC2");
    const coordinates = encodeHex(device.publicKey.subarray(1)).match(/.{64}/g) ?? [];
    const parts = [...coordinates, "11".repeat(32)].map((part, i) => `2${i + 1}5820${part}`);
    const d = `a301616f02617308a101a501022001${parts.join("")}`;
    assert.strictEqual(outcome(signed(decodeHex(d))).replace(/@.*/, ""), "COSE_KEY_PRIVATE");
  });

  it("in another message, by another algorithm or with its proof cut is refused", () => {
    const payload = encodeClaims({ iss: "owner", sub: SUBJECT, ...cnf() });
    const mac = crypto.generateKey({ type: "HMAC", bits: 256, usage: ["signMessage"], alg: "HMAC_SHA_256" });
    assert.strictEqual(outcome(createMac0(crypto, mac, { algorithm: 5, payload })).replace(/@.*/, ""), "COSE_TAG");
    assert.strictEqual(outcome(new Uint8Array(1025)), "CBOR_LIMIT_LENGTH");
    assert.strictEqual(outcome(createSign1(crypto, owner.key, { algorithm: -9, payload })), "nothing");
    for (let length = 0; length < credential.length; length += 7) {
      assert.notStrictEqual(outcome(credential.subarray(0, length)), "nothing");
    }
  });

  it("with a bit flipped is refused", () => {
    for (let bit = 0; bit < 8 * credential.length; bit += 61) {
      const changed = credential.slice();
      changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
      assert.notStrictEqual(outcome(changed), "nothing", `bit ${bit}`);
    }
  });

  it("has dates, which are held against what is known of the time", () => {
    const dated = createCredential(crypto, owner.key, { issuer: "o", ...subject(), iat: 5, nbf: 10, exp: 20 });
    assert.strictEqual(outcome(dated), "CWT_TIME_UNKNOWN");
    assert.strictEqual(outcome(dated, { whenTimeUnknown: "accept" }), "nothing");
    const between = (earliest: number, latest: number) => ({
      time: { earliest: () => earliest, latest: () => latest },
    });
    assert.strictEqual(outcome(dated, between(10, 19)), "nothing");
    assert.strictEqual(outcome(dated, between(20, 20)), "CWT_EXPIRED");
    assert.strictEqual(outcome(dated, between(1, 9)), "CWT_NOT_YET_VALID");
    assert.strictEqual(outcome(dated, { ...between(20, 20), leeway: 5 }), "nothing");
    assert.strictEqual(verify(dated, between(10, 19)).claims.iat, 5);
  });

  it("cannot be made of what a device would not keep", () => {
    const make = (more: object) =>
      thrownBy(() => createCredential(crypto, owner.key, { issuer: "owner", ...subject(), ...more }));
    assert.strictEqual(make({ issuer: "" }), "RangeError");
    assert.strictEqual(make({ issuer: "x".repeat(129) }), "RangeError");
    assert.strictEqual(make({ deviceId: new Uint8Array(15) }), "RangeError");
    assert.strictEqual(make({ publicKey: new Uint8Array(64) }), "RangeError");
    assert.strictEqual(make({ publicKey: new Uint8Array(33).fill(2) }), "RangeError");
    assert.strictEqual(make({ issuer: "x".repeat(128) }), "nothing");
    assert.strictEqual(make({ kid: new Uint8Array(900) }), "RangeError");
    assert.strictEqual(make({ publicKey: "" }), "TypeError");
  });
});

describe("a CCS", () => {
  it("has subject and key, and is the same whoever writes it", () => {
    const ccs = encodeCcs(subject());
    assert.strictEqual(encodeHex(ccs), encodeHex(encodeCcs(subject())));
    const found = parseCcs(crypto, ccs, "signing");
    assert.strictEqual([found.issuer, found.subject].join(), `,${SUBJECT}`);
    assert.deepEqual(found.publicKey, device.publicKey);
    assert.strictEqual(
      thrownBy(() => parseCcs(crypto, ccs, "agreement")),
      "COSE_KEY_USE",
    );
  });

  it("as RFC 9529 §3 has one, is read: a key for agreement", () => {
    const responder =
      "a2026b6578616d706c652e65647508a101a501020241322001215820bbc34960526ea4d32e940cad2a234148ddc21791a12afbcbac93622046" +
      "dd44f02258204519e257236b2a0ce2023f0931f1f386ca7afda64fcde0108c224c51eabf6072";
    const { subject: name, kid } = parseCcs(crypto, decodeHex(responder), "agreement");
    assert.strictEqual([name, encodeHex(kid as Uint8Array)].join(), "example.edu,32");
  });

  it("is held against what was certified", () => {
    const verified = verify(credential);
    assert.deepEqual(verifyCcs(crypto, encodeCcs(subject()), verified).publicKey, device.publicKey);
    const other = { ...subject(), deviceId: new Uint8Array(16) };
    assert.strictEqual(
      thrownBy(() => verifyCcs(crypto, encodeCcs(other), verified)),
      "CWT_SUBJECT",
    );
    const stranger = { ...subject(), publicKey: owner.publicKey };
    assert.strictEqual(
      thrownBy(() => verifyCcs(crypto, encodeCcs(stranger), verified)),
      "CREDENTIAL_KEY",
    );
    assert.strictEqual(
      thrownBy(() => parseCcs(crypto, encodeClaims({ sub: "x" }), "signing")),
      "CWT_MISSING",
    );
    assert.strictEqual(
      thrownBy(() => parseCcs(crypto, decodeHex("80"), "signing")),
      "CWT_CLAIM",
    );
  });
});
