// SPDX-License-Identifier: Apache-2.0
/** Claims of CBOR CDI certificates that are not as the Open Profile for DICE v2.6 has them: from its text. */
import { decodeHex, encodeHex } from "../../../sdk/bytes/hex.js";
import { verifyDiceCertificate } from "../../../sdk/dice/verify.js";
import { assert } from "../../harness/assert.js";
import { crypto } from "../../harness/machine.js";
import { describe, it } from "../../harness/spec.js";
import { thrownBy } from "../thrown.js";
import {
  believing,
  claimsOf,
  coseKey,
  type Entry,
  entriesOf,
  HASHES,
  item,
  LABEL,
  type Name,
  text,
  unsigned,
  withClaim,
  withIssuer,
  without,
  ZERO,
} from "./known.js";

const refused = (entries: readonly Entry[]): string => {
  const certificate = unsigned(claimsOf(entries));
  return thrownBy(() => withIssuer(HASHES, (key) => verifyDiceCertificate(believing(), key, certificate)));
};
const bytes = (length: number, byte = "11"): string => item("bytes", byte.repeat(length));

describe("Open Profile for DICE, a claim", () => {
  it("that has to be there and is not is refused", () => {
    assert.strictEqual(refused(without("iss")), "DICE_ISSUER");
    assert.strictEqual(refused(without("sub")), "DICE_SUBJECT");
    for (const name of ["codeHash", "configurationDescriptor", "authorityHash", "mode", "keyUsage"] as const) {
      assert.strictEqual(refused(without(name)), "DICE_CLAIM", name);
    }
    assert.strictEqual(refused(without("subjectPublicKey")), "DICE_CLAIM");
    assert.strictEqual(refused(without("profileName")), "nothing");
  });

  it("of another type is refused", () => {
    for (const name of ["iss", "sub"] as const) assert.strictEqual(refused(withClaim(name, "4101")), "CWT_CLAIM", name);
    for (const name of Object.keys(LABEL) as Name[]) {
      if (name === "iss" || name === "sub") continue;
      const wrong = ["00", "f6", "80", name === "profileName" ? "4101" : "6131"];
      for (const value of wrong) assert.strictEqual(refused(withClaim(name, value)), "DICE_CLAIM", `${name} ${value}`);
    }
  });

  it("of another length is refused: hashes have 64 bytes, mode and keyUsage one", () => {
    for (const name of ["codeHash", "authorityHash", "configurationDescriptor", "configurationHash"] as const) {
      for (const length of [0, 32, 63, 65]) {
        assert.strictEqual(refused(withClaim(name, bytes(length))), "DICE_CLAIM", `${name} ${length}`);
      }
    }
    for (const value of ["40", "420000", "422000"]) {
      assert.strictEqual(refused(withClaim("mode", value)), "DICE_CLAIM", value);
      assert.strictEqual(refused(withClaim("keyUsage", value)), "DICE_CLAIM", value);
    }
  });

  it("of the mode is 0 to 3, of the key's usage keyCertSign alone", () => {
    for (const mode of ["04", "05", "7f", "80", "ff"]) {
      assert.strictEqual(refused(withClaim("mode", `41${mode}`)), "DICE_CLAIM", mode);
    }
    for (const usage of ["00", "01", "04", "21", "60", "a0", "ff"]) {
      assert.strictEqual(refused(withClaim("keyUsage", `41${usage}`)), "DICE_CLAIM", usage);
    }
  });

  it("of a configuration's hash is that of the descriptor", () => {
    const descriptor = decodeHex("a0");
    const hash = encodeHex(crypto.hashCompute("SHA_512", descriptor));
    const withHash = (content: string, of: string): Entry[] => [
      ...without("configurationDescriptor").slice(0, 3),
      [LABEL.configurationHash, item("bytes", content)],
      [LABEL.configurationDescriptor, of],
      ...without("configurationDescriptor").slice(3),
    ];
    assert.strictEqual(refused(withHash(hash, "41a0")), "nothing");
    assert.strictEqual(refused(withHash(hash, "41a1")), "DICE_CONFIGURATION");
    assert.strictEqual(refused(withHash(HASHES.configuration, "41a0")), "DICE_CONFIGURATION");
    assert.strictEqual(refused(withClaim("configurationHash", bytes(64))), "DICE_CONFIGURATION");
    const sha256 = encodeHex(crypto.hashCompute("SHA_256", descriptor));
    assert.strictEqual(refused(withHash(sha256, "41a0")), "DICE_CLAIM");
  });
});

