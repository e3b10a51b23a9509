// SPDX-License-Identifier: Apache-2.0
/** The other side: an owner who signs tokens, and a phone that shows them. Runs wherever `thimble/device/crypto` does. */
import { decodeUtf8 } from "thimble/bytes/utf8";
import { encodeCbor } from "thimble/cbor/encode";
import { CoseAlgorithm } from "thimble/cose/algorithms";
import { decryptEncrypt } from "thimble/cose/encrypt";
import { type Ec2Key, encodeKey } from "thimble/cose/key";
import { createSign1 } from "thimble/cose/sign1";
import { type Claims, encodeClaims } from "thimble/cwt/claims";
import { tagCwt } from "thimble/cwt/cwt";
import { crypto } from "thimble/device/crypto";

const P256 = Object.freeze({ type: "ECC_KEY_PAIR_SECP_R1", bits: 256 } as const);

/** Somebody with a key pair for signatures. */
class Person {
  readonly #key = crypto.generateKey({ ...P256, usage: ["signMessage"], alg: "DETERMINISTIC_ECDSA_SHA_256" });

  get publicKey(): Ec2Key {
    return { kty: "EC2", crv: "P-256", publicKey: crypto.exportPublicKey(this.#key) };
  }

  protected sign(payload: Uint8Array, externalAad?: Uint8Array): Uint8Array {
    const options = { algorithm: CoseAlgorithm.ES256, payload };
    return createSign1(crypto, this.#key, externalAad === undefined ? options : { ...options, externalAad });
  }
}

export class Owner extends Person {
  /** A COSE_Key: what a new door is given. */
  get encodedKey(): Uint8Array {
    return encodeKey(this.publicKey);
  }

  /** A CWT. */
  issue(claims: Claims): Uint8Array {
    return tagCwt(this.sign(encodeClaims(claims)));
  }
}

export class Phone extends Person {
  readonly #replyKey = crypto.generateKey({ ...P256, usage: ["derive"], alg: "ECDH" });

  /** @returns What the door wants to see: the token, and a proof that it is ours, made for this challenge. */
  visit(token: Uint8Array, challenge: Uint8Array): Uint8Array {
    const replyKey = encodeKey({ kty: "EC2", crv: "P-256", publicKey: crypto.exportPublicKey(this.#replyKey) });
    return encodeCbor([token, this.sign(replyKey, encodeCbor([challenge, token]))]);
  }

  /** @throws SecurityError - it is for another phone. */
  read(reply: Uint8Array): string {
    return decodeUtf8(decryptEncrypt(crypto, { key: this.#replyKey }, reply).plaintext);
  }
}
