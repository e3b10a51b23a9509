// SPDX-License-Identifier: Apache-2.0
/** COSE_Sign1 and COSE_Sign against the npm package cose-js, which was written by others: they verify ours, we verify theirs. */
import { createPublicKey, verify as nodeVerify } from "node:crypto";
import { createRequire } from "node:module";
import { assert } from "chai";
import { describe, it } from "mocha";
import { encodeHex } from "../../sdk/bytes/hex.js";
import { CoseAlgorithm } from "../../sdk/cose/algorithms.js";
import { createSign, verifySign } from "../../sdk/cose/sign.js";
import { createSign1, parseSign1Headers, sigStructure, verifySign1 } from "../../sdk/cose/sign1.js";
import { thrownBy } from "../specs/thrown.js";
import { D, exampleKeys, KID, X, Y } from "./example-key.js";

/** The part of cose-js that we use; the package has no types of its own. */
interface CoseJs {
  readonly sign: {
    create(
      headers: { p: object; u: object },
      payload: Buffer,
      signer: object,
      options?: { excludetag?: boolean; encodep?: "empty" },
    ): Promise<Buffer>;
    verify(
      message: Buffer,
      verifier: { key: { x: Buffer; y: Buffer; kid?: Buffer }; externalAAD?: Buffer },
      options?: { defaultType?: number },
    ): Promise<Buffer>;
  };
}
const coseJs = createRequire(import.meta.url)("cose-js") as CoseJs;

const SIGN1 = 18;
const PAYLOADS = [0, 1, 23, 24, 255, 256, 5000].map((length) => new Uint8Array(length).map((_, i) => i));
const AADS = [new Uint8Array(0), Uint8Array.of(1, 2, 3)];
const buffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes);

describe("COSE_Sign1 and COSE_Sign against cose-js", () => {
  const { crypto, signer, verifier } = exampleKeys();
  const theirKey = { x: buffer(X), y: buffer(Y) };

  for (const payload of PAYLOADS) {
    for (const externalAad of AADS) {
      for (const tagged of [true, false]) {
        const title = `${payload.length} bytes, aad ${externalAad.length}, ${tagged ? "tagged" : "untagged"}`;

        it(`cose-js verifies ours: ${title}`, async () => {
          const options = { algorithm: CoseAlgorithm.ES256, payload, externalAad, tagged, kid: KID };
          const ours = createSign1(crypto, signer, options);
          const read = await coseJs.sign.verify(
            buffer(ours),
            { key: theirKey, externalAAD: buffer(externalAad) },
            { defaultType: SIGN1 },
          );
          assert.strictEqual(encodeHex(new Uint8Array(read)), encodeHex(payload));
        });

        it(`we verify theirs: ${title}`, async () => {
          const theirs = await coseJs.sign.create(
            { p: { alg: "ES256" }, u: { kid: "11" } },
            buffer(payload),
            { key: { d: buffer(D) }, externalAAD: buffer(externalAad) },
            { excludetag: !tagged },
          );
          const message = new Uint8Array(theirs);
          const verified = verifySign1(crypto, verifier, message, { externalAad });
          assert.strictEqual(encodeHex(verified.payload), encodeHex(payload));
          assert.strictEqual(encodeHex(parseSign1Headers(message).kid as Uint8Array), encodeHex(KID));
        });
      }
    }
  }

  it("COSE_Sign with one signer both ways (cose-js makes and reads no more)", async () => {
    const payload = PAYLOADS[4] as Uint8Array;
    const externalAad = AADS[1] as Uint8Array;
    const ours = createSign(crypto, {
      payload,
      signers: [{ key: signer, algorithm: CoseAlgorithm.ES256, kid: KID, externalAad }],
    });
    const check = { key: { ...theirKey, kid: buffer(KID) }, externalAAD: buffer(externalAad) };
    const read = await coseJs.sign.verify(buffer(ours), check);
    assert.strictEqual(encodeHex(new Uint8Array(read)), encodeHex(payload));
    const signers = [
      { key: { d: buffer(D) }, externalAAD: buffer(externalAad), p: { alg: "ES256" }, u: { kid: "11" } },
    ];
    const theirs = await coseJs.sign.create({ p: {}, u: {} }, buffer(payload), signers);
    const verified = verifySign(crypto, verifier, new Uint8Array(theirs), { externalAad });
    assert.strictEqual(encodeHex(verified.payload), encodeHex(payload));
  });

  it("cose-js refuses ours with one bit of the payload flipped", async () => {
    const ours = createSign1(crypto, signer, { algorithm: CoseAlgorithm.ES256, payload: Uint8Array.of(1, 2, 3) });
    const at = ours.length - 64 - 2 - 1;
    ours[at] = (ours[at] as number) ^ 1;
    const error = await coseJs.sign.verify(buffer(ours), { key: theirKey }).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    assert.instanceOf(error, Error);
    assert.strictEqual(
      thrownBy(() => verifySign1(crypto, verifier, ours)),
      "PSA_ERROR_INVALID_SIGNATURE",
    );
  });

  it("node:crypto verifies ours with ESP256, which cose-js does not know", () => {
    const payload = Uint8Array.of(1, 2, 3);
    const ours = createSign1(crypto, signer, { algorithm: CoseAlgorithm.ESP256, payload });
    const [x, y] = [X, Y].map((coordinate) => buffer(coordinate).toString("base64url")) as [string, string];
    const key = createPublicKey({ key: { kty: "EC", crv: "P-256", x, y }, format: "jwk" });
    const signed = sigStructure(Uint8Array.of(0xa1, 0x01, 0x28), new Uint8Array(0), payload);
    assert.isTrue(nodeVerify("sha256", signed, { key, dsaEncoding: "ieee-p1363" }, ours.subarray(-64)));
    assert.strictEqual(verifySign1(crypto, verifier, ours).algorithm, -9);
  });
});
