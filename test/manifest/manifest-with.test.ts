// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { readFirmware } from "../../host-sim/compiler/firmware.js";
import { manifestWith } from "../../host-sim/manifest/manifest-with.js";
import { useEngines } from "../cli/support.js";
import { removeTrees, resolveTree } from "./support.js";

/** On every board of ours, and of no manifest. */
const WITHOUT = ["console", "thimble/device/io/ticks"];
/** What comes with the manifest of its contract. */
const DEVICE = "thimble/device/";
/** What comes with a feature instead. */
const FEATURE: Readonly<Record<string, string>> = Object.freeze({
  "thimble/device/storage": "thimble/storage/sealed-store",
});

describe("the manifest that brings a module of the firmware or the SDK", function () {
  this.timeout(60_000);
  useEngines();
  afterEach(removeTrees);

  it("is known for each that an app can import, and does bring it", () => {
    const { modules: inFirmware, carried } = readFirmware();
    const open = [...inFirmware.filter((name) => !name.startsWith("thimble:")), ...Object.keys(carried)];
    expect(open.filter((name) => manifestWith(name) === undefined)).to.deep.equal(WITHOUT);
    for (const name of open.filter((name) => !WITHOUT.includes(name))) {
      const { provided, modules } = resolveTree({ include: manifestWith(name) });
      const brought = [...provided, ...modules.map(({ specifier }) => specifier)];
      expect(brought).to.include(FEATURE[name] ?? name.replace(DEVICE, "thimble/contracts/"));
    }
  });
});
