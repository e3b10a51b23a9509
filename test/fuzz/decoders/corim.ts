// SPDX-License-Identifier: Apache-2.0
/** CoRIMs of the PSA profile, as if they were rightly signed: what is accepted can be made, and says the same again. */
import { parseCorim } from "../../../sdk/attestation/corim.js";
import { createCorim } from "../../../sdk/attestation/corim-create.js";
import { type PsaEndorsements, readPsaEndorsements } from "../../../sdk/attestation/corim-psa.js";
import type { ReferenceComponent } from "../../../sdk/attestation/reference-values.js";
import { encodeHex } from "../../../sdk/bytes/hex.js";
import type { KeyId } from "../../../sdk/contracts/crypto.js";
import { verifySign1 } from "../../../sdk/cose/sign1.js";
import { corimWith, opaque } from "../../specs/attestation/corim-made.js";
import { type Decoder, Finding } from "./decoder.js";

const KEY = 1 as KeyId;
const TRUSTING = Object.freeze({ signMessage: () => new Uint8Array(64), verifyMessage: () => undefined });

function samples(): Uint8Array[] {
  return [
    corimWith(),
    corimWith(({ corim, triples, values }) => {
      triples.delete(3);
      corim.set(0, new Uint8Array(16));
      values.delete(0);
      values
        .set(2, [
          [8, new Uint8Array(64)],
          ["sha-384", new Uint8Array(48)],
        ])
        .set(13, [opaque(new Uint8Array(48))]);
    }),
  ];
}

function describeComponent({ type, version, value, signerId }: ReferenceComponent): string {
  return JSON.stringify([type ?? null, version ?? null, encodeHex(value), encodeHex(signerId as Uint8Array)]);
}

/** All of it as text, to be compared. */
function describe({ referenceValues, deviceKeys }: PsaEndorsements): string {
  const references = referenceValues.map(
    (one) => `${encodeHex(one.implementationId)}: ${one.components.map(describeComponent).join()}`,
  );
  const keys = deviceKeys.map((one) =>
    [one.instanceId, one.implementationId, one.publicKey].map((bytes) => encodeHex(bytes)).join(" "),
  );
  return [...references, ...keys].join("\n");
}

export function corimDecoder(read: (bytes: Uint8Array) => PsaEndorsements = readBytes): Decoder {
  return {
    name: "CoRIM",
    samples: samples(),
    check(bytes) {
      const { referenceValues, deviceKeys, unused } = read(bytes);
      for (const { components } of referenceValues) {
        if (components.some(({ value }) => ![32, 48, 64].includes(value.length)))
          throw new Finding("a digest of no hash");
      }
      const content = { id: "again", signer: "fuzz", referenceValues, deviceKeys };
      const again = verifySign1(TRUSTING, KEY, createCorim(TRUSTING, KEY, content)).payload;
      const [before, after] = [describe({ referenceValues, deviceKeys, unused }), describe(readBytes(again))];
      if (before !== after) throw new Finding(`${before} is read as ${after}`);
    },
  };
}

function readBytes(bytes: Uint8Array): PsaEndorsements {
  return readPsaEndorsements(parseCorim(bytes));
}
