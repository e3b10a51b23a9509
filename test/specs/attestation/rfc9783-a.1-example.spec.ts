// SPDX-License-Identifier: Apache-2.0
/** RFC 9783 appendix A.1: the token that it prints, and the key that signed it. */
import { appraise } from "../../../sdk/attestation/verify.js";
import { decodeHex, encodeHex } from "../../../sdk/bytes/hex.js";
import { assert } from "../../harness/assert.js";
import { crypto } from "../../harness/machine.js";
import { describe, it } from "../../harness/spec.js";
import { withKey } from "../crypto/support.js";
import { outcomeOf } from "./lab.js";

const KEY =
  "044e5e22099e3bceb45b446d1355fd1dc3b545947b6fd7c1c89d886798c3726e8f" +
  "80d70b840b256aac34a62ede1043364f044095f003474b91e0182092afb13f2e";
const TOKEN =
  `d28443a10126a0590100a81901005821 01${"02".repeat(32)} 19095c5820 ${"00".repeat(32)} 0a5820 ${"01".repeat(32)}
  19095a1a7fffffff 19095b193000 19010978217461673a7073616365727469666965642e6f72672c323032333a7073612374666d
  19010c480000000000000000 19095f81a3055820 ${"04".repeat(32)} 025820 ${"03".repeat(32)} 016450526f54
  5840786e937a4c42667af3847399319ca95c7e7dbabdc9b50fdb8de3f6bff4ab82ff
  80c42140e2a488000219e3e10663193da69c75f52b798ea10b2f7041a90e8e5a`.replace(/\s/g, "");
const PUBLIC = {
  ...({ type: "ECC_PUBLIC_KEY_SECP_R1", bits: 256, usage: ["verifyMessage"] } as const),
  alg: "DETERMINISTIC_ECDSA_SHA_256",
} as const;

describe("RFC 9783 A.1", () => {
  it("prints a token that is accepted, with its claims", () => {
    withKey(PUBLIC, KEY, (key) => {
      const nonce = decodeHex("01".repeat(32));
      const appraisal = appraise(crypto, decodeHex(TOKEN), { nonce, devices: () => key, references: "unchecked" });
      assert.strictEqual(outcomeOf(appraisal), "accepted");
      if (appraisal.result === "refused") return;
      const { claims } = appraisal;
      assert.strictEqual(encodeHex(claims.bootSeed ?? new Uint8Array(0)), "00".repeat(8));
      assert.strictEqual(
        [claims.clientId, claims.securityLifecycle, claims.profile].join(),
        "2147483647,12288,tag:psacertified.org,2023:psa#tfm",
      );
      const [one] = claims.components;
      assert.strictEqual(
        [one?.type, encodeHex(one?.value ?? nonce), encodeHex(one?.signerId ?? nonce)].join(),
        `PRoT,${"03".repeat(32)},${"04".repeat(32)}`,
      );
    });
  });
});
