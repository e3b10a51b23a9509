// SPDX-License-Identifier: Apache-2.0
/** For specs of the verifier: a device with a key, an owner, tokens whose claims a spec changes, and references that they hold. */
import type { Appraisal, AppraisalStep } from "../../../sdk/attestation/appraisal.js";
import type { AppraisalOptions } from "../../../sdk/attestation/appraisal-options.js";
import { PATH_LABEL } from "../../../sdk/attestation/path.js";
import type { ReferenceValues } from "../../../sdk/attestation/reference-values.js";
import { appraise } from "../../../sdk/attestation/verify.js";
import { concatBytes, equalPublicBytes } from "../../../sdk/bytes/bytes.js";
import { encodeCbor } from "../../../sdk/cbor/encode.js";
import type { CborValue } from "../../../sdk/cbor/value.js";
import type { Crypto, KeyId } from "../../../sdk/contracts/crypto.js";
import { CoseAlgorithm } from "../../../sdk/cose/algorithms.js";
import type { Label } from "../../../sdk/cose/headers.js";
import { KeyOperation } from "../../../sdk/cose/key.js";
import { createSign1 } from "../../../sdk/cose/sign1.js";
import { type Claims, encodeClaims } from "../../../sdk/cwt/claims.js";
import { createDiceCertificate, type DiceCertificateOptions } from "../../../sdk/dice/certificate.js";
import { crypto } from "../../harness/machine.js";
import { afterEach, beforeEach } from "../../harness/spec.js";

const ALG = "DETERMINISTIC_ECDSA_SHA_256";
const PROFILE = "tag:psacertified.org,2023:psa#tfm";
export const NONCE = new Uint8Array(32).fill(0x0a);
export const IMPLEMENTATION = new Uint8Array(32).fill(0x0b);
export const FIRMWARE = new Uint8Array(32).fill(0xf1);
export const APP = new Uint8Array(32).fill(0xf2);
const SIGNER = new Uint8Array(32).fill(0x51);

export type ClaimSet = ReadonlyMap<CborValue, CborValue>;
type Changes = Iterable<readonly [CborValue, CborValue]>;

/** One component as it stands in a token. */
export function component(type: string, value: Uint8Array, version = "1.2.3+4"): Map<CborValue, CborValue> {
  return new Map<CborValue, CborValue>([
    [1, type],
    [2, value],
    [4, version],
    [5, SIGNER],
  ]);
}

export const COMPONENTS: readonly CborValue[] = Object.freeze([
  component("boot", new Uint8Array(32).fill(0xf0), "1.0.0+0"),
  component("firmware", FIRMWARE),
  component("app", APP),
]);

export const REFERENCES: ReferenceValues = Object.freeze({
  implementationId: IMPLEMENTATION,
  components: [
    { type: "boot", version: "1.0.0+0", value: new Uint8Array(32).fill(0xf0), signerId: undefined },
    { type: "firmware", version: "1.2.3+4", value: FIRMWARE, signerId: SIGNER },
    { type: "app", version: undefined, value: APP, signerId: SIGNER },
    { type: "app", version: "1.2.2+0", value: new Uint8Array(32).fill(0xee), signerId: SIGNER },
  ],
});

/** What boot would measure of it: form, lifecycle, start, trust version, counters, versions. */
const CONFIG = Uint8Array.from(
  [1, 0x4b96c31d, 0x2d4b1e87, 1, 0, 0, 4, 0x01020003, 4, 0x01020003].flatMap((word) =>
    [0, 8, 16, 24].map((shift) => (word >>> shift) & 0xff),
  ),
);

export const CONFIGURATION = concatBytes(CONFIG, new Uint8Array(64 - CONFIG.length));

/** A key pair on P-256. */
export interface Pair {
  readonly key: KeyId;
  readonly publicKey: Uint8Array;
}

export class Lab {
  readonly crypto: Crypto;
  readonly device: Pair;
  readonly owner: Pair;
  readonly instanceId: Uint8Array;
  readonly #keys: KeyId[] = [];

  constructor(crypto: Crypto) {
    this.crypto = crypto;
    this.device = this.pair();
    this.owner = this.pair();
    this.instanceId = concatBytes(Uint8Array.of(1), crypto.hashCompute("SHA_256", this.device.publicKey));
  }

  pair(): Pair {
    const usage = ["signMessage", "verifyMessage"] as const;
    const key = this.crypto.generateKey({ type: "ECC_KEY_PAIR_SECP_R1", bits: 256, usage, alg: ALG });
    this.#keys.push(key);
    return { key, publicKey: this.crypto.exportPublicKey(key) };
  }

