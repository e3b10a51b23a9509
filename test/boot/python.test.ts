// SPDX-License-Identifier: Apache-2.0
/**
 * Images that other software made and signed boot: Python and openssl, from the public description of MCUboot's format
 * (test/image/mcuboot_image.py). Of ours are only the payloads.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { assert } from "chai";
import { readFirmware } from "../../host-sim/compiler/firmware.js";
import { firmwarePayloadPath } from "../../host-sim/engine/paths.js";
import { useEngines } from "../cli/support.js";
import { needPrograms } from "../harness/needed-programs.js";
import { archiveOf, BOARDS, imageOf, nameOf } from "../refusals/boards.js";
import { Fuse, SignedDevice } from "./signed-device.js";

const SCRIPT = fileURLToPath(new URL("../../../test/image/mcuboot_image.py", import.meta.url));
const NO_CREATION = "-";
const DEFAULTS = "00".repeat(8);
const ONES = new Uint8Array(4).fill(0xff);

describe("images made and signed by Python", function () {
  this.timeout(60_000);
  useEngines(...BOARDS);
  const folder = mkdtempSync(join(tmpdir(), "thimble-python-"));
  const path = (name: string): string => join(folder, name);
  const python = (...words: readonly string[]): string =>
    execFileSync("python3", [SCRIPT, ...words], { encoding: "utf8" }).trim();

  before(function () {
    needPrograms(this, "python3", "openssl");
    for (const name of ["root0", "root1", "image", "manifest", "stranger"]) {
      execFileSync("openssl", ["ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", path(`${name}.pem`)]);
      execFileSync("openssl", ["pkey", "-in", path(`${name}.pem`), "-pubout", "-out", path(`${name}.pub`)]);
    }
    const keys = [`manifest:${path("manifest.pub")}`, `image:${path("image.pub")}`];
    python("make-record", path("root1.pem"), path("record.img"), "3", ...keys);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  for (const machine of BOARDS) {
    it(`boot on ${nameOf(machine)}; signed by a stranger they do not`, async () => {
      const { abi } = readFirmware();
      writeFileSync(path("archive"), archiveOf(await imageOf(`trace("made elsewhere\\n");`)));
      const payload = firmwarePayloadPath(machine.board, "release");
      for (const key of ["image", "stranger"]) {
        python("sign", payload, path(`${key}.pem`), path(`firmware-${key}.img`), abi, NO_CREATION, "2");
        python("sign", path("archive"), path(`${key}.pem`), path(`app-${key}.img`), abi, DEFAULTS, "5");
      }
      const device = new SignedDevice(machine);
      try {
        device.setFuses({
          [Fuse.uds]: new Uint8Array(32).fill(0x5d),
          [Fuse.roots]: Buffer.from(
            ["root0", "root1"].map((name) => python("key-hash", path(`${name}.pem`))).join(""),
            "hex",
          ),
          ...Object.fromEntries([Fuse.provisioning, Fuse.udsMade, Fuse.rootsSet, Fuse.secured].map((at) => [at, ONES])),
        });
        device.write("trust0", readFileSync(path("record.img")));
        device.write("fw0", readFileSync(path("firmware-image.img")));
        device.write("app0", readFileSync(path("app-image.img")));
        assert.deepEqual(await device.told(), ["made elsewhere", "stopped"]);
        device.write("app0", readFileSync(path("app-stranger.img")));
        assert.strictEqual((await device.told())[0], "boot: app0 refused: IMAGE_E_KEY");
        device.write("fw0", readFileSync(path("firmware-stranger.img")));
        assert.deepEqual(await device.told(), [
          "boot: fw0 refused: IMAGE_E_KEY",
          "BOOT_E_NOTHING: no firmware may run",
        ]);
      } finally {
        device.remove();
      }
    });
  }
});
