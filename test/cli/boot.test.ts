// SPDX-License-Identifier: Apache-2.0
/** The command and devices that start with their boot program. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assert } from "chai";
import { DeviceState } from "../../host-sim/board/window.js";
import { firmwareImagePath } from "../../host-sim/engine/paths.js";
import { makeApp, thimble, useEngines } from "./support.js";

describe("thimble and boot", function () {
  this.timeout(60_000);
  useEngines({ board: "host", variant: "release" });
  const folder = mkdtempSync(join(tmpdir(), "thimble-cli-boot-"));
  const state = join(folder, "device");
  let app = "";
  before(() => {
    app = makeApp({ "main.ts": `trace("runs\\n");` });
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("build --firmware copies the firmware's image out", async () => {
    const output = join(folder, "firmware.img");
    const { status, stdout, stderr } = await thimble(["build", "--firmware", "--json", "--output", output]);
    assert.strictEqual(status, 0, stderr);
    const said = JSON.parse(stdout);
    assert.deepInclude(said, { ok: true, firmware: true, board: "host", image: output, version: "0.1.0+0" });
    assert.deepEqual(readFileSync(output), readFileSync(firmwareImagePath("host", "release")));
  });

  it("build --firmware says what it cannot write, and --output is for it alone", async () => {
    const nowhere = await thimble(["build", "--firmware", "--output", join(folder, "nowhere", "firmware.img")]);
    assert.strictEqual(nowhere.status, 1);
    assert.match(nowhere.stderr, /^error the image cannot be written: /);
    const wrong = await thimble(["build", app, "--output", join(folder, "app.img")]);
    assert.deepEqual([wrong.status, existsSync(join(folder, "app.img"))], [2, false]);
  });

  it("sim runs what such a device has in its flash, and puts an app there when it is asked to", async () => {
    const device = new DeviceState(state);
    device.programmer.write("fw0", readFileSync(firmwareImagePath("host", "release")));
    device.close();
    const first = await thimble(["sim", app, "--state", state]);
    assert.deepEqual([first.status, first.stdout], [1, ""]);
    assert.match(first.stderr, /this device runs what is in its flash/);
    assert.match(first.stderr, /the board refused the app: IMAGE_E_HEADER/);
    const installed = await thimble(["sim", app, "--state", state, "--install"]);
    assert.deepEqual([installed.status, installed.stdout], [0, "runs\n"]);
    assert.strictEqual((await thimble(["sim", app, "--state", state])).stdout, "runs\n");
  });

  it("sim puts an image there that is not the app as built, and says what it cannot read", async () => {
    const other = await thimble(["build", makeApp({ "main.ts": `trace("other\\n");` }), "--json"]);
    const { image } = JSON.parse(other.stdout) as { image: string };
    const given = await thimble(["sim", app, "--state", state, "--install", image]);
    assert.deepEqual([given.status, given.stdout], [0, "other\n"]);
    assert.strictEqual((await thimble(["sim", app, "--state", state])).stdout, "other\n");
    const wrong = await thimble(["sim", app, "--state", state, "--install", join(folder, "nowhere.img")]);
    assert.strictEqual(wrong.status, 1);
    assert.match(wrong.stderr, /there is no file/);
    assert.strictEqual((await thimble(["sim", "--install"])).status, 2);
  });

  it("sim says that a device did not start, and what to do", async () => {
    const device = new DeviceState(state);
    device.programmer.write("fw0", Uint8Array.of(1, 2, 3));
    device.close();
    const { status, stdout, stderr } = await thimble(["sim", app, "--state", state]);
    assert.deepEqual([status, stdout], [1, "boot: fw0 refused: IMAGE_E_HEADER\n"]);
    assert.match(stderr, /the device did not start: BOOT_E_NOTHING: no firmware may run/);
    assert.match(stderr, /`thimble build --firmware`/);
  });
});
