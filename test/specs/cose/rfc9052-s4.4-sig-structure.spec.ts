// SPDX-License-Identifier: Apache-2.0
/** What is signed, and what a message looks like. The crypto here is a stand-in that shows what it is asked. */
import { decodeHex, encodeHex } from "../../../sdk/bytes/hex.js";
import type { CborValue } from "../../../sdk/cbor/value.js";
import { CoseAlgorithm } from "../../../sdk/cose/algorithms.js";
import { createSign1, type Sign1Options, sigStructure } from "../../../sdk/cose/sign1.js";
import { assert } from "../../harness/assert.js";
import { describe, it } from "../../harness/spec.js";
import { thrownBy } from "../thrown.js";
import { KEY, recorder, SIGNATURE } from "./recorder.js";

const bytes = (...values: number[]) => Uint8Array.of(...values);
const base: Sign1Options = { algorithm: CoseAlgorithm.ES256, payload: bytes(1, 2) };
const CONTEXT = "846a5369676e617475726531";

/** What `createSign1` signs, and what it sends, without the signature. */
function create(options: Partial<Sign1Options>): { signed: string; sent: string } {
  const crypto = recorder();
  const message = encodeHex(createSign1(crypto, KEY, { ...base, ...options }));
  assert.isTrue(message.endsWith(`5840${SIGNATURE}`));
  return { signed: crypto.messages.join(), sent: message.slice(0, -132) };
}

describe("RFC 9052 §4.4 Sig_structure", () => {
  it("holds context, protected bytes, external_aad and payload", () => {
    const structure = sigStructure(decodeHex("a10126"), bytes(9), bytes(1, 2));
    assert.strictEqual(encodeHex(structure), `${CONTEXT}43a101264109420102`);
  });

  it("takes an empty protected bucket as h'', whether it came as h'' or h'a0'", () => {
    const empty = `${CONTEXT}404040`;
    assert.strictEqual(encodeHex(sigStructure(bytes(), bytes(), bytes())), empty);
    assert.strictEqual(encodeHex(sigStructure(bytes(0xa0), bytes(), bytes())), empty);
  });

  it("takes nothing else for empty", () => {
    assert.strictEqual(encodeHex(sigStructure(bytes(0xa1), bytes(), bytes())), `${CONTEXT}41a14040`);
    assert.strictEqual(encodeHex(sigStructure(bytes(0xa0, 0xa0), bytes(), bytes())), `${CONTEXT}42a0a04040`);
  });

  it("writes lengths from 24 and 256 bytes in longer heads", () => {
    const structure = encodeHex(sigStructure(new Uint8Array(24), new Uint8Array(255), new Uint8Array(256)));
    assert.strictEqual(structure.slice(CONTEXT.length, CONTEXT.length + 4), "5818");
    assert.strictEqual(structure.length / 2, CONTEXT.length / 2 + 2 + 24 + 2 + 255 + 3 + 256);
  });
});

describe("RFC 9052 §4.2 COSE_Sign1 as it is sent", () => {
  it("is tagged, with alg protected and kid not", () => {
    const { signed, sent } = create({ kid: bytes(0x31, 0x31) });
    assert.strictEqual(sent, "d28443a10126a104423131420102");
    assert.strictEqual(signed, `${CONTEXT}43a1012640420102`);
  });

  it("is untagged when told to", () => {
    assert.strictEqual(create({ tagged: false }).sent, "8443a10126a0420102");
  });

  it("has nil in place of a detached payload, which is signed all the same", () => {
    const { signed, sent } = create({ detached: true });
    assert.strictEqual(sent, "d28443a10126a0f6");
    assert.strictEqual(signed, `${CONTEXT}43a1012640420102`);
  });

  it("signs external_aad and does not send it", () => {
    const { signed, sent } = create({ externalAad: bytes(7) });
    assert.strictEqual(sent, "d28443a10126a0420102");
    assert.strictEqual(signed, `${CONTEXT}43a101264107420102`);
  });

  it("names ESP256 (RFC 9864) as -9", () => {
    assert.strictEqual(create({ algorithm: CoseAlgorithm.ESP256 }).sent, "d28443a10128a0420102");
  });

  it("carries further headers in both buckets, sorted", () => {
    const protectedHeader = new Map([[3, 0]]);
    const unprotectedHeader = new Map([["x", 1]]);
    const { sent } = create({ protectedHeader, unprotectedHeader, kid: bytes(5) });
    assert.strictEqual(sent, "d28445a201260300a2044105617801420102");
  });

  it("nests unprotected headers no deeper than a reader goes: 16 levels, two of them the message and its headers", () => {
    const withHeader = (levels: number): Partial<Sign1Options> => {
      let value: CborValue = 0;
      for (let i = 0; i < levels; i++) value = [value];
      return { unprotectedHeader: new Map([["x", value]]), tagged: false };
    };
    assert.strictEqual(create(withHeader(14)).sent, `8443a10126a16178${"81".repeat(14)}00420102`);
    assert.strictEqual(
      thrownBy(() => create(withHeader(15))),
      "RangeError",
    );
  });

  it("refuses to make what a verifier would have to refuse", () => {
    const cases: readonly (readonly [string, Partial<Sign1Options>])[] = [
      ["COSE_ALG_UNSUPPORTED", { algorithm: -35 }],
      ["COSE_ALG_UNSUPPORTED", { algorithm: 0 }],
      ["COSE_DUPLICATE_LABEL", { protectedHeader: new Map([[1, -7]]) }],
      ["COSE_DUPLICATE_LABEL", { unprotectedHeader: new Map([[1, -7]]) }],
      ["COSE_DUPLICATE_LABEL", { unprotectedHeader: new Map([[4, bytes(1)]]), kid: bytes(1) }],
      ["COSE_DUPLICATE_LABEL", { protectedHeader: new Map([["a", 1]]), unprotectedHeader: new Map([["a", 1]]) }],
      ["COSE_HEADER_VALUE", { unprotectedHeader: new Map([[4, "text"]]) }],
      ["COSE_CRIT", { unprotectedHeader: new Map([[2, [1]]]) }],
      ["COSE_CRIT", { protectedHeader: new Map([[2, [99]]]) }],
      ["COSE_LABEL", { protectedHeader: new Map([[1.5, 0]]) }],
      ["TypeError", { payload: "text" as unknown as Uint8Array }],
      ["TypeError", { kid: "text" as unknown as Uint8Array }],
      ["TypeError", { externalAad: "text" as unknown as Uint8Array }],
    ];
    for (const [thrown, options] of cases)
      assert.strictEqual(
        thrownBy(() => create(options)),
        thrown,
      );
  });
});
