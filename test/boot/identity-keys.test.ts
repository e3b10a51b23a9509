// SPDX-License-Identifier: Apache-2.0
/** The identity keys of a provisioned device, as its app has them: what Node computes from OTP, and not to be had otherwise. */
import { createPublicKey, verify } from "node:crypto";
import { assert } from "chai";
import { OTP_OFFSET } from "../../host-sim/board/layout.js";
import { useEngines } from "../cli/support.js";
import { BOARDS, nameOf } from "../refusals/boards.js";
import { deviceId, identityKeys } from "./chain.js";
import { Fuse, SignedDevice } from "./signed-device.js";

const MESSAGE = "signed by the device";
const APP = `
import { lifecycle } from "thimble/device/lifecycle";
import { crypto } from "thimble/device/crypto";
import { encodeHex } from "thimble/bytes/hex";
import { encodeUtf8 } from "thimble/bytes/utf8";
const say = (what, action) => {
  try { trace(what, " ", action(), "\\n"); } catch (error) { trace(what, " ", error.detail ?? error.code ?? error, "\\n"); }
};
const others = [];
const fill = () => { for (;;) others.push(crypto.generateKey({ type: "HMAC", bits: 256, usage: ["signMessage"], alg: "HMAC_SHA_256" })); };
say("others", fill);
say("no room", () => lifecycle.identityKey("signing"));
crypto.destroyKey(others.pop());
say("room for one", () => lifecycle.identityKey("signing") > 0);
say("no room", () => lifecycle.identityPublicKey("agreement"));
for (const key of others) crypto.destroyKey(key);
say("id", () => encodeHex(lifecycle.bootRecord().deviceId));
say("signing", () => encodeHex(lifecycle.identityPublicKey("signing")));
say("agreement", () => encodeHex(lifecycle.identityPublicKey("agreement")));
say("same", () => ["signing", "agreement"].every((which) => lifecycle.identityKey(which) === lifecycle.identityKey(which)));
const key = lifecycle.identityKey("signing");
say("signature", () => encodeHex(crypto.signMessage(key, "DETERMINISTIC_ECDSA_SHA_256", encodeUtf8(${JSON.stringify(MESSAGE)}))));
say("export", () => crypto.exportKey(key));
say("destroy", () => crypto.destroyKey(key));
say("attributes", () => JSON.stringify(crypto.getKeyAttributes(key)));
say("agreement signs", () => crypto.signMessage(lifecycle.identityKey("agreement"), "DETERMINISTIC_ECDSA_SHA_256", encodeUtf8("x")));
say("secret", () => lifecycle.makeSecret());
say("owner", () => lifecycle.setOwner(new Uint8Array(32)));
`;
const IN_DEBUG = `
import { lifecycle } from "thimble/device/lifecycle";
trace(lifecycle.bootRecord().lifecycle, "\\n");
try { lifecycle.identityKey("signing"); } catch (error) { trace(error.detail, "\\n"); }
`;
const ATTRIBUTES =
  '{"type":"ECC_KEY_PAIR_SECP_R1","bits":256,"usage":["signMessage","signHash"],"alg":"DETERMINISTIC_ECDSA_SHA_256","lifetime":"volatile"}';

describe("identity keys of a secured device", function () {
  this.timeout(120_000);
  useEngines(...BOARDS);

  for (const machine of BOARDS) {
    describe(nameOf(machine), () => {
      let device: SignedDevice;
      before(() => {
        device = new SignedDevice(machine);
      });
      after(() => device.remove());

      it("are what Node computes from the same OTP; they sign, and do not leave", async () => {
        await device.provision(APP);
        const said = await device.told();
        const values = new Map(said.map((line) => [line.replace(/ [^ ]*$/, ""), line.replace(/^.* /, "")]));
        const [uds, roots] = device.use((state) => [
          state.read(OTP_OFFSET + Fuse.uds, 32),
          state.read(OTP_OFFSET + Fuse.roots, 64),
        ]) as [Uint8Array, Uint8Array];
        const { signing, agreement } = identityKeys({ uds, roots, epoch: 0 });
        assert.strictEqual(values.get("id"), deviceId(uds));
        assert.strictEqual(values.get("signing"), signing);
        assert.strictEqual(values.get("agreement"), agreement);

        const point = Buffer.from(signing, "hex");
        const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((part) => part.toString("base64url"));
        const jwk = { kty: "EC", crv: "P-256", x: x as string, y: y as string };
        const key = { key: createPublicKey({ key: jwk, format: "jwk" }), dsaEncoding: "ieee-p1363" } as const;
        assert.isTrue(verify("sha256", Buffer.from(MESSAGE), key, Buffer.from(values.get("signature") ?? "", "hex")));
        assert.deepEqual(
          said.filter((line) =>
            /^(others|no room|room for one|same|export|destroy|attributes|agreement signs|secret|owner) /.test(line),
          ),
          [
            "others PSA_ERROR_INSUFFICIENT_MEMORY",
            "no room PSA_ERROR_INSUFFICIENT_MEMORY",
            "room for one true",
            "no room PSA_ERROR_INSUFFICIENT_MEMORY",
            "same true",
            "export PSA_ERROR_NOT_PERMITTED",
            "destroy PSA_ERROR_NOT_PERMITTED",
            `attributes ${ATTRIBUTES}`,
            "agreement signs PSA_ERROR_NOT_PERMITTED",
            "secret LIFECYCLE_STATE",
            "owner LIFECYCLE_STATE",
          ],
        );
      });

      it("are not there in debug", async () => {
        device.write("app0", await device.signedApp(IN_DEBUG));
        device.setFuses({ [Fuse.debug]: Uint8Array.of(1) });
        assert.deepEqual(await device.told(), ["debug", "IDENTITY_UNAVAILABLE", "stopped"]);
      });
    });
  }
});
