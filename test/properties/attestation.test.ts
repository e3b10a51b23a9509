// SPDX-License-Identifier: Apache-2.0
/**
 * A stranger's device may sign anything: whatever stands in a token, in an owner's certificate or in that of an alias key, a
 * verifier refuses it with a code or accepts it, can sign what it found, show it and log it, and leaves no key behind.
 */
import { assert } from "chai";
import fc from "fast-check";
import { describe } from "mocha";
import { explainClaims } from "../../cli/attest-words.js";
import { createNodeCrypto } from "../../devices/node/crypto.js";
import type { Appraisal } from "../../sdk/attestation/appraisal.js";
import { PATH_LABEL } from "../../sdk/attestation/path.js";
import { createResult, verifyResult } from "../../sdk/attestation/result.js";
import { appraise } from "../../sdk/attestation/verify.js";
import { decodeCbor } from "../../sdk/cbor/decode.js";
import { encodeCbor } from "../../sdk/cbor/encode.js";
import { CborTag, type CborValue } from "../../sdk/cbor/value.js";
import type { KeyId } from "../../sdk/contracts/crypto.js";
import { appraisalJson } from "../../verifier/answer.js";
import { APP, component, FIRMWARE, Lab, NONCE, REFERENCES } from "../specs/attestation/lab.js";
import { NOW, VERIFIER } from "../specs/attestation/result-samples.js";
import { bytes, cborValue, text } from "./cbor-values.js";
import { defineProperties, type Property } from "./property.js";

const node = createNodeCrypto();
const lab = new Lab(node);
const alias = lab.pair();
const open = new Set<KeyId>();
/** Takes every signature, so that what is behind it is reached; counts keys that are made and left. */
const crypto = new Proxy(node, {
  get(target, name) {
    const value = Reflect.get(target, name) as (...args: unknown[]) => unknown;
    return (...args: unknown[]) => {
      if (name === "verifyMessage") return undefined;
      if (name === "signMessage") return new Uint8Array(64);
      const made = value.apply(target, args);
      if (name === "importKey") open.add(made as KeyId);
      if (name === "destroyKey") open.delete(args[0] as KeyId);
      return made;
    };
  },
});
/** A component that has no type may be there any number of times. */
const ANY = { type: undefined, version: undefined, value: APP, signerId: undefined };
const OPTIONS = {
  ...lab.options(),
  owners: [{ name: "Acme", key: lab.owner.key }],
  references: { ...REFERENCES, components: [...REFERENCES.components, ANY] },
  policy: { profiles: ["tag:psacertified.org,2023:psa#tfm", "http://arm.com/psa/2.0.0", "PSA_IOT_PROFILE_1"] },
} as const;
const OWNED = { ...OPTIONS, devices: () => undefined };

const payloadOf = (message: Uint8Array): Map<CborValue, CborValue> => {
  const value = decodeCbor(message, { form: "anyOrder" });
  const [, , payload] = (value instanceof CborTag ? value.value : value) as CborValue[];
  return decodeCbor(payload as Uint8Array, { form: "anyOrder" }) as Map<CborValue, CborValue>;
};
const PROTECTED = encodeCbor(new Map([[1, -7]]));
const messageOf = (payload: CborValue, unprotectedHeader: CborValue = new Map()): CborValue => [
  PROTECTED,
  unprotectedHeader,
  encodeCbor(payload),
  new Uint8Array(64),
];
const tokenOf = (claims: CborValue, path: readonly Uint8Array[] = []): Uint8Array =>
  encodeCbor(new CborTag(18, messageOf(claims, new Map(path.length === 0 ? [] : [[PATH_LABEL, path]]))));

