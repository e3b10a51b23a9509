// SPDX-License-Identifier: Apache-2.0
/** Wycheproof's files as suites. */
import type { Vectors } from "../../harness/vectors.js";
import type { Case, Suite } from "../suite.js";

interface Group {
  readonly publicKey?: { readonly uncompressed: string; readonly pk: string };
  readonly publicKeyDer?: string;
  readonly tests: ReadonlyArray<Record<string, unknown> & { readonly tcId: number }>;
}

/** What each case of a file becomes beside its own fields; or why none of it is carried out. */
type Reading = ((group: Group) => Record<string, unknown>) | string;

const SYMMETRIC: Readonly<Record<string, Reading>> = {
  aes_gcm_test: () => ({ kind: "aead", cipher: "GCM" }),
  aes_ccm_test: () => ({ kind: "aead", cipher: "CCM" }),
  chacha20_poly1305_test: () => ({ kind: "aead", cipher: "CHACHA20_POLY1305" }),
  xchacha20_poly1305_test: "no protocol of ours has XChaCha20-Poly1305: the contract does not offer it",
  aes_wrap_test: () => ({ kind: "wrap" }),
  aes_cmac_test: "no protocol of ours has AES-CMAC: the contract does not offer it",
  hmac_sha256_test: () => ({ kind: "mac", alg: "HMAC_SHA_256" }),
  hmac_sha512_test: () => ({ kind: "mac", alg: "HMAC_SHA_512" }),
  hkdf_sha256_test: () => ({ kind: "hkdf", hash: "SHA_256" }),
  hkdf_sha512_test: () => ({ kind: "hkdf", hash: "SHA_512" }),
};

const PUBLIC_KEY: Readonly<Record<string, Reading>> = {
  ecdsa_secp256r1_sha256_p1363_test: (group) => ({ kind: "ecdsa", publicKey: group.publicKey?.uncompressed }),
  ecdsa_secp256r1_sha256_test: (group) => ({ kind: "ecdsa", isDer: true, publicKey: group.publicKeyDer }),
  ed25519_test: (group) => ({ kind: "eddsa", publicKey: group.publicKey?.pk }),
  ecdh_secp256r1_ecpoint_test: () => ({ kind: "ecdh", curve: "P-256" }),
  ecdh_secp256r1_test: () => ({ kind: "ecdh", isDer: true, curve: "P-256" }),
  x25519_test: () => ({ kind: "ecdh", curve: "X25519" }),
};

/** All files of the folder. @throws Error - a file that is not known here, or that has not as many cases as it says. */
export function readWycheproof(vectors: Vectors): Suite[] {
  return vectors.list(".", "_test.json").map((file) => {
    const name = file.slice(0, -".json".length);
    const reading = SYMMETRIC[name] ?? PUBLIC_KEY[name];
    if (reading === undefined) throw new Error(`wycheproof/${file} is not known here`);
    const { numberOfTests, testGroups } = vectors.json(file) as { numberOfTests: number; testGroups: readonly Group[] };
    const fields = typeof reading === "string" ? () => ({}) : reading;
    const cases: Case[] = testGroups.flatMap((group) =>
      group.tests.map((test) => ({ id: `tcId ${test.tcId}`, data: { ...test, ...fields(group) } })),
    );
    if (cases.length !== numberOfTests) throw new Error(`wycheproof/${file} says ${numberOfTests} cases`);
    const suite = { name: `wycheproof/${name}`, runner: "wycheproof" as const, cases, isSlow: name in PUBLIC_KEY };
    return typeof reading === "string" ? { ...suite, unsupported: reading } : suite;
  });
}