describe("Open Profile for DICE, a name", () => {
  it("that is not the identifier of its key is refused", () => {
    for (const other of [HASHES.subject, ZERO.issuer, HASHES.issuer.toUpperCase(), HASHES.issuer.slice(2), ""]) {
      assert.strictEqual(refused(withClaim("iss", text(other))), "DICE_ISSUER", other);
    }
    for (const other of [HASHES.issuer, ZERO.subject, HASHES.subject.toUpperCase(), `${HASHES.subject} `, ""]) {
      assert.strictEqual(refused(withClaim("sub", text(other))), "DICE_SUBJECT", other);
    }
  });
});

describe("Open Profile for DICE, keys that are made on the way", () => {
  /** How many are left, of those that a verification makes. */
  function left(entries: readonly Entry[]): string {
    let keys = 0;
    const one = believing();
    const made = <T>(key: T): T => {
      keys++;
      return key;
    };
    const counting: typeof one = {
      ...one,
      importKey: (...words) => made(one.importKey(...words)),
      hkdfExtract: (...words) => made(one.hkdfExtract(...words)),
      destroyKey: (key) => {
        one.destroyKey(key);
        keys--;
      },
    };
    const certificate = unsigned(claimsOf(entries));
    const thrown = thrownBy(() => withIssuer(HASHES, (key) => verifyDiceCertificate(counting, key, certificate)));
    return `${thrown} ${keys}`;
  }

  it("are destroyed again, whatever comes of it", () => {
    assert.strictEqual(left(entriesOf(HASHES)), "nothing 0");
    assert.strictEqual(left(withClaim("sub", text(HASHES.issuer))), "DICE_SUBJECT 0");
    assert.strictEqual(left(without("mode")), "DICE_CLAIM 0");
    assert.strictEqual(left(withClaim("subjectPublicKey", item("bytes", coseKey(ZERO.point)))), "DICE_SUBJECT 0");
  });
});

describe("Open Profile for DICE, the subject's key", () => {
  const withKey = (key: string): string => refused(withClaim("subjectPublicKey", item("bytes", key)));
  const good = coseKey(HASHES.point);

  it("is a public COSE_Key on P-256, for signatures", () => {
    assert.strictEqual(withKey(good), "nothing");
    assert.strictEqual(withKey("a0"), "COSE_KEY_VALUE");
    assert.strictEqual(withKey(`${good}00`).replace(/@.*/, ""), "CBOR_TRAILING_BYTES");
    assert.strictEqual(withKey(good.slice(0, -2)).replace(/@.*/, ""), "CBOR_TRUNCATED");
    assert.strictEqual(withKey(good.replace("2001", "2002")), "COSE_KEY_UNSUPPORTED");
    assert.strictEqual(
      withKey(`a401010327200621${item("bytes", "0d14e5de292eb1c8b31beae43ab55d8e9dc014b73eaa83b925a0788cc62e5c8d")}`),
      "DICE_CLAIM",
    );
    assert.strictEqual(withKey("a20104204101"), "COSE_KEY_PRIVATE");
    assert.strictEqual(withKey(good.replace("a6", "a7").concat(`235820${"01".repeat(32)}`)), "COSE_KEY_PRIVATE");
    assert.strictEqual(withKey(good.replace("048102", "048101")), "COSE_KEY_USE");
    assert.strictEqual(withKey(good.replace("0326", "0327")), "COSE_KEY_USE");
  });

  it("is on the curve, and the one that sub names", () => {
    const off = `${HASHES.point.slice(0, -1)}c`;
    assert.strictEqual(withKey(coseKey(off)), "PSA_ERROR_INVALID_ARGUMENT");
    assert.strictEqual(withKey(coseKey("00".repeat(64))), "PSA_ERROR_INVALID_ARGUMENT");
    assert.strictEqual(withKey(coseKey(ZERO.point)), "DICE_SUBJECT");
  });
});
