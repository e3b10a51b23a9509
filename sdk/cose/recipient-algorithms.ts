// SPDX-License-Identifier: Apache-2.0
/** How a content key comes to its recipients (RFC 9053 §6). A new way is a new row. */
import type { HkdfExpandAlg, HkdfExtractAlg, KeyAlg, KeyAttributes, KeyUsage } from "../contracts/crypto.js";
import type { KeyUser } from "./algorithms.js";

/** IANA COSE algorithm numbers of recipients: RFC 9053 §6.1 to §6.4. */
export const RecipientAlgorithm = Object.freeze({
  direct: -6,
  A128KW: -3,
  A192KW: -4,
  A256KW: -5,
  direct_HKDF_SHA_256: -10,
  direct_HKDF_SHA_512: -11,
  direct_HKDF_AES_128: -12,
  direct_HKDF_AES_256: -13,
  ECDH_ES_HKDF_256: -25,
  ECDH_ES_HKDF_512: -26,
  ECDH_SS_HKDF_256: -27,
  ECDH_SS_HKDF_512: -28,
  ECDH_ES_A128KW: -29,
  ECDH_ES_A192KW: -30,
  ECDH_ES_A256KW: -31,
  ECDH_SS_A128KW: -32,
  ECDH_SS_A192KW: -33,
  ECDH_SS_A256KW: -34,
} as const);

type Name = keyof typeof RecipientAlgorithm;

/** AES Key Wrap, as a way of its own or behind a key agreement. */
export interface WrapAlgorithm {
  readonly id: number;
  readonly name: string;
  readonly psaAlg: "KW";
  readonly keyType: "AES";
  readonly keyBits: number;
}

/** HKDF with the hash of this many bits; on AES-CBC-MAC without the extract step, from a key of this many (RFC 9053 §5.1). */
export interface Kdf {
  readonly extract?: HkdfExtractAlg;
  readonly expand: HkdfExpandAlg;
  readonly prkBits: number;
}

/** A row: from the recipient's key by agreement, then by HKDF, then by unwrapping, each where there is one. */
export interface RecipientRow {
  readonly id: number;
  readonly name: Name;
  /** What the policy of the recipient's key names; undefined: the key is the content key itself. */
  readonly psaAlg: KeyAlg | undefined;
  /** Which of the sender's keys goes into an agreement. */
  readonly agreement?: "ephemeral" | "static";
  readonly kdf?: Kdf;
  readonly wrap?: WrapAlgorithm;
}

/** What the policy of the key that goes into a KDF names. */
export function inputAlg({ extract, expand }: Kdf): HkdfExtractAlg | HkdfExpandAlg {
  return extract ?? expand;
}

const SHA_256: Kdf = Object.freeze({ extract: "HKDF_EXTRACT_SHA_256", expand: "HKDF_EXPAND_SHA_256", prkBits: 256 });
const SHA_512: Kdf = Object.freeze({ extract: "HKDF_EXTRACT_SHA_512", expand: "HKDF_EXPAND_SHA_512", prkBits: 512 });
const AES_128: Kdf = Object.freeze({ expand: "HKDF_EXPAND_AES_CBC_MAC", prkBits: 128 });
const AES_256: Kdf = Object.freeze({ expand: "HKDF_EXPAND_AES_CBC_MAC", prkBits: 256 });

function kw(name: "A128KW" | "A192KW" | "A256KW", keyBits: number): WrapAlgorithm {
  return Object.freeze({ id: RecipientAlgorithm[name], name, psaAlg: "KW", keyType: "AES", keyBits });
}

const A128KW = kw("A128KW", 128);
const A192KW = kw("A192KW", 192);
const A256KW = kw("A256KW", 256);

function row(name: Name, psaAlg: KeyAlg | undefined, rest: Partial<RecipientRow> = {}): RecipientRow {
  return Object.freeze({ id: RecipientAlgorithm[name], name, psaAlg, ...rest });
}

const ROWS: readonly RecipientRow[] = Object.freeze([
  row("direct", undefined),
  row("A128KW", "KW", { wrap: A128KW }),
  row("A192KW", "KW", { wrap: A192KW }),
  row("A256KW", "KW", { wrap: A256KW }),
  row("direct_HKDF_SHA_256", inputAlg(SHA_256), { kdf: SHA_256 }),
  row("direct_HKDF_SHA_512", inputAlg(SHA_512), { kdf: SHA_512 }),
  row("direct_HKDF_AES_128", inputAlg(AES_128), { kdf: AES_128 }),
  row("direct_HKDF_AES_256", inputAlg(AES_256), { kdf: AES_256 }),
  row("ECDH_ES_HKDF_256", "ECDH", { agreement: "ephemeral", kdf: SHA_256 }),
  row("ECDH_ES_HKDF_512", "ECDH", { agreement: "ephemeral", kdf: SHA_512 }),
  row("ECDH_SS_HKDF_256", "ECDH", { agreement: "static", kdf: SHA_256 }),
  row("ECDH_SS_HKDF_512", "ECDH", { agreement: "static", kdf: SHA_512 }),
  row("ECDH_ES_A128KW", "ECDH", { agreement: "ephemeral", kdf: SHA_256, wrap: A128KW }),
  row("ECDH_ES_A192KW", "ECDH", { agreement: "ephemeral", kdf: SHA_256, wrap: A192KW }),
  row("ECDH_ES_A256KW", "ECDH", { agreement: "ephemeral", kdf: SHA_256, wrap: A256KW }),
  row("ECDH_SS_A128KW", "ECDH", { agreement: "static", kdf: SHA_256, wrap: A128KW }),
  row("ECDH_SS_A192KW", "ECDH", { agreement: "static", kdf: SHA_256, wrap: A192KW }),
  row("ECDH_SS_A256KW", "ECDH", { agreement: "static", kdf: SHA_256, wrap: A256KW }),
]);

/** @param id - from a header: any CBOR value. @returns The row, or undefined when the algorithm is not carried out. */
export function findRecipientAlgorithm(id: unknown): RecipientRow | undefined {
  return ROWS.find((one) => one.id === id);
}

/** Attributes of a key made for an algorithm. @param bits - where an HMAC key has others than is usual. */
export function keyAttributesFor(user: KeyUser, usage: readonly KeyUsage[], bits = user.keyBits): KeyAttributes {
  return { type: user.keyType, bits, usage, alg: user.psaAlg };
}
