// SPDX-License-Identifier: Apache-2.0
/** COSE: what was made is verified or decrypted as what it was, whatever is in it; with other external_aad it is not. */
import { assert } from "chai";
import fc from "fast-check";
import { describe, it } from "mocha";
import { createNodeCrypto } from "../../devices/node/crypto.js";
import { encodeHex } from "../../sdk/bytes/hex.js";
import { encodeCbor } from "../../sdk/cbor/encode.js";
import type { CborValue } from "../../sdk/cbor/value.js";
import type { KeyAttributes, KeyId } from "../../sdk/contracts/crypto.js";
import { CoseAlgorithm } from "../../sdk/cose/algorithms.js";
import { createEncrypt0, decryptEncrypt0 } from "../../sdk/cose/encrypt0.js";
import type { HeaderMap, Label } from "../../sdk/cose/headers.js";
import { type CoseKey, encodeKey, parseKey } from "../../sdk/cose/key.js";
import { createMac0, verifyMac0 } from "../../sdk/cose/mac0.js";
import { createSign1, verifySign1 } from "../../sdk/cose/sign1.js";
import { thrownBy } from "../specs/thrown.js";
import { bytes, cborValue, text } from "./cbor-values.js";
import { defineProperties, holds, type Property } from "./property.js";

const crypto = createNodeCrypto();
const key32 = fc.uint8Array({ minLength: 32, maxLength: 32 });
/** Labels that have no meaning of their own. */
const label: fc.Arbitrary<Label> = fc.oneof(fc.integer({ min: 1000, max: 70000 }), fc.integer({ max: -1000 }), text);
const header: fc.Arbitrary<HeaderMap> = fc
  .uniqueArray(fc.tuple(label, cborValue as fc.Arbitrary<CborValue>), { maxLength: 4, selector: ([name]) => name })
  .map((entries) => new Map(entries));
const message = fc.record({
  payload: bytes,
  externalAad: bytes,
  kid: fc.option(bytes, { nil: undefined }),
  protectedHeader: header,
  unprotectedHeader: header,
  detached: fc.boolean(),
  tagged: fc.boolean(),
});

type Message = typeof message extends fc.Arbitrary<infer Value> ? Value : never;

/** Without a kid that is undefined, which the options do not take. */
function optionsOf({ kid, ...rest }: Message) {
  const clash = [...rest.protectedHeader.keys()].some((name) => rest.unprotectedHeader.has(name));
  const own = clash ? { ...rest, unprotectedHeader: new Map<Label, CborValue>() } : rest;
  return kid === undefined ? own : { ...own, kid };
}

interface Opened {
  readonly content: Uint8Array;
  readonly protectedHeader: HeaderMap;
}

/** What comes out is what went in; alg is added to the protected header. */
function checkOpened(sent: Message, algorithm: number, open: (externalAad: Uint8Array) => Opened): void {
  const { content, protectedHeader } = open(sent.externalAad);
  assert.strictEqual(encodeHex(content), encodeHex(sent.payload));
  const expected = new Map([...sent.protectedHeader, [1, algorithm] as const]);
  assert.strictEqual(encodeHex(encodeCbor(protectedHeader)), encodeHex(encodeCbor(expected)));
  const other = Uint8Array.of(...sent.externalAad, 0);
  assert.strictEqual(
    thrownBy(() => open(other)),
    "PSA_ERROR_INVALID_SIGNATURE",
  );
}

function importKey(attributes: KeyAttributes, length: number): KeyId {
  return crypto.importKey(attributes, new Uint8Array(length).fill(7));
}

const signing = ["signMessage", "verifyMessage"] as const;
const ecdsa = importKey(
  { type: "ECC_KEY_PAIR_SECP_R1", bits: 256, usage: signing, alg: "DETERMINISTIC_ECDSA_SHA_256" },
  32,
);
const hmac = importKey({ type: "HMAC", bits: 256, usage: signing, alg: "HMAC_SHA_256" }, 32);
const aes = importKey({ type: "AES", bits: 128, usage: ["encrypt", "decrypt"], alg: "CCM" }, 16);

