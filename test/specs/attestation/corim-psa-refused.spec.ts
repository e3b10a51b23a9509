// SPDX-License-Identifier: Apache-2.0
/** The PSA profile of CoRIM: each field missing, of the wrong type, of the wrong length, or one too many. */
import { parseCorim } from "../../../sdk/attestation/corim.js";
import { readPsaEndorsements } from "../../../sdk/attestation/corim-psa.js";
import { CborTag } from "../../../sdk/cbor/value.js";
import { assert } from "../../harness/assert.js";
import { describe, it } from "../../harness/spec.js";
import { thrownBy } from "../thrown.js";
import {
  corimWith,
  DIGEST,
  IMPLEMENTATION_ID,
  INSTANCE_ID,
  map,
  opaque,
  type Parts,
  PEM,
  SIGNER_ID,
} from "./corim-made.js";

const of = (length: number) => new Uint8Array(length).fill(1);
const ueid = (bytes: Uint8Array) => new CborTag(550, bytes);

/** Each breaks one sentence of the draft, and is fine by CoRIM's own CDDL. */
const BROKEN: readonly (readonly [what: string, change: (all: Parts) => unknown])[] = [
  ["implementation id missing", ({ classMap }) => classMap.delete(0) && classMap.set(1, "Maker")],
  ["class missing", ({ environment }) => environment.delete(0) && environment.set(2, opaque(DIGEST))],
  ["implementation id of 31 bytes", ({ classMap }) => classMap.set(0, opaque(of(31)))],
  ["implementation id of 33 bytes", ({ classMap }) => classMap.set(0, opaque(of(33)))],
  ["implementation id as a UUID", ({ classMap }) => classMap.set(0, new CborTag(37, of(16)))],
  [
    "implementation id in the tag of an older draft",
    ({ classMap }) => classMap.set(0, new CborTag(600, IMPLEMENTATION_ID)),
  ],
  ["mkey missing", ({ measurement }) => measurement.delete(0)],
  ["another mkey", ({ measurement }) => measurement.set(0, "psa.certification")],
  ["mkey in the tag of an older draft", ({ measurement }) => measurement.set(0, new CborTag(601, map([1, "BL"])))],
  ["authorized-by", ({ measurement }) => measurement.set(2, [opaque(SIGNER_ID)])],
  ["version-scheme", ({ values }) => values.set(0, map([0, "1.2.3"], [1, 16384]))],
  ["digests missing", ({ values }) => values.delete(2)],
  ["a digest of 31 bytes", ({ values }) => values.set(2, [["other", of(31)]])],
  ["a digest of no bytes", ({ values }) => values.set(2, [["other", of(0)]])],
  ["a digest of 65 bytes", ({ values }) => values.set(2, [["other", of(65)]])],
  ["sha-256 of 48 bytes", ({ values }) => values.set(2, [["sha-256", of(48)]])],
  ["sha-512 of 32 bytes", ({ values }) => values.set(2, [["sha-512", of(32)]])],
  ["hash 7 of 32 bytes", ({ values }) => values.set(2, [[7, of(32)]])],
  ["a hash by a number that PSA has none for", ({ values }) => values.set(2, [[2, of(32)]])],
  [
    "the second digest broken",
    ({ values }) =>
      values.set(2, [
        ["sha-256", DIGEST],
        ["sha-384", of(32)],
      ]),
  ],
  [
    "twice the same algorithm, by name and by number",
    ({ values }) =>
      values.set(2, [
        ["sha-256", DIGEST],
        [1, of(32)],
      ]),
  ],
  ["signer id missing", ({ values }) => values.delete(13)],
  ["two signer ids", ({ values }) => values.set(13, [opaque(SIGNER_ID), opaque(SIGNER_ID)])],
  ["signer id of 31 bytes", ({ values }) => values.set(13, [opaque(of(31))])],
  ["signer id of 0 bytes", ({ values }) => values.set(13, [opaque(of(0))])],
  ["signer id as a key", ({ values }) => values.set(13, [new CborTag(554, PEM)])],
  ["signer id as a text of 32", ({ values }) => values.set(13, [new CborTag(554, "x".repeat(32))])],
  ["a further measurement value", ({ values }) => values.set(1, 7)],
  ["an extension of the measurement values", ({ values }) => values.set(100, "1234567890123 - 12345")],
  ["instance id missing", ({ keyEnvironment }) => keyEnvironment.delete(1)],
  ["instance id of 32 bytes", ({ keyEnvironment }) => keyEnvironment.set(1, ueid(of(32)))],
  ["instance id of another type", ({ keyEnvironment }) => keyEnvironment.set(1, ueid(of(33).fill(2)))],
  ["instance id as opaque bytes", ({ keyEnvironment }) => keyEnvironment.set(1, opaque(INSTANCE_ID))],
  ["implementation id of a key missing", ({ keyEnvironment }) => keyEnvironment.delete(0)],
  ["two keys", ({ keyRecord }) => keyRecord.splice(1, 1, [new CborTag(554, PEM), new CborTag(554, PEM)])],
  ["a certificate for a key", ({ keyRecord }) => keyRecord.splice(1, 1, [new CborTag(555, PEM)])],
  ["a key that is no PEM", ({ keyRecord }) => keyRecord.splice(1, 1, [new CborTag(554, "base64_key_X")])],
];

describe("CoRIM, PSA profile", () => {
  it("is refused where it is not what the profile says", () => {
    for (const [what, change] of BROKEN) {
      const corim = parseCorim(corimWith(change));
      assert.strictEqual(
        thrownBy(() => readPsaEndorsements(corim)),
        "CORIM_STRUCTURE",
        what,
      );
    }
  });
});
