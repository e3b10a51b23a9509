// SPDX-License-Identifier: Apache-2.0
/** The examples of the COSE working group as suites, a folder each. */
import { encodeHex } from "../../../sdk/bytes/hex.js";
import { encodeUtf8 } from "../../../sdk/bytes/utf8.js";
import { CoseAlgorithm } from "../../../sdk/cose/algorithms.js";
import type { Vectors } from "../../harness/vectors.js";
import type { Case, Suite } from "../suite.js";
import type { CoseCase } from "./run-case.js";

interface Key {
  readonly kty: string;
  readonly crv?: string;
  readonly k?: string;
  readonly k_hex?: string;
  readonly x?: string;
  readonly x_hex?: string;
  readonly y?: string;
  readonly y_hex?: string;
}

interface Part {
  readonly alg?: string;
  readonly protected?: { readonly alg?: string };
  readonly unprotected?: { readonly alg?: string; readonly partialIV_hex?: string };
  readonly external?: string;
  readonly unsent?: { readonly IV_hex?: string };
  readonly key?: Key;
  readonly recipients?: ReadonlyArray<{ readonly key: Key }>;
}

interface Example {
  readonly fail?: boolean;
  readonly input: {
    readonly plaintext?: string;
    readonly plaintext_hex?: string;
    readonly sign0?: Part;
    readonly mac0?: Part;
    readonly encrypted?: Part;
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

const KINDS = ["sign0", "mac0", "encrypted"] as const;
const UNPROTECTED = Object.freeze({
  code: "COSE_ALG_UNPROTECTED",
  why: "alg is only in the unprotected bucket (docs/deviations.md)",
});

function hexOf(base64url: string | undefined, hex: string | undefined): string {
  return hex?.toLowerCase() ?? Buffer.from(base64url ?? "", "base64url").toString("hex");
}

/** The examples give the whole nonce, which is the context IV with the Partial IV in it (RFC 9052 §3.1). */
function contextIvOf({ unsent, unprotected }: Part): string {
  const nonce = unsent?.IV_hex;
  if (nonce === undefined) return "";
  const partial = BigInt(`0x${unprotected?.partialIV_hex ?? "0"}`);
  return (BigInt(`0x${nonce}`) ^ partial).toString(16).padStart(nonce.length, "0");
}

/** @returns the data of a case, or why there is none. */
function readExample(example: Example): CoseCase | string {
  const { input, output, fail = false } = example;
  const kind = KINDS.find((name) => name in input);
  if (kind === undefined) return "messages with recipients or several signers are not carried out yet";
  const part = input[kind] as Part;
  const key = part.key ?? part.recipients?.[0]?.key;
  if (key === undefined) return "the example has no key";
  const { crv = "" } = key;
  const name = part.protected?.alg ?? part.unprotected?.alg ?? part.alg ?? "";
  if (kind === "sign0" && crv !== "P-256" && crv !== "Ed25519") return `keys on ${crv} are not carried out`;
  if (kind === "sign0" && !(name in ALGORITHMS)) return `${name} is not carried out`;
  if (kind !== "sign0" && !(name in ALGORITHMS)) return `${name} is not carried out`;
  const isUnprotected = !fail && part.protected?.alg === undefined && part.unprotected?.alg !== undefined;
  const text = input.plaintext_hex?.toLowerCase() ?? encodeHex(encodeUtf8(input.plaintext ?? ""));
  return {
    kind,
    isInvalid: fail,
    message: output.cbor.toLowerCase(),
    externalAad: (part.external ?? "").toLowerCase(),
    payload: text,
    contextIv: contextIvOf(part),
    algorithm: ALGORITHMS[name] ?? null,
    key:
      key.kty === "oct"
        ? { k: hexOf(key.k, key.k_hex) }
        : { crv, x: hexOf(key.x, key.x_hex), y: hexOf(key.y, key.y_hex) },
    ...(isUnprotected ? { deviation: UNPROTECTED } : {}),
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
