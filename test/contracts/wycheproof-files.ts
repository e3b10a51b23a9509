// SPDX-License-Identifier: Apache-2.0
/** Turns Wycheproof files into cases. */
import type { Vectors } from "../harness/vectors.js";
import type { WycheproofCase } from "./wycheproof-cases.js";

interface Group {
  readonly publicKey?: { readonly uncompressed: string; readonly pk: string };
  readonly tests: readonly Record<string, unknown>[];
}

/** The files that the contract covers, and what each case of one becomes beside its own fields. */
const FILES: Readonly<Record<string, (group: Group) => Record<string, unknown>>> = Object.freeze({
  aes_gcm_test: () => ({ kind: "aead", cipher: "GCM" }),
  aes_ccm_test: () => ({ kind: "aead", cipher: "CCM" }),
  chacha20_poly1305_test: () => ({ kind: "aead", cipher: "CHACHA20_POLY1305" }),
  aes_wrap_test: () => ({ kind: "wrap" }),
  hmac_sha256_test: () => ({ kind: "mac", alg: "HMAC_SHA_256" }),
  hmac_sha512_test: () => ({ kind: "mac", alg: "HMAC_SHA_512" }),
  hkdf_sha256_test: () => ({ kind: "hkdf", hash: "SHA_256" }),
  hkdf_sha512_test: () => ({ kind: "hkdf", hash: "SHA_512" }),
  ecdsa_secp256r1_sha256_p1363_test: (group) => ({ kind: "ecdsa", publicKey: group.publicKey?.uncompressed }),
  ed25519_test: (group) => ({ kind: "eddsa", publicKey: group.publicKey?.pk }),
  ecdh_secp256r1_ecpoint_test: () => ({ kind: "ecdh", curve: "P-256" }),
  x25519_test: () => ({ kind: "ecdh", curve: "X25519" }),
});

export const WYCHEPROOF_FILES: readonly string[] = Object.freeze(Object.keys(FILES));

/** All cases of a file, and the number that the file says it has. */
export function readWycheproof(vectors: Vectors, name: string): { cases: WycheproofCase[]; total: number } {
  const kindOf = FILES[name];
  if (!kindOf) throw new RangeError(`no Wycheproof file ${name} here`);
  const file = vectors.json(`${name}.json`) as { numberOfTests: number; testGroups: readonly Group[] };
  const cases = file.testGroups.flatMap((group) => group.tests.map((test) => ({ ...test, ...kindOf(group) })));
  return { cases: cases as unknown as WycheproofCase[], total: file.numberOfTests };
}
