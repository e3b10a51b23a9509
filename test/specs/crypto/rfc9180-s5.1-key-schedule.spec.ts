// SPDX-License-Identifier: Apache-2.0
/** HPKE's base mode from the shared secret on (RFC 9180 §5.1, §5.3): what the contract has is enough, secrets in handles. */
import type { KeyAttributes } from "../../../sdk/contracts/crypto.js";
import { assert } from "../../harness/assert.js";
import { crypto } from "../../harness/machine.js";
import { describe, it } from "../../harness/spec.js";
import { ascii, encodeHex, exported, hex, NONE, using, withKey } from "./support.js";

/** Appendix A.5.1: DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, ChaCha20Poly1305. */
const SHARED_SECRET = "806520f82ef0b03c823b7fc524b6b55a088f566b9751b89551c170f4113bd850";
const CONTEXT =
  "00b738cd703db7b4106e93b4621e9a19c89c838e55964240e5d3f331aaf8b0d58b2e986ea1c671b61cf45eec134dac0bae58ec6f63e790b1400b47c33038b0269c";
const KEY = "a8f45490a92a3b04d1dbf6cf2c3939ad8bfc9bfcb97c04bffe116730c9dfe3fc";
const BASE_NONCE = "726b4390ed2209809f58c693";
const EXPORTER_SECRET = "4f9bd9b3a8db7d7c3a5b9d44fdc1f6e37d5d77689ade5ec44a7242016e6aa205";
const EXPORTED = "9b13c510416ac977b553bf1741018809c246a695f45eff6d3b0356dbefe1e660";

const EXTRACT = "HKDF_EXTRACT_SHA_256";
const SALT: KeyAttributes = { type: "RAW_DATA", bits: 256, usage: ["derive"], alg: EXTRACT };
const PRK: KeyAttributes = {
  ...{ type: "DERIVE", bits: 256, usage: ["derive", "deriveBytes", "export"], alg: "HKDF_EXPAND_SHA_256" },
};
const AEAD: KeyAttributes = { type: "CHACHA20", bits: 256, usage: ["export"], alg: "CHACHA20_POLY1305" };

function labeled(label: string): Uint8Array {
  return Uint8Array.of(...ascii("HPKE-v1HPKE"), 0, 0x10, 0, 1, 0, 3, ...ascii(label));
}

function labeledInfo(label: string, info: Uint8Array, length: number): Uint8Array {
  return Uint8Array.of(length >> 8, length & 0xff, ...labeled(label), ...info);
}

describe("RFC 9180 §5.1 key schedule of the base mode", () => {
  it("gives key, base_nonce and exporter_secret of A.5.1", () => {
    const ikm = labeled("secret");
    const label: KeyAttributes = { type: "DERIVE", bits: 8 * ikm.length, usage: ["derive"], alg: EXTRACT };
    withKey(SALT, SHARED_SECRET, (sharedSecret) => {
      withKey(label, encodeHex(ikm), (noPsk) => {
        using(crypto.hkdfExtract(EXTRACT, sharedSecret, noPsk, PRK), (secret) => {
          const info = (name: string, length: number) => labeledInfo(name, hex(CONTEXT), length);
          assert.strictEqual(encodeHex(exported(crypto.hkdfExpand(secret, info("key", 32), AEAD))), KEY);
          assert.strictEqual(encodeHex(crypto.hkdfExpandBytes(secret, info("base_nonce", 12), 12)), BASE_NONCE);
          using(crypto.hkdfExpand(secret, info("exp", 32), PRK), (exporter) => {
            assert.strictEqual(encodeHex(crypto.exportKey(exporter)), EXPORTER_SECRET);
            const value = crypto.hkdfExpandBytes(exporter, labeledInfo("sec", NONE, 32), 32);
            assert.strictEqual(encodeHex(value), EXPORTED);
          });
        });
      });
    });
  });
});
