// SPDX-License-Identifier: Apache-2.0
/** COSE_KDF_Context, put together by hand: which bytes make the key, and that any other make another one. RFC 9053 §5.1, §5.2. */
import { encodeHex } from "../../../sdk/bytes/hex.js";
import type { KeyId } from "../../../sdk/contracts/crypto.js";
import { decryptEncrypt } from "../../../sdk/cose/encrypt.js";
import type { KdfContext } from "../../../sdk/cose/kdf.js";
import { assert } from "../../harness/assert.js";
import { crypto } from "../../harness/machine.js";
import { after, before, describe, it } from "../../harness/spec.js";
import { thrownBy } from "../thrown.js";
import {
  bstr,
  derived,
  EXTRACT_256,
  encryptMessage,
  GCM_128,
  KW_128,
  keyOf,
  P256,
  recipient,
  sealed,
  withKeys,
  wrapped,
} from "./by-hand.js";
import { CONTENT } from "./symmetric.js";

const NOBODY = "83f6f6f6";
const ALG = "43a10129";
/** Of AES-GCM with 128 bits, with nobody named, for direct+HKDF-SHA-256. */
const PLAIN = `8401${NOBODY}${NOBODY}821880${ALG}`;
const SALT = "3342aabb";
const WRONG = "PSA_ERROR_INVALID_SIGNATURE";

let secret: KeyId;

before(() => {
  secret = keyOf(3, EXTRACT_256);
});

after(() => crypto.destroyKey(secret));

interface Direct {
  /** The unprotected headers, a map; default: the salt aabb. */
  readonly headers?: string;
  /** The protected headers, a map. */
  readonly protectedMap?: string;
  readonly salt?: string;
  readonly own?: KdfContext;
}

/** @param context - the bytes that the sender derives with. @returns What the recipient throws. */
function outcome(context: string, options: Direct = {}): string {
  const { headers = `a1${SALT}`, protectedMap = "a10129", salt = "aabb", own } = options;
  return withKeys([derived(secret, "HKDF_EXTRACT_SHA_256", salt, context, GCM_128)], (key) => {
    const message = encryptMessage(sealed(key), recipient(protectedMap, headers, "40"));
    return thrownBy(() => {
      const { plaintext } = decryptEncrypt(crypto, { key: secret, ...(own && { context: own }) }, message);
      assert.strictEqual(encodeHex(plaintext), CONTENT);
    });
  });
}

