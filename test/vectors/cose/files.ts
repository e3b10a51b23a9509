// SPDX-License-Identifier: Apache-2.0
/** The examples of the COSE working group as suites, a folder each. */
import { encodeHex } from "../../../sdk/bytes/hex.js";
import { encodeUtf8 } from "../../../sdk/bytes/utf8.js";
import { CoseAlgorithm } from "../../../sdk/cose/algorithms.js";
import { RecipientAlgorithm } from "../../../sdk/cose/recipient-algorithms.js";
import type { Vectors } from "../../harness/vectors.js";
import type { Case, Suite } from "../suite.js";
import type { CoseCase } from "./run-case.js";

interface Key {
  readonly kty: string;
  readonly crv?: string;
  readonly d?: string;
  readonly d_hex?: string;
  readonly k?: string;
  readonly k_hex?: string;
  readonly x?: string;
  readonly x_hex?: string;
  readonly y?: string;
  readonly y_hex?: string;
}

interface Layer {
  readonly alg?: string;
  readonly protected?: { readonly alg?: string; readonly crit?: readonly string[] };
  readonly unprotected?: { readonly alg?: string; readonly kid?: string; readonly partialIV_hex?: string };
  readonly external?: string;
  readonly unsent?: {
    readonly IV_hex?: string;
    readonly apu_id?: string;
    readonly apv_id?: string;
    readonly pub_other?: string;
    readonly priv_other?: string;
  };
  readonly key?: Key;
  readonly sender_key?: Key;
  readonly recipients?: readonly Layer[];
  readonly signers?: readonly Layer[];
  readonly countersign?: unknown;
  readonly countersign0?: unknown;
}

interface Example {
  readonly fail?: boolean;
  readonly input: { readonly [kind in Kind]?: Layer } & {
    readonly plaintext?: string;
    readonly plaintext_hex?: string;
  };
  readonly output: { readonly cbor: string };
}

/** The examples' names of algorithms. */
const ALGORITHMS: Readonly<Record<string, number>> = {
  ES256: CoseAlgorithm.ES256,
  EdDSA: CoseAlgorithm.EdDSA,
  "HS256/64": CoseAlgorithm.HMAC_256_64,
  HS256: CoseAlgorithm.HMAC_256,
  HS384: CoseAlgorithm.HMAC_384,
  HS512: CoseAlgorithm.HMAC_512,
  "AES-MAC-128/64": CoseAlgorithm.AES_MAC_128_64,
  "AES-MAC-256/64": CoseAlgorithm.AES_MAC_256_64,
  "AES-MAC-128/128": CoseAlgorithm.AES_MAC_128_128,
  "AES-MAC-256/128": CoseAlgorithm.AES_MAC_256_128,
  A128GCM: CoseAlgorithm.A128GCM,
  A192GCM: CoseAlgorithm.A192GCM,
  A256GCM: CoseAlgorithm.A256GCM,
  "AES-CCM-16-128/64": CoseAlgorithm.AES_CCM_16_64_128,
  "AES-CCM-16-256/64": CoseAlgorithm.AES_CCM_16_64_256,
  "AES-CCM-64-128/64": CoseAlgorithm.AES_CCM_64_64_128,
  "AES-CCM-64-256/64": CoseAlgorithm.AES_CCM_64_64_256,
  "AES-CCM-16-128/128": CoseAlgorithm.AES_CCM_16_128_128,
  "AES-CCM-16-256/128": CoseAlgorithm.AES_CCM_16_128_256,
  "AES-CCM-64-128/128": CoseAlgorithm.AES_CCM_64_128_128,
  "AES-CCM-64-256/128": CoseAlgorithm.AES_CCM_64_128_256,
  "ChaCha-Poly1305": CoseAlgorithm.CHACHA20_POLY1305,
};