const keys: fc.Arbitrary<CoseKey> = fc
  .tuple(
    fc.oneof(
      fc.tuple(key32, key32).map(([x, y]) => ({
        kty: "EC2" as const,
        crv: "P-256" as const,
        publicKey: Uint8Array.of(4, ...x, ...y),
      })),
      fc.tuple(key32, fc.boolean(), key32).map(([x, isOdd, d]) => ({
        kty: "EC2" as const,
        crv: "P-256" as const,
        publicKey: Uint8Array.of(isOdd ? 3 : 2, ...x),
        d,
      })),
      fc.tuple(key32, fc.constantFrom("X25519" as const, "Ed25519" as const)).map(([publicKey, crv]) => ({
        kty: "OKP" as const,
        crv,
        publicKey,
      })),
      fc.uint8Array({ minLength: 1, maxLength: 64 }).map((k) => ({ kty: "Symmetric" as const, k })),
    ),
    fc.record(
      { kid: bytes, alg: fc.integer(), keyOps: fc.array(fc.oneof(fc.integer(), text), { minLength: 1, maxLength: 4 }) },
      { requiredKeys: [] },
    ),
  )
  .map(([key, common]) => ({ ...key, ...common }));

/** By name, so that the same is asked of a verifier with a bug. */
function mac0Property(verify: typeof verifyMac0): Property {
  return {
    name: "COSE_Mac0: what was authenticated is what is verified",
    property: fc.property(message, (sent) => {
      const algorithm = CoseAlgorithm.HMAC_256;
      const made = createMac0(crypto, hmac, { ...optionsOf(sent), algorithm });
      const detached = sent.detached ? { detachedPayload: sent.payload } : {};
      checkOpened(sent, algorithm, (externalAad) => {
        const { payload, protectedHeader } = verify(crypto, hmac, made, { externalAad, ...detached });
        return { content: payload, protectedHeader };
      });
    }),
  };
}

const PROPERTIES: readonly Property[] = [
  {
    name: "COSE_Sign1: what was signed is what is verified",
    cost: 10,
    property: fc.property(message, (sent) => {
      const algorithm = CoseAlgorithm.ES256;
      const made = createSign1(crypto, ecdsa, { ...optionsOf(sent), algorithm });
      const detached = sent.detached ? { detachedPayload: sent.payload } : {};
      checkOpened(sent, algorithm, (externalAad) => {
        const { payload, protectedHeader } = verifySign1(crypto, ecdsa, made, { externalAad, ...detached });
        return { content: payload, protectedHeader };
      });
    }),
  },
  mac0Property(verifyMac0),
  {
    name: "COSE_Encrypt0: what was encrypted is what is decrypted",
    property: fc.property(message, fc.uint8Array({ minLength: 13, maxLength: 13 }), (sent, iv) => {
      const algorithm = CoseAlgorithm.AES_CCM_16_128_128;
      const { payload: plaintext, ...rest } = optionsOf(sent);
      const made = createEncrypt0(crypto, aes, { ...rest, plaintext, iv, algorithm });
      const detached = sent.detached ? { detachedCiphertext: made.ciphertext } : {};
      checkOpened(sent, algorithm, (externalAad) => {
        const { plaintext, protectedHeader } = decryptEncrypt0(crypto, aes, made.message, { externalAad, ...detached });
        return { content: plaintext, protectedHeader };
      });
    }),
  },
  {
    name: "COSE_Key: what was written is what is parsed",
    property: fc.property(keys, (key) => assert.deepEqual(parseKey(encodeKey(key)), key)),
  },
];

describe("properties of COSE", () => {
  defineProperties(PROPERTIES);

  it("notice a verifier that gives back headers of its own", () => {
    const lying = mac0Property((...args) => ({ ...verifyMac0(...args), protectedHeader: new Map() }));
    assert.throws(() => holds(lying), /Counterexample/);
  });

  it("notice a verifier that accepts any external_aad", () => {
    const trusting = mac0Property((crypto, key, made, options = {}) => {
      try {
        return verifyMac0(crypto, key, made, options);
      } catch {
        return { payload: new Uint8Array(0), protectedHeader: new Map(), unprotectedHeader: new Map(), algorithm: 5 };
      }
    });
    assert.throws(() => holds(trusting), /Counterexample/);
  });
});
