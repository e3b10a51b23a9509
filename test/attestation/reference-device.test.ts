// SPDX-License-Identifier: Apache-2.0
/** Reference values and the token of a device that boot started say the same, on both boards: computed here and measured there. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { encodePublicKey, publicKeyOf } from "../../host-sim/keys/public-key.js";
import { RUN_LIMIT_MS, useEngines } from "../cli/support.js";
import { makeFolder, removeFolders, run, runWell } from "../keys/support.js";
import { NONCE } from "./commands.js";

const HEX = NONCE.toString("hex");
const MANIFEST = {
  include: ["$(MODDABLE)/examples/manifest_base.json", "$(THIMBLE)/manifests/attestation.json"],
  modules: { "*": "./main" },
};
const MAIN = `import { decodeHex, encodeHex } from "thimble/bytes/hex";
import { attestation } from "thimble/device/attestation";
trace("token " + encodeHex(attestation.token(decodeHex("${HEX}"))) + "\\n");
trace("key " + encodeHex(attestation.publicKey()) + "\\n");
`;
const VERIFY = `attest verify token.hex --nonce ${HEX} --device-key device.pem`;

/** A device with a signed firmware and a signed app, and the reference of them. @returns its console. */
async function startDevice(folder: string, board: string): Promise<string> {
  writeFileSync(join(folder, "manifest.json"), JSON.stringify(MANIFEST));
  writeFileSync(join(folder, "main.ts"), MAIN);
  await runWell(folder, "keys create");
  for (const role of ["owner", "verifier"]) await runWell(folder, `keys create ${role}`);
  await runWell(folder, `build --board ${board}`);
  await runWell(folder, `build --board ${board} --firmware --output firmware.img`);
  await runWell(folder, `sign build/${board}-release/app.img --key image-1 --version 1.2.3`);
  await runWell(folder, "sign firmware.img --key image-1");
  const images = `build/${board}-release/app.signed.img`;
  await runWell(folder, `provision --state dev --board ${board} --app ${images} --firmware firmware.signed.img --yes`);
  await runWell(folder, `attest reference . firmware.signed.img --board ${board}`);
  const { stdout, stderr } = await run(folder, `sim --state dev --board ${board}`);
  return `${stdout}${stderr}`;
}

function partOf(console: string, name: string): string {
  const hex = new RegExp(`^${name} ([0-9a-f]+)$`, "m").exec(console)?.[1];
  if (hex === undefined) throw new Error(`the device did not say its ${name}: ${console}`);
  return hex;
}

for (const board of ["host", "mps2-an505"] as const) {
  describe(`what a device on ${board} says it runs`, function () {
    this.timeout(12 * RUN_LIMIT_MS);
    useEngines({ board, variant: "release" });
    after(removeFolders);

    it("is what the reference made from its images says, and another release is refused", async () => {
      const folder = makeFolder();
      const console = await startDevice(folder, board);
      writeFileSync(join(folder, "token.hex"), partOf(console, "token"));
      const key = publicKeyOf(Buffer.from(partOf(console, "key"), "hex"));
      writeFileSync(join(folder, "device.pem"), encodePublicKey(key, "pem"));
      const accepted = await runWell(folder, `${VERIFY} --reference reference.cbor`);
      for (const component of ["boot", "firmware", "app"]) {
        expect(accepted).to.match(new RegExp(`^ {2}good +component ${component} `, "m"));
      }
      await runWell(folder, `sign build/${board}-release/app.img --key image-1 --version 1.2.4 --output newer.img`);
      await runWell(folder, `attest reference newer.img firmware.signed.img --board ${board} --output newer.cbor`);
      const { status, stdout } = await run(folder, `${VERIFY} --reference newer.cbor`);
      expect(status).to.equal(1);
      expect(stdout).to.match(/^refused: component app: ATTEST_COMPONENT: 1\.2\.3\+0 /m);
    });
  });
}