/** The same of a recipient's. */
const RECIPIENT_ALGORITHMS: Readonly<Record<string, number>> = {
  direct: RecipientAlgorithm.direct,
  A128KW: RecipientAlgorithm.A128KW,
  A192KW: RecipientAlgorithm.A192KW,
  A256KW: RecipientAlgorithm.A256KW,
  "HKDF-HMAC-SHA-256": RecipientAlgorithm.direct_HKDF_SHA_256,
  "HKDF-HMAC-SHA-512": RecipientAlgorithm.direct_HKDF_SHA_512,
  "HKDF-AES-128": RecipientAlgorithm.direct_HKDF_AES_128,
  "HKDF-AES-256": RecipientAlgorithm.direct_HKDF_AES_256,
  "ECDH-ES": RecipientAlgorithm.ECDH_ES_HKDF_256,
  "ECDH-ES-512": RecipientAlgorithm.ECDH_ES_HKDF_512,
  "ECDH-SS": RecipientAlgorithm.ECDH_SS_HKDF_256,
  "ECDH-SS-512": RecipientAlgorithm.ECDH_SS_HKDF_512,
  "ECDH-ES-A128KW": RecipientAlgorithm.ECDH_ES_A128KW,
  "ECDH-ES-A192KW": RecipientAlgorithm.ECDH_ES_A192KW,
  "ECDH-ES-A256KW": RecipientAlgorithm.ECDH_ES_A256KW,
  "ECDH-SS-A128KW": RecipientAlgorithm.ECDH_SS_A128KW,
  "ECDH-SS-A192KW": RecipientAlgorithm.ECDH_SS_A192KW,
  "ECDH-SS-A256KW": RecipientAlgorithm.ECDH_SS_A256KW,
};

const KINDS = ["sign0", "sign", "mac0", "mac", "encrypted", "enveloped"] as const;
type Kind = (typeof KINDS)[number];
const CURVES = ["P-256", "Ed25519", "X25519"];

const UNPROTECTED = Object.freeze({
  code: "COSE_ALG_UNPROTECTED",
  why: "alg is only in the unprotected bucket (docs/deviations.md)",
});

const TEXT_KID = Object.freeze({
  code: "COSE_HEADER_VALUE",
  why: "kid is text, where RFC 9052 §3.1 has a byte string",
});

function hexOf(base64url: string | undefined, hex: string | undefined): string {
  return hex?.toLowerCase() ?? Buffer.from(base64url ?? "", "base64url").toString("hex");
}

function hexOfText(text: string | undefined): string {
  return text === undefined ? "" : encodeHex(encodeUtf8(text));
}

/** The examples give the whole nonce, which is the context IV with the Partial IV in it (RFC 9052 §3.1). */
function contextIvOf({ unsent, unprotected }: Layer): string {
  const nonce = unsent?.IV_hex;
  if (nonce === undefined) return "";
  const partial = BigInt(`0x${unprotected?.partialIV_hex ?? "0"}`);
  return (BigInt(`0x${nonce}`) ^ partial).toString(16).padStart(nonce.length, "0");
}

function nameOf({ alg, protected: inside, unprotected }: Layer): string {
  return inside?.alg ?? unprotected?.alg ?? alg ?? "";
}

function readKey({ kty, crv = "", k, k_hex, d, d_hex, x, x_hex, y, y_hex }: Key): CoseCase["key"] {
  if (kty === "oct") return { k: hexOf(k, k_hex) };
  return { crv, d: hexOf(d, d_hex), x: hexOf(x, x_hex), y: hexOf(y, y_hex) };
}

/** The innermost layers: those of whoever has a key. */
function leavesOf({ recipients, signers }: Layer): readonly Layer[] {
  const below = recipients ?? signers ?? [];
  return below.flatMap((one) => (one.recipients === undefined ? [one] : leavesOf(one)));
}

/** Why one who has this key can do nothing here; undefined: it can. */
function missingFor(layer: Layer, kind: Kind): string | undefined {
  const { kty, crv } = layer.key ?? {};
  if (kty === "RSA") return "RSA is not carried out";
  if (kty === "HSS-LMS") return "hash-based signatures are not carried out";
  if (crv !== undefined && !CURVES.includes(crv)) return `keys on ${crv} are not carried out`;
  const known = kind === "mac" || kind === "enveloped" ? RECIPIENT_ALGORITHMS : ALGORITHMS;
  return nameOf(layer) in known ? undefined : `${nameOf(layer)} is not carried out`;
}