/** Other values for some of the claims that a message has, fewer, and more. */
function changed(claims: ReadonlyMap<CborValue, CborValue>): fc.Arbitrary<Map<CborValue, CborValue>> {
  const label = fc.oneof(fc.constantFrom(...claims.keys()), fc.constantFrom(1, 2, 3, 4, 5, 6, 8, 10, 256, 265, -75009));
  const near = fc.constantFrom<CborValue>(...claims.values(), new Uint8Array(0), "", 0, -1, NONCE);
  const value = fc.oneof(cborValue, near, bytes, text, fc.array(near, { maxLength: 40 }));
  const changes = fc.array(fc.tuple(label, fc.option(value, { nil: null })), { minLength: 1, maxLength: 3 });
  return changes.map((all) => {
    const map = new Map(claims);
    for (const [name, one] of all) {
      if (one === null) map.delete(name);
      else map.set(name, one);
    }
    return map;
  });
}

/** All that is done with what a verifier found. */
function use(appraisal: Appraisal): void {
  const codes = /^(PSA_ERROR_(?!GENERIC)|ATTEST_|CBOR_|COSE_|CWT_|DICE_)/;
  if (appraisal.result === "refused") assert.match(appraisal.reason.code, codes);
  else explainClaims(appraisal.claims);
  for (const { step, text: said } of appraisal.verdicts) assert.match(`${step}: ${said}`, /^[ -~]{1,400}$/);
  JSON.stringify(appraisalJson({ appraisal }));
  const content = { appraisal, verifier: VERIFIER, issuedAt: NOW, expires: NOW + 1, nonce: NONCE };
  const result = createResult(crypto, lab.owner.key, content);
  const time = { earliest: () => NOW, latest: () => NOW };
  const read = verifyResult(crypto, lab.owner.key, result, { time, whenTimeUnknown: "refuse", nonce: NONCE });
  assert.isTrue(appraisal.result === "accepted" || read.result === "refused");
  assert.strictEqual(open.size, 0, "keys left behind");
}

const CLAIMS = lab.claims();
const CREDENTIAL = payloadOf(lab.credential());
const CERTIFICATE = payloadOf(lab.alias(alias.publicKey));
const typeless = component("", APP);
typeless.delete(1);
const some: fc.Arbitrary<CborValue> = fc.oneof(
  changed(component("firmware", FIRMWARE)),
  changed(typeless),
  fc.constant(typeless),
  cborValue,
);

const PROPERTIES: readonly Property[] = [
  {
    name: "any claims, of a device that is known",
    property: fc.property(changed(CLAIMS), (claims) => use(appraise(crypto, tokenOf(claims), OPTIONS))),
  },
  {
    name: "any components, and any number of them",
    property: fc.property(fc.array(some, { maxLength: 4 }), fc.nat({ max: 45 }), (odd, count) => {
      const whole = CLAIMS.get(2399) as readonly CborValue[];
      const components = [...whole, ...new Array<CborValue>(count).fill(typeless), ...odd];
      use(appraise(crypto, tokenOf(new Map(CLAIMS).set(2399, components)), OPTIONS));
    }),
  },
  {
    name: "anything in place of the claims, the headers or the path",
    property: fc.property(cborValue, cborValue, cborValue, (claims, header, path) => {
      use(appraise(crypto, tokenOf(claims), OPTIONS));
      use(appraise(crypto, encodeCbor(new CborTag(18, messageOf(CLAIMS, header))), OPTIONS));
      const withPath = messageOf(CLAIMS, new Map([[PATH_LABEL, path]]));
      use(appraise(crypto, encodeCbor(new CborTag(18, withPath)), OWNED));
    }),
  },
  {
    name: "any certificate of an owner",
    property: fc.property(changed(CREDENTIAL), (credential) => {
      const path = [encodeCbor(new CborTag(18, messageOf(credential)))];
      use(appraise(crypto, tokenOf(CLAIMS, path), OWNED));
    }),
  },
  {
    name: "any certificate of an alias key",
    property: fc.property(changed(CERTIFICATE), (certificate) => {
      use(appraise(crypto, tokenOf(CLAIMS, [encodeCbor(messageOf(certificate))]), OPTIONS));
    }),
  },
];

describe("A verifier of attestation tokens outlasts", () => {
  defineProperties(PROPERTIES);
});
