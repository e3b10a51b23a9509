// SPDX-License-Identifier: Apache-2.0
/**
 * Tokens and certificates from RFC 9783, RFC 9052 and RFC 8392 alone, part by part: each part can be left out, be another
 * or stand in another form. Nothing here is the SDK's but the signature.
 */
import { decodeHex } from "../../sdk/bytes/hex.js";
import type { Crypto, KeyId } from "../../sdk/contracts/crypto.js";
import { array, bytes, type Entry, filled, type Item, int, join, map, tag, text } from "./cbor-bytes.js";

const ALG = "DETERMINISTIC_ECDSA_SHA_256";
/** Order of P-256 (SEC 2). */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

export const PROFILE = "tag:psacertified.org,2023:psa#tfm";
export const NONCE = filled(32, 0x11);
export const IMPLEMENTATION_ID = filled(32, 0x22);
export const BOOT_SEED = filled(32, 0x33);
export const SIGNER_ID = filled(32, 0x44);
/** Of boot, which is not signed. */
export const NOBODY = filled(32, 0);
export const DIGESTS = Object.freeze({
  boot: filled(32, 0xb0),
  firmware: filled(32, 0xf0),
  app: filled(32, 0xa0),
} as const);
export const VERSION = "1.2.3+4";

/** RFC 9783 §4, and the labels of RFC 9711 that it uses. */
export const Label = Object.freeze({
  ...({ nonce: 10, instanceId: 256, profile: 265, bootSeed: 268, clientId: 2394, lifecycle: 2395 } as const),
  ...({ implementationId: 2396, certificationReference: 2398, components: 2399, verificationService: 2400 } as const),
} as const);
export type ClaimName = keyof typeof Label;

/** Where tokens of ours carry certificates (docs/decisions/0009). */
export const PATH_LABEL = -70001;

/** A key pair, and what is known of it. */
export interface Party {
  readonly key: KeyId;
  /** 0x04‖x‖y. */
  readonly publicKey: Uint8Array;
  /** 0x01 and the SHA-256 of the public key. */
  readonly instanceId: Uint8Array;
}

/** @param seed - the private key is this byte, 32 times. */
export function makeParty(crypto: Crypto, seed: number): Party {
  const usage = ["signMessage", "verifyMessage"] as const;
  const key = crypto.importKey({ type: "ECC_KEY_PAIR_SECP_R1", bits: 256, usage, alg: ALG }, filled(32, seed));
  const publicKey = crypto.exportPublicKey(key);
  return { key, publicKey, instanceId: join(Uint8Array.of(1), crypto.hashCompute("SHA_256", publicKey)) };
}

/** All who sign something in the cases. */
export interface Parties {
  readonly crypto: Crypto;
  readonly device: Party;
  readonly otherDevice: Party;
  readonly owner: Party;
  readonly otherOwner: Party;
  /** Of what runs: the device key certifies it (docs/decisions/0009). */
  readonly alias: Party;
  readonly otherAlias: Party;
}

export function makeParties(crypto: Crypto): Parties {
  return {
    crypto,
    device: makeParty(crypto, 1),
    otherDevice: makeParty(crypto, 2),
    owner: makeParty(crypto, 3),
    otherOwner: makeParty(crypto, 4),
    alias: makeParty(crypto, 5),
    otherAlias: makeParty(crypto, 6),
  };
}

export function forget({ crypto, ...parties }: Parties): void {
  for (const { key } of Object.values(parties)) crypto.destroyKey(key);
}

export interface ComponentParts {
  readonly type?: Item | undefined;
  readonly value?: Item | undefined;
  readonly version?: Item | undefined;
  readonly signerId?: Item | undefined;
  readonly description?: Item | undefined;
  readonly more?: readonly Entry[];
}

