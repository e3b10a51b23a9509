// SPDX-License-Identifier: Apache-2.0
/**
 * All memory of a running device on the board host, while its app runs: in form dice nothing of the device key is left there,
 * neither of boot nor of the firmware. That the search finds a key shows form iak, which keeps its own.
 */
import { closeSync, openSync, readdirSync, readFileSync, readSync } from "node:fs";
import { assert } from "chai";
import type { BoardProfile } from "../../host-sim/board/profile.js";
import { DeviceState } from "../../host-sim/board/window.js";
import { attestationSecrets } from "../boot/chain.js";
import { SignedDevice } from "../boot/signed-device.js";
import { useEngines } from "../cli/support.js";

const BOARD = { board: "host", variant: "release" } as const;
/** As `SignedDevice` has it. */
const UDS = Buffer.alloc(32, 0x5d);
const MOST_BYTES = 1 << 28;
/** The app says so, and goes on until it is ended. */
const APP = `
import { attestation } from "thimble/device/attestation";
attestation.token(new Uint8Array(32));
trace("ready\\n");
for (;;);
`;

/** The process of ours that has this device. */
function processOf(folder: string): string {
  const read = (pid: string, name: string): string => {
    try {
      return readFileSync(`/proc/${pid}/${name}`, "latin1");
    } catch {
      return ""; // it has ended meanwhile
    }
  };
  const found = readdirSync("/proc").filter(
    (pid) =>
      /^\d+$/.test(pid) &&
      read(pid, "status").includes(`\nPPid:\t${process.pid}\n`) &&
      read(pid, "cmdline").includes(folder),
  );
  assert.lengthOf(found, 1);
  return found[0] as string;
}

/** @returns names of secrets, once for each place where they lie. */
function secretsIn(pid: string, secrets: Readonly<Record<string, Uint8Array>>): string[] {
  const found: string[] = [];
  const memory = openSync(`/proc/${pid}/mem`, "r");
  let searched = 0;
  for (const line of readFileSync(`/proc/${pid}/maps`, "latin1").split("\n")) {
    const [, from = "0", to = "0"] = /^([0-9a-f]+)-([0-9a-f]+) r/.exec(line) ?? [];
    const start = Number.parseInt(from, 16);
    const bytes = Buffer.alloc(Math.min(Number.parseInt(to, 16) - start, MOST_BYTES));
    if (bytes.length === 0 || /\[v(?:var|syscall)/.test(line)) continue;
    searched += readSync(memory, bytes, 0, bytes.length, start);
    for (const [name, secret] of Object.entries(secrets)) {
      for (let at = bytes.indexOf(secret); at >= 0; at = bytes.indexOf(secret, at + 1)) found.push(name);
    }
  }
  closeSync(memory);
  assert.isAbove(searched, 1 << 20);
  return found;
}

describe("memory of a device that attests", function () {
  this.timeout(60_000);
  useEngines(BOARD);

  async function search(profile: BoardProfile): Promise<readonly string[]> {
    const device = new SignedDevice(BOARD);
    try {
      new DeviceState(device.folder, profile).close();
      await device.provision(APP);
      const { seed, scalar } = attestationSecrets(UDS, profile === "iak" ? "IAK" : "DEVICE_KEY");
      const secrets = { seed, scalar, "scalar backwards": Buffer.from(scalar).reverse() };
      let said = "";
      let found: readonly string[] | undefined;
      await device.start({
        busyLimitMs: 5000,
        onConsole: (text) => {
          said += text;
          if (found === undefined && said.includes("ready\n")) found = secretsIn(processOf(device.folder), secrets);
        },
      });
      if (found === undefined) throw new Error(`the app was not ready: ${said}`);
      return found;
    } finally {
      device.remove();
    }
  }

  it("in form dice has neither the device key nor its seed, once an app runs", async () => {
    assert.deepEqual(await search("dice"), []);
  });

  it("in form iak has the key, which signs, and no seed", async () => {
    const found = await search("iak");
    assert.include(found, "scalar");
    assert.notInclude(found, "seed");
  });
});
