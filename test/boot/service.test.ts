// SPDX-License-Identifier: Apache-2.0
/** The firmware's own app on a board, asked by datagrams: from a device as it is flashed to one that is decommissioned. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { assert } from "chai";
import { OTP_OFFSET } from "../../host-sim/board/layout.js";
import { WINDOW_NAME } from "../../host-sim/board/state-folder.js";
import { enginePath } from "../../host-sim/engine/paths.js";
import { keyHash, publicKeyOf } from "../../host-sim/keys/public-key.js";
import { generateKey, signerOf } from "../../host-sim/keys/store.js";
import { BenchDevice } from "../../host-sim/provision/bench-device.js";
import { ownerKeyOf } from "../../host-sim/provision/owner.js";
import { createOrder } from "../../sdk/identity/order.js";
import { useEngines } from "../cli/support.js";
import { BOARDS, nameOf } from "../refusals/boards.js";
import { identityKeys } from "./chain.js";
import { Fuse, SignedDevice } from "./signed-device.js";

async function refusalOf(asked: Promise<unknown>): Promise<string> {
  try {
    await asked;
  } catch (error) {
    return (error as { refusal?: string }).refusal ?? String(error);
  }
  return "done";
}

describe("the service app", function () {
  this.timeout(120_000);
  useEngines(...BOARDS);

  for (const machine of BOARDS) {
    it(`takes a device from the line to its owner, and to its end, on ${nameOf(machine)}`, async () => {
      const flashed = new SignedDevice(machine);
      const { keys } = flashed;
      flashed.write("trust0", keys.record());
      flashed.write("fw0", flashed.signedFirmware());
      flashed.write("app0", await flashed.signedApp(`trace("app runs\\n");`));
      const said: string[] = [];
      const { board, variant } = machine;
      const device = new BenchDevice({
        board,
        program: enginePath(board, variant),
        folder: flashed.folder,
        onConsole: (text) => said.push(text),
      });
      const { client } = device;
      const [first, second] = keys.roots.map(({ publicKey }) => keyHash(publicKeyOf(publicKey))) as [Buffer, Buffer];
      const owner = signerOf(generateKey());
      const ownerHash = keyHash(publicKeyOf(owner.publicKey));
      try {
        await device.startService();
        assert.strictEqual((await client.ask("status")).lifecycle, "assembly-and-test");
        assert.strictEqual(await refusalOf(client.ask("set-roots", first, second)), "LIFECYCLE_STATE");
        await client.ask("make-secret");
        assert.strictEqual(await refusalOf(client.ask("make-secret")), "LIFECYCLE_STATE");
        await device.restart();
        assert.strictEqual(await refusalOf(client.ask("set-roots", second, ownerHash)), "IMAGE_E_KEY");
        assert.strictEqual(await refusalOf(client.ask("secure")), "LIFECYCLE_STATE");
        await client.ask("set-roots", first, second);
        assert.strictEqual(await refusalOf(client.ask("public-keys")), "IDENTITY_UNAVAILABLE");
        await device.restart();
        await client.ask("set-owner", ownerHash);
        const { signing, agreement } = await client.ask("public-keys");
        await client.ask("secure");
        assert.strictEqual((await client.ask("status")).lifecycle, "secured");

        await device.stop();
        const otp = readFileSync(join(flashed.folder, WINDOW_NAME)).subarray(OTP_OFFSET);
        const [uds, roots] = [otp.subarray(Fuse.uds, Fuse.uds + 32), otp.subarray(Fuse.roots, Fuse.roots + 64)];
        const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
        assert.deepEqual({ signing: hex(signing), agreement: hex(agreement) }, identityKeys({ uds, roots, epoch: 0 }));

        await device.startService();
        assert.strictEqual(await refusalOf(client.ask("public-keys")), "IDENTITY_UNAVAILABLE");
        const challenge = await client.ask("challenge");
        const { deviceId } = await client.ask("boot-record");
        const { crypto, key } = ownerKeyOf(owner);
        const order = {
          order: "decommission",
          deviceId: deviceId as Uint8Array,
          challenge,
          argument: new Uint8Array(0),
        } as const;
        const signed = createOrder(crypto, key, order);
        await client.ask("order", owner.publicKey, signed);
        assert.strictEqual(await refusalOf(client.ask("order", owner.publicKey, signed)), "LIFECYCLE_ORDER");
        await device.restart();
        assert.strictEqual((await client.ask("status")).lifecycle, "decommissioned");
        for (const operation of ["make-secret", "secure", "challenge"] as const) {
          assert.strictEqual(await refusalOf(client.ask(operation)), "LIFECYCLE_STATE");
        }
        assert.strictEqual(await refusalOf(client.ask("public-keys")), "IDENTITY_UNAVAILABLE");
        assert.match(said.join(""), /^service: assembly-and-test, udp port 4419\n/);
        assert.match(said.join(""), /service: decommissioned, udp port 4419\n$/);
      } finally {
        await device.close();
        flashed.remove();
      }
    });
  }
});