/** RFC 9783 §4.4.1. A part that is undefined is left out. */
export function component(parts: ComponentParts): Item {
  const { type, value, version, signerId, description, more = [] } = parts;
  const all = [type, value, undefined, version, signerId, description].map((part, i) => [int(i + 1), part] as const);
  return map(...all.filter((entry): entry is readonly [Item, Item] => entry[1] !== undefined), ...more);
}

export const APP: ComponentParts = Object.freeze({
  type: text("app"),
  value: bytes(DIGESTS.app),
  version: text(VERSION),
  signerId: bytes(SIGNER_ID),
});

export const BOOT_AND_FIRMWARE: readonly Item[] = Object.freeze([
  component({ type: text("boot"), value: bytes(DIGESTS.boot), version: text("1"), signerId: bytes(NOBODY) }),
  component({ ...APP, type: text("firmware"), value: bytes(DIGESTS.firmware) }),
]);

export type Claims = { readonly [Name in ClaimName]?: Item | undefined };

/** A token's claims as we make them: 0009. */
export function goodClaims(instanceId: Uint8Array): Claims {
  return {
    nonce: bytes(NONCE),
    instanceId: bytes(instanceId),
    profile: text(PROFILE),
    bootSeed: bytes(BOOT_SEED),
    clientId: int(-1),
    lifecycle: int(0x3000),
    implementationId: bytes(IMPLEMENTATION_ID),
    components: array(...BOOT_AND_FIRMWARE, component(APP)),
  };
}

/** In ascending order of labels; a claim that is undefined is left out. */
export function claimEntries(claims: Claims): Entry[] {
  const names = Object.keys(Label) as ClaimName[];
  return names.flatMap((name) => {
    const value = claims[name];
    return value === undefined ? [] : [[int(Label[name]), value] as const];
  });
}

export interface Envelope {
  /** The protected bucket, as an item. Default {1: -7}. */
  readonly protectedHeader?: Item;
  /** What is signed in its place. Default: the same. */
  readonly signedHeader?: Item;
  readonly unprotectedHeader?: Item;
  /** The payload, as an item. */
  readonly payloadItem?: Item;
  readonly signer?: Party;
  /** What the 64 bytes r‖s become. */
  readonly signature?: (rs: Uint8Array) => Item;
  /** What the array of four becomes. Default: in tag 18. */
  readonly wrap?: (message: readonly Item[]) => Item;
  readonly context?: string;
}

export const ES256 = map([int(1), int(-7)]);

/** COSE_Sign1: RFC 9052 §4.2, §4.4. */
export function sign1({ crypto, device }: Parties, payload: Uint8Array, envelope: Envelope = {}): Item {
  const { protectedHeader = bytes(ES256), signedHeader = protectedHeader, unprotectedHeader = map() } = envelope;
  const { payloadItem = bytes(payload), signer = device, signature = (rs) => bytes(rs) } = envelope;
  const { wrap = (message) => tag(18, array(...message)), context = "Signature1" } = envelope;
  const toSign = array(text(context), signedHeader, bytes(new Uint8Array(0)), bytes(payload));
  const rs = crypto.signMessage(signer.key, ALG, toSign);
  return wrap([protectedHeader, unprotectedHeader, payloadItem, signature(rs)]);
}

/** (r, n−s): as valid for ECDSA as (r, s). */
export function otherS(rs: Uint8Array): Uint8Array {
  let s = 0n;
  for (const byte of rs.subarray(32)) s = s * 256n + BigInt(byte);
  return join(rs.subarray(0, 32), decodeHex((ORDER - s).toString(16).padStart(64, "0")));
}

/** A token whose claims are the good ones but for those given. */
export function token(parties: Parties, claims: Claims = {}, envelope: Envelope = {}): Item {
  const { instanceId } = envelope.signer ?? parties.device;
  return sign1(parties, map(...claimEntries({ ...goodClaims(instanceId), ...claims })), envelope);
}

/** A path in the unprotected header. */
export function path(...certificates: readonly Item[]): Item {
  return map([int(PATH_LABEL), array(...certificates.map((one) => bytes(one)))]);
}