  /** A board has 32 places for keys. */
  close(): void {
    for (const key of this.#keys) this.crypto.destroyKey(key);
  }

  /** A whole claims set of RFC 9783. A change to undefined leaves the claim out. */
  claims(changes: Changes = []): ClaimSet {
    const claims = new Map<CborValue, CborValue>([
      [265, PROFILE],
      [10, NONCE],
      [256, this.instanceId],
      [2396, IMPLEMENTATION],
      [2394, -1],
      [2395, 0x3000],
      [268, new Uint8Array(32).fill(0x0c)],
      [2399, COMPONENTS],
    ]);
    for (const [label, value] of changes) {
      if (value === undefined) claims.delete(label);
      else claims.set(label, value);
    }
    return claims;
  }

  /** @param claims - encoded, or to be. */
  sign(
    claims: ClaimSet | Uint8Array,
    path: readonly Uint8Array[] = [],
    key: KeyId = this.device.key,
    algorithm: number = CoseAlgorithm.ES256,
  ): Uint8Array {
    const payload = claims instanceof Uint8Array ? claims : encodeCbor(claims);
    const unprotectedHeader = new Map<Label, CborValue>(path.length > 0 ? [[PATH_LABEL, path]] : []);
    return createSign1(this.crypto, key, { algorithm, payload, unprotectedHeader });
  }

  token(changes: Changes = [], path?: readonly Uint8Array[], key?: KeyId): Uint8Array {
    return this.sign(this.claims(changes), path, key);
  }

  /** The device is known by its instance id; what runs is among the references. */
  options(changes: Partial<AppraisalOptions> = {}): AppraisalOptions {
    const devices = (id: Uint8Array) => (equalPublicBytes(id, this.instanceId) ? this.device.key : undefined);
    return { nonce: NONCE, devices, references: REFERENCES, ...changes };
  }

  /** The device is not known, its owner is. */
  owned(changes: Partial<AppraisalOptions> = {}): AppraisalOptions {
    const owners = [{ name: "Acme", key: this.owner.key }];
    return { nonce: NONCE, owners, references: REFERENCES, ...changes };
  }

  appraise(token: Uint8Array, options: AppraisalOptions = this.options()): Appraisal {
    return appraise(this.crypto, token, options);
  }

  /** An owner's certificate of the attestation key. */
  credential(
    changes: Partial<Claims> = {},
    key: KeyId = this.owner.key,
    publicKey = this.device.publicKey,
    kid?: Uint8Array,
  ): Uint8Array {
    const cnf = {
      key: {
        ...({ kty: "EC2", crv: "P-256", publicKey } as const),
        ...{ alg: CoseAlgorithm.ES256, keyOps: [KeyOperation.verify] },
      },
    };
    const others = new Map([[256, this.instanceId]]);
    const payload = encodeClaims({ iss: "Acme", sub: "00112233445566778899aabbccddeeff", cnf, others, ...changes });
    const named = kid === undefined ? {} : { kid };
    return createSign1(this.crypto, key, { algorithm: CoseAlgorithm.ES256, payload, ...named });
  }

  /** The device key's certificate of an alias key. */
  alias(
    publicKey: Uint8Array,
    changes: Partial<DiceCertificateOptions> = {},
    key: KeyId = this.device.key,
  ): Uint8Array {
    return createDiceCertificate(this.crypto, key, {
      codeHash: concatBytes(FIRMWARE, APP),
      configurationDescriptor: CONFIGURATION,
      authorityHash: new Uint8Array(64),
      mode: "normal",
      subjectPublicKey: publicKey,
      ...changes,
    });
  }
}

const USED = [
  ...(["verifyMessage", "importKey", "exportPublicKey", "destroyKey", "hashCompute"] as const),
  ...(["hkdfExtract", "hkdfExpandBytes", "macVerify", "getKeyAttributes"] as const),
];

/** What a verifier has of the machine's crypto, with somebody who is told of each call. */
export function watched(told: (name: (typeof USED)[number], argument: unknown, result: unknown) => void): Crypto {
  const forward = (name: (typeof USED)[number]) => [
    name,
    (...args: never[]) => {
      let result: unknown;
      try {
        result = (crypto[name] as (...all: never[]) => unknown)(...args);
        return result;
      } finally {
        told(name, args[0], result);
      }
    },
  ];
  return Object.fromEntries(USED.map(forward)) as unknown as Crypto;
}

/** A lab for each test of the `describe` that calls this. */
export function labOfEach(): () => Lab {
  let lab: Lab | undefined;
  beforeEach(() => {
    lab = new Lab(crypto);
  });
  afterEach(() => lab?.close());
  return () => lab as Lab;
}

/** "accepted", or the step and code of the first reason. */
export function outcomeOf(appraisal: Appraisal): string {
  return appraisal.result === "accepted" ? "accepted" : `${appraisal.reason.step}: ${appraisal.reason.code}`;
}

/** The steps that refused. */
export function refusedSteps({ verdicts }: Appraisal): string {
  return verdicts
    .filter(({ verdict }) => verdict === "refused")
    .map(({ step }) => step)
    .join();
}

export function textOf({ verdicts }: Appraisal, step: AppraisalStep): string {
  return verdicts.find((one) => one.step === step)?.text ?? "";
}