/** @returns the data of a case, or why there is none. */
function readExample(example: Example): CoseCase | string {
  const { input, output, fail = false } = example;
  const kind = KINDS.find((name) => name in input) as Kind;
  const body = input[kind] as Layer;
  const hasLayers = kind === "sign" || kind === "mac" || kind === "enveloped";
  const leaves = hasLayers ? leavesOf(body) : [{ ...body, key: body.key ?? body.recipients?.[0]?.key } as Layer];
  const layer = leaves.find((one) => missingFor(one, kind) === undefined);
  if (layer === undefined) return missingFor(leaves[0] as Layer, kind) as string;
  const content = kind === "sign" ? layer : body;
  const name = nameOf(content);
  if (!(name in ALGORITHMS)) return `${name} is not carried out`;
  const message = output.cbor.toLowerCase();
  const kid = layer.unprotected?.kid ?? "";
  const isTextKid = kid !== "" && message.includes(`04${(0x60 + kid.length).toString(16)}${hexOfText(kid)}`);
  const isUnprotected = !fail && content.protected?.alg === undefined && content.unprotected?.alg !== undefined;
  const isCountersigned = JSON.stringify(body).includes('"countersign');
  const { unsent = {} } = hasLayers ? layer : {};
  return {
    kind,
    isInvalid: fail,
    message,
    externalAad: (content.external ?? "").toLowerCase(),
    payload: input.plaintext_hex?.toLowerCase() ?? hexOfText(input.plaintext),
    contextIv: contextIvOf(body),
    algorithm: ALGORITHMS[name] ?? null,
    recipientAlgorithm: RECIPIENT_ALGORITHMS[nameOf(layer)] ?? null,
    kid: leaves.length > 1 ? hexOfText(kid) : "",
    critical: body.protected?.crit ?? [],
    key: readKey(layer.key as Key),
    ...(layer.sender_key === undefined ? {} : { senderKey: readKey(layer.sender_key) }),
    unsent: {
      partyU: hexOfText(unsent.apu_id),
      partyV: hexOfText(unsent.apv_id),
      pub: hexOfText(unsent.pub_other),
      priv: hexOfText(unsent.priv_other),
    },
    ...(isTextKid ? { deviation: TEXT_KID } : {}),
    ...(isUnprotected ? { deviation: UNPROTECTED } : {}),
    ...(isCountersigned ? { partly: "countersignatures are not carried out; the message itself was checked" } : {}),
  };
}

const FOLDERS = [
  ...[
    "CWT",
    "RFC8152",
    "X25519-tests",
    "aes-ccm-examples",
    "aes-gcm-examples",
    "aes-wrap-examples",
    "cbc-mac-examples",
  ],
  ...["chacha-poly-examples", "countersign", "countersign1", "ecdh-direct-examples", "ecdh-wrap-examples"],
  ...["ecdsa-examples", "eddsa-examples", "encrypted-tests", "enveloped-tests", "hashsig", "hkdf-aes-examples"],
  ...["hkdf-hmac-sha-examples", "hmac-examples", "mac-tests", "mac0-tests", "rsa-oaep-examples", "rsa-pss-examples"],
  ...["sign-tests", "sign1-tests", "x509-examples"],
];

export function readCose(vectors: Vectors): Suite[] {
  return FOLDERS.map((folder) => {
    const cases = vectors.list(folder, ".json").map((file): Case => {
      const read = readExample(vectors.json(`${folder}/${file}`) as Example);
      const id = file.slice(0, -".json".length);
      return typeof read === "string" ? { id, unsupported: read } : { id, data: read };
    });
    return { name: `cose-wg-examples/${folder}`, runner: "cose" as const, cases, isSlow: false };
  });
}
