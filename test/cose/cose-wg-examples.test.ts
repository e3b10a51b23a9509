// SPDX-License-Identifier: Apache-2.0
/** The COSE working group's COSE_Sign1 examples: every file of two folders, verified, refused, or not supported by name. */
import { assert } from "chai";
import { it } from "mocha";
import { createNodeCrypto } from "../../devices/node/crypto.js";
import { decodeHex, encodeHex } from "../../sdk/bytes/hex.js";
import { decodeCbor } from "../../sdk/cbor/decode.js";
import { CborTag, type CborValue } from "../../sdk/cbor/value.js";
import { parseSign1Headers, sigStructure, verifySign1 } from "../../sdk/cose/sign1.js";
import { describeVectors, type Vectors } from "../harness/vectors.js";
import { thrownBy } from "../specs/thrown.js";
import { importPublic } from "./example-key.js";

interface Example {
  readonly title: string;
  readonly fail?: boolean;
  readonly input: {
    readonly plaintext: string;
    readonly sign0?: {
      readonly key: { readonly crv: string; readonly x: string; readonly y: string };
      readonly external?: string;
    };
  };
  readonly intermediates: { readonly ToBeSign_hex?: string };
  readonly output: { readonly cbor: string };
}

/** Valid examples that are refused, with what is thrown and why. */
const NOT_SUPPORTED: Readonly<Record<string, readonly [thrown: string, why: string]>> = {
  "sign1-tests/sign-pass-01.json": [
    "COSE_ALG_UNPROTECTED",
    "alg is only in the unprotected bucket (docs/deviations.md)",
  ],
  "ecdsa-examples/ecdsa-sig-02.json": ["COSE_ALG_UNSUPPORTED", "ES384 is not carried out yet"],
  "ecdsa-examples/ecdsa-sig-03.json": ["COSE_ALG_UNSUPPORTED", "ES512 is not carried out yet"],
  "ecdsa-examples/ecdsa-sig-04.json": ["COSE_ALG_UNSUPPORTED", "ES512 with a P-256 key is not carried out yet"],
  "ecdsa-examples/ecdsa-04.json": ["COSE_TAG@0", "COSE_Sign (tag 98) is not carried out yet"],
};

/** Invalid examples and what refuses them. */
const FAILURES: Readonly<Record<string, string>> = {
  "sign1-tests/sign-fail-02.json": "PSA_ERROR_INVALID_SIGNATURE",
  "sign1-tests/sign-fail-03.json": "COSE_ALG_UNSUPPORTED",
  "sign1-tests/sign-fail-07.json": "PSA_ERROR_INVALID_SIGNATURE",
};

function verify(example: Example): Uint8Array {
  const crypto = createNodeCrypto();
  const { key, external = "" } = example.input.sign0 ?? { key: { crv: "", x: "", y: "" } };
  const [x, y] = [key.x, key.y].map((coordinate) => new Uint8Array(Buffer.from(coordinate, "base64url")));
  const usesP256 = key.crv === "P-256";
  const handle = usesP256
    ? importPublic(crypto, x as Uint8Array, y as Uint8Array)
    : (0 as ReturnType<typeof importPublic>);
  return verifySign1(crypto, handle, decodeHex(example.output.cbor), { externalAad: decodeHex(external) }).payload;
}

/** The Sig_structure that the file prints, from the message's own parts: also where the example is not supported. */
function assertToBeSigned(example: Example): void {
  const { ToBeSign_hex } = example.intermediates;
  if (ToBeSign_hex === undefined) return; // COSE_Sign gives it per signer
  const message = decodeHex(example.output.cbor);
  const decoded = decodeCbor(message);
  const parts = (decoded instanceof CborTag ? decoded.value : decoded) as CborValue[];
  const external = decodeHex(example.input.sign0?.external ?? "");
  const structure = sigStructure(parseSign1Headers(message).protectedBytes, external, parts[2] as Uint8Array);
  assert.strictEqual(encodeHex(structure), ToBeSign_hex.toLowerCase());
}

function defineExample(vectors: Vectors, name: string): void {
  const example = vectors.json(name) as Example;
  const failure = FAILURES[name];
  const unsupported = NOT_SUPPORTED[name];
  if (example.fail === true) {
    it(`${name} refuses: ${example.title}`, () => {
      assert.isDefined(failure, "an invalid example that this test does not know");
      assert.strictEqual(
        thrownBy(() => verify(example)),
        failure,
      );
    });
  } else if (unsupported !== undefined) {
    it(`${name} is not supported: ${unsupported[1]}`, () => {
      assert.strictEqual(
        thrownBy(() => verify(example)),
        unsupported[0],
      );
      assertToBeSigned(example);
    });
  } else {
    it(`${name} verifies: ${example.title}`, () => {
      assert.strictEqual(new TextDecoder().decode(verify(example)), example.input.plaintext);
      assertToBeSigned(example);
    });
  }
}

describeVectors("COSE working group examples of COSE_Sign1", "cose-wg-examples", (vectors) => {
  const names = ["sign1-tests", "ecdsa-examples"].flatMap((folder) =>
    vectors.list(folder, ".json").map((file) => `${folder}/${file}`),
  );
  for (const name of names) defineExample(vectors, name);

  it("knows each file that it treats apart", () => {
    const apart = [...Object.keys(NOT_SUPPORTED), ...Object.keys(FAILURES)];
    assert.deepEqual(
      apart.filter((name) => !names.includes(name)),
      [],
    );
    assert.strictEqual(names.length - apart.length, 2);
  });
});