describe("RFC 9053 §5.2 COSE_KDF_Context", () => {
  it("is [AlgorithmID, PartyUInfo, PartyVInfo, [keyDataLength, protected]]", () => {
    assert.strictEqual(outcome(PLAIN), "nothing");
  });

  it("has the content's algorithm, key length in bits, and the recipient's protected bucket", () => {
    for (const alg of ["02", "03", "04", "29", "22", "0a", "f6", "1801"]) {
      assert.strictEqual(outcome(PLAIN.replace("8401", `84${alg}`)), WRONG, alg);
    }
    for (const bits of ["10", "1900c0", "190100", "00", "1881", "190080"]) {
      assert.strictEqual(outcome(PLAIN.replace("821880", `82${bits}`)), WRONG, bits);
    }
    for (const bucket of ["40", "41a0", "43a1012a", "44a1013818", "a10129", "43a10101"]) {
      assert.strictEqual(outcome(PLAIN.replace(ALG, bucket)), WRONG, bucket);
    }
  });

  it("has exactly the items that there are: no nil for what is absent, no empty string", () => {
    const wrong = [
      PLAIN.replace("821880", "831880").concat("f6"),
      PLAIN.replace("821880", "831880").concat("40"),
      PLAIN.replace("84", "85").concat("f6"),
      PLAIN.replace("84", "85").concat("40"),
      PLAIN.replace(NOBODY, "80"),
      PLAIN.replace(NOBODY, "83404040"),
      PLAIN.replace(NOBODY, "f6"),
      `${PLAIN}00`,
    ];
    for (const context of wrong) assert.strictEqual(outcome(context), WRONG, context);
  });

  it("has each party's value from its own label, of either bucket, with an int nonce as int", () => {
    const uv = [
      ["34", "4101", "834101f6f6", NOBODY],
      ["35", "4101", "83f64101f6", NOBODY],
      ["35", "01", "83f601f6", NOBODY],
      ["35", "20", "83f620f6", NOBODY],
      ["35", "1bffffffffffffffff", "83f61bfffffffffffffffff6", NOBODY],
      ["36", "4101", "83f6f64101", NOBODY],
      ["37", "4101", NOBODY, "834101f6f6"],
      ["3818", "4101", NOBODY, "83f64101f6"],
      ["3819", "4101", NOBODY, "83f6f64101"],
      ["34", "40", "8340f6f6", NOBODY],
    ] as const;
    for (const [label, value, u, v] of uv) {
      const context = `8401${u}${v}821880`;
      const headers = `a2${SALT}${label}${value}`;
      assert.strictEqual(outcome(context + ALG, { headers }), "nothing", headers);
      assert.strictEqual(outcome(PLAIN, { headers }), WRONG, headers);
      assert.strictEqual(outcome(`8401${v}${u}821880${ALG}`, { headers }), WRONG, headers);
      const protectedMap = `a20129${label}${value}`;
      assert.strictEqual(outcome(context + bstr(protectedMap), { protectedMap }), "nothing", protectedMap);
      assert.strictEqual(outcome(PLAIN.replace(ALG, bstr(protectedMap)), { protectedMap }), WRONG, protectedMap);
    }
    const int = `a2${SALT}3501`;
    assert.strictEqual(outcome(PLAIN.replace(NOBODY, "83f64101f6"), { headers: int }), WRONG);
  });

  it("lets the caller's values count before those of the headers", () => {
    const headers = `a2${SALT}344101`;
    const own = { partyU: { identity: Uint8Array.of(2) } };
    assert.strictEqual(outcome(PLAIN.replace(NOBODY, "834102f6f6"), { headers, own }), "nothing");
    assert.strictEqual(outcome(PLAIN.replace(NOBODY, "834101f6f6"), { headers, own }), WRONG);
  });

  it("has SuppPubInfo.other and SuppPrivInfo where the caller knows them", () => {
    const bytes = Uint8Array.of(7);
    const pub = PLAIN.replace("821880", "831880").concat("4107");
    assert.strictEqual(outcome(pub, { own: { suppPubOther: bytes } }), "nothing");
    const priv = PLAIN.replace("84", "85").concat("4107");
    assert.strictEqual(outcome(priv, { own: { suppPrivInfo: bytes } }), "nothing");
    assert.strictEqual(outcome(priv, { own: { suppPubOther: bytes } }), WRONG);
    assert.strictEqual(outcome(PLAIN, { own: { suppPrivInfo: new Uint8Array(0) } }), WRONG);
  });

  it("is derived with the salt of the headers: no salt and an empty one are zeros", () => {
    assert.strictEqual(outcome(PLAIN, { salt: "aabc" }), WRONG);
    assert.strictEqual(outcome(PLAIN, { salt: "" }), WRONG);
    assert.strictEqual(outcome(PLAIN, { headers: "a0" }), WRONG);
    assert.strictEqual(outcome(PLAIN, { headers: "a0", salt: "" }), "nothing");
    assert.strictEqual(outcome(PLAIN, { headers: "a13340", salt: "" }), "nothing");
    assert.strictEqual(outcome(PLAIN, { headers: "a13340", salt: "00".repeat(32) }), "nothing");
  });

  it("an empty protected bucket of a recipient cannot be: alg stands there", () => {
    assert.strictEqual(
      outcome(PLAIN.replace(ALG, "40"), { protectedMap: "", headers: `a20129${SALT}` }),
      "COSE_ALG_UNPROTECTED",
    );
  });
});

describe("RFC 9053 §6.4 ECDH with AES Key Wrap", () => {
  it("derives for the wrap, not for the content: AlgorithmID -3, 128 bits", () => {
    const [own, ephemeral] = [crypto.generateKey(P256), crypto.generateKey(P256)];
    const shared = crypto.keyAgreement(ephemeral, crypto.exportPublicKey(own), EXTRACT_256);
    withKeys([own, ephemeral, shared, keyOf(2, GCM_128)], (_own, _ephemeral, _shared, key) => {
      const point = encodeHex(crypto.exportPublicKey(ephemeral)).slice(2);
      const header = `a120a401022001215820${point.slice(0, 64)}225820${point.slice(64)}`;
      const opened = (alg: string, bits: string, bucket = "44a101381c") => {
        const context = `84${alg}${NOBODY}${NOBODY}82${bits}${bucket}`;
        return withKeys([derived(shared, "HKDF_EXTRACT_SHA_256", "", context, KW_128)], (kek) => {
          const message = encryptMessage(sealed(key), recipient("a101381c", header, wrapped(kek, key)));
          return thrownBy(() => decryptEncrypt(crypto, { key: own }, message));
        });
      };
      assert.strictEqual(opened("22", "1880"), "nothing");
      for (const alg of ["01", "381c", "23", "24", "05"]) assert.strictEqual(opened(alg, "1880"), WRONG, alg);
      assert.strictEqual(opened("22", "190100"), WRONG);
      assert.strictEqual(opened("22", "1880", "40"), WRONG);
      assert.strictEqual(opened("22", "1880", "44a1013818"), WRONG);
    });
  });
});
