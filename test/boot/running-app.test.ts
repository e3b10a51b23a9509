// SPDX-License-Identifier: Apache-2.0
/** What an app does with its device's lifecycle while it runs: confirms its trial, or does not; installs a trust record. */
import { assert } from "chai";
import { generateKey, signerOf } from "../../host-sim/keys/store.js";
import { useEngines } from "../cli/support.js";
import { BOARDS, nameOf } from "../refusals/boards.js";
import { SignedDevice } from "./signed-device.js";

const FIRST = { firmware: 0, app: 0 } as const;
const SECOND = { firmware: 0, app: 1 } as const;

/** Tells where it is in its trial, does something, and tells again. */
const app = (name: string, act: string): string => `
import { lifecycle } from "thimble/device/lifecycle";
import { decodeHex } from "thimble/bytes/hex";
const tell = () => {
  const { isTrial, isReverted, trustVersion, app } = lifecycle.bootRecord();
  trace(${JSON.stringify(name)}, " ", [app.slot, isTrial ? "trial" : isReverted ? "reverted" : "confirmed", app.counter].join(" "));
  trace(", trust ", trustVersion, ", counter ", lifecycle.status().leastAppCounter, "\\n");
};
const attempt = (f) => { try { f(); trace("done\\n"); } catch (error) { trace(error.detail ?? error, "\\n"); } };
tell();
${act}
`;

describe("an app and its device's lifecycle", function () {
  this.timeout(120_000);
  useEngines(...BOARDS);
  const devices: SignedDevice[] = [];
  afterEach(() => {
    for (const device of devices.splice(0)) device.remove();
  });

  for (const machine of BOARDS) {
    const make = (): SignedDevice => {
      const device = new SignedDevice(machine);
      devices.push(device);
      return device;
    };
    const onTrial = async (act: string): Promise<SignedDevice> => {
      const device = await make().provision(app("old", ""));
      device.write("app1", await device.signedApp(app("new", act), { counter: 2 }));
      device.use(({ programmer }) => programmer.writeSlots({ state: "pending", active: SECOND, previous: FIRST }));
      return device;
    };

    describe(nameOf(machine), () => {
      it("confirms its trial: counters rise then, and not before", async () => {
        const device = await onTrial("attempt(() => lifecycle.confirm()); attempt(() => lifecycle.confirm()); tell();");
        const trial = ["new 1 trial 2, trust 1, counter 0", "done", "done", "new 1 trial 2, trust 1, counter 2"];
        assert.deepEqual(await device.told(), [...trial, "stopped"]);
        const [first] = await device.told();
        assert.strictEqual(first, "new 1 confirmed 2, trust 1, counter 2");
      });

      it("is reverted unless it confirms", async () => {
        const device = await onTrial("");
        assert.deepEqual(await device.told(), ["new 1 trial 2, trust 1, counter 0", "stopped"]);
        assert.deepEqual(await device.told(), ["old 0 reverted 0, trust 1, counter 0", "stopped"]);
        assert.deepEqual(await device.told(), ["old 0 reverted 0, trust 1, counter 0", "stopped"]);
      });

      it("does not install a trust record while it is on trial", async () => {
        const device = await onTrial("");
        const install = `attempt(() => lifecycle.installTrust(decodeHex("${device.keys.record(2).toString("hex")}")));`;
        device.write("app1", await device.signedApp(app("new", install), { counter: 2 }));
        assert.deepEqual(await device.told(), ["new 1 trial 2, trust 1, counter 0", "LIFECYCLE_STATE", "stopped"]);
      });

      it("installs a newer trust record under which it may still run, for the next start", async () => {
        const device = make();
        const { keys } = device;
        const without = keys.record(3, signerOf(generateKey()));
        const damaged = Buffer.from(keys.record(2)).fill(0, 40, 41);
        const installs = [keys.record(1), damaged, without, keys.record(2), keys.record(2)].map(
          (record) => `attempt(() => lifecycle.installTrust(decodeHex("${record.toString("hex")}")));`,
        );
        await device.provision(app("app", installs.join("\n")));
        const said = await device.told();
        assert.deepEqual(said, [
          "app 0 confirmed 0, trust 1, counter 0",
          "IMAGE_E_COUNTER",
          "IMAGE_E_DIGEST",
          "IMAGE_E_KEY",
          "done",
          "IMAGE_E_COUNTER",
          "stopped",
        ]);
        const [first] = await device.told();
        assert.strictEqual(first, "app 0 confirmed 0, trust 2, counter 0");
      });
    });
  }
});
