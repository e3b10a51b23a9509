// SPDX-License-Identifier: Apache-2.0
/** Wycheproof's ECDSA signatures, for a check that takes their digests. */
import type { Vectors } from "../harness/vectors.js";
import type { Case } from "./cases.js";
import { signatureCase } from "./signature-cases.js";

interface Group {
  readonly publicKey: { readonly uncompressed: string };
  readonly tests: readonly {
    readonly tcId: number;
    readonly msg: string;
    readonly sig: string;
    readonly result: string;
  }[];
}

const hex = (text: string): Buffer => Buffer.from(text, "hex");

export function wycheproofCases(vectors: Vectors): readonly Case[] {
  const { testGroups } = vectors.json("ecdsa_secp256r1_sha256_test.json") as { testGroups: readonly Group[] };
  return testGroups.flatMap(({ publicKey, tests }) =>
    tests.map(({ tcId, msg, sig, result }) =>
      signatureCase(`tcId ${tcId}`, hex(publicKey.uncompressed).subarray(1), hex(msg), hex(sig), result === "valid"),
    ),
  );
}
