// SPDX-License-Identifier: Apache-2.0
/** For the specs: doors that are made of software, with tokens as a chip makes them. Their firmware can be told to lie. */
import { attachPath } from "thimble/attestation/path";
import type { ReferenceValues } from "thimble/attestation/reference-values";
import { concatBytes } from "thimble/bytes/bytes";
import { encodeCbor } from "thimble/cbor/encode";
import type { CborValue } from "thimble/cbor/value";
import type { KeyId } from "thimble/contracts/crypto";
import { CoseAlgorithm } from "thimble/cose/algorithms";
import { createSign1 } from "thimble/cose/sign1";
import { crypto } from "thimble/device/crypto";
import { createCredential } from "thimble/identity/credential";
import { type DoorState, encodeAnswer, type Known, nonceFor } from "./statement";

const ZEROS = new Array(32).fill(0);
const bytes = (byte: number): Uint8Array => Uint8Array.from(ZEROS, () => byte);
const RELEASE = Object.freeze({ boot: 0xb0, firmware: 0xf0, app: 0xa0 } as const);
const VERSION = "1.0.0+0";

function newKey(): KeyId {
  const usage = ["signMessage", "verifyMessage"] as const;
  return crypto.generateKey({
    type: "ECC_KEY_PAIR_SECP_R1",
    bits: 256,
    usage,
    alg: "DETERMINISTIC_ECDSA_SHA_256",
  });
}

export class Owner {
  readonly key = newKey();
}

/** What a token of it says, where that is not as it should be. */
export interface Claims {
  readonly lifecycle?: number;
  readonly clientId?: number;
  /** A byte of its digest. */
  readonly app?: number;
  readonly version?: string;
}

export class OtherDoor {
  readonly #key = newKey();
  readonly #certificate: Uint8Array;
  readonly instanceId: Uint8Array;

  constructor(owner: Owner) {
    const publicKey = crypto.exportPublicKey(this.#key);
    this.instanceId = concatBytes(Uint8Array.of(1), crypto.hashCompute("SHA_256", publicKey));
    const subject = { deviceId: crypto.generateRandom(16), use: "attestation", publicKey } as const;
    this.#certificate = createCredential(crypto, owner.key, { issuer: "owner-1", ...subject });
  }

  /** What it says when it is asked. */
  answer(question: Uint8Array, state: DoorState, claims: Claims = {}): Uint8Array {
    return encodeAnswer(attachPath(this.#token(nonceFor(crypto, question, state), claims), [this.#certificate]), state);
  }

  /** What another door of this owner knows, which runs the right release. */
  known(owner: Owner): Known {
    const component = (type: keyof typeof RELEASE): ReferenceValues["components"][number] => {
      return { type, value: bytes(RELEASE[type]), version: VERSION, signerId: bytes(1) };
    };
    const components = [component("boot"), component("firmware"), component("app")];
    return { owner: owner.key, references: { implementationId: bytes(2), components }, self: this.instanceId };
  }

  /** RFC 9783 §4. */
  #token(nonce: Uint8Array, { lifecycle = 0x3000, clientId = -1, app = RELEASE.app, version = VERSION }: Claims) {
    const component = (type: string, byte: number, itsVersion = VERSION): CborValue =>
      new Map<CborValue, CborValue>([
        [1, type],
        [2, bytes(byte)],
        [4, itsVersion],
        [5, bytes(1)],
      ]);
    const claims = new Map<CborValue, CborValue>([
      [10, nonce],
      [256, this.instanceId],
      [265, "tag:psacertified.org,2023:psa#tfm"],
      [2394, clientId],
      [2395, lifecycle],
      [2396, bytes(2)],
      [
        2399,
        [component("boot", RELEASE.boot), component("firmware", RELEASE.firmware), component("app", app, version)],
      ],
    ]);
    return createSign1(crypto, this.#key, { algorithm: CoseAlgorithm.ES256, payload: encodeCbor(claims) });
  }
}
