// SPDX-License-Identifier: Apache-2.0
/** The CoRIM examples of Veraison as suites, a folder each. */
import { encodeHex } from "../../../sdk/bytes/hex.js";
import type { Vectors } from "../../harness/vectors.js";
import type { Case, Suite } from "../suite.js";
import type { CorimCase } from "./run-case.js";

const base64UrlToHex = (text: string): string => Buffer.from(text, "base64url").toString("hex");

/** The key that SOURCE.txt names for all that is signed. */
function signerOf(vectors: Vectors): string {
  const { x, y } = vectors.json("corim/testcases/src/ec-p256.jwk") as { readonly x: string; readonly y: string };
  return `04${base64UrlToHex(x)}${base64UrlToHex(y)}`;
}

/** What a file is, by where it is and what its first bytes say; the name says which are invalid. */
function caseOf(id: string, bytes: Uint8Array, signer: string): Case {
  const kind = bytes[0] === 0xd2 ? "signed" : id.startsWith("comid") ? "comid" : "corim";
  const data: CorimCase = { kind, hex: encodeHex(bytes), isInvalid: id.includes("invalid"), signer };
  return { id, data };
}

const OTHERS: Readonly<Record<string, string>> = Object.freeze({
  "coev/testcases": "Concise Evidence (tag 571) is another protocol: PSA's evidence is the token",
  "coserv/testvectors": "CoSERV, queries for endorsements, is another protocol",
});

export function readCorim(vectors: Vectors): Suite[] {
  const signer = signerOf(vectors);
  return ["comid/testcases", "corim/testcases", "profiles/psa/testcases", ...Object.keys(OTHERS)].map((folder) => {
    const unsupported = OTHERS[folder];
    const cases = vectors.list(folder, ".cbor").map((id) => caseOf(id, vectors.bytes(`${folder}/${id}`), signer));
    const suite = { name: `corim-veraison/${folder}`, runner: "corim", cases, isSlow: false } as const;
    return unsupported === undefined ? suite : { ...suite, unsupported };
  });
}
