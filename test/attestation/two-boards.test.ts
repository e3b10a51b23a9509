// SPDX-License-Identifier: Apache-2.0
/**
 * Two whole devices on two boards, one with an IAK and one with an alias key: they attest to each other, each with the list
 * of releases that `thimble attest reference` has made of both boards' images.
 */
import { createPublicKey } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { pointOf } from "../../host-sim/keys/public-key.js";
import { encodeCbor } from "../../sdk/cbor/encode.js";
import { RUN_LIMIT_MS, useEngines } from "../cli/support.js";
import { DevicesFolder, DICE, type Kind, MPS2 } from "../demo/devices-folder.js";
import { TwoDevices } from "../demo/two-devices.js";
import { PEER_PORT, peerApp } from "./peer.js";

type Side = "here" | "there";
type Peers = TwoDevices<Side>;
const SIDES = ["here", "there"] as const;

describe("a device on host and one on mps2-an505", function () {
  this.timeout(8 * RUN_LIMIT_MS);
  useEngines({ board: "host", variant: "release" }, { board: "mps2-an505", variant: "release" });
  let folder: DevicesFolder;
  let list: Uint8Array;
  /** Instance ids by device. */
  const ids = new Map<string, string>();

  async function makeDevice(name: string, { board, profile }: Kind, options = ""): Promise<void> {
    const images = `--firmware ${board}-1.img --app app-1.img ${options}`.trim();
    const said = await folder.provision(name, { board, profile }, `${images} --json`);
    ids.set(name, (JSON.parse(said) as { instanceId: string }).instanceId);
  }

  before("a maker, its list, an owner and two devices", async () => {
    folder = new DevicesFolder();
    for (const role of ["", " owner", " verifier"]) await folder.run(`keys create${role}`);
    await folder.run("keys export verifier-1 --output verifier.pem");
    const maker = pointOf(createPublicKey(readFileSync(join(folder.path, "verifier.pem"))));
    for (const [name, text] of Object.entries(peerApp(maker))) writeFileSync(join(folder.path, name), text);
    await folder.run("build");
    for (const version of [1, 2]) {
      await folder.run(
        `sign build/host-release/app.img --key image-1 --version ${version}.0.0 --output app-${version}.img`,
      );
    }
    for (const board of ["host", "mps2-an505"]) {
      await folder.run(`build --firmware --board ${board} --output ${board}.img`);
      await folder.run(`sign ${board}.img --key image-1 --version 1.0.0 --output ${board}-1.img`);
    }
    await folder.run("attest reference host-1.img app-1.img --output host.cbor");
    await folder.run(
      "attest reference mps2-an505-1.img app-1.img --board mps2-an505 --add host.cbor --output both.cbor",
    );
    list = encodeCbor(["list", Uint8Array.from(readFileSync(join(folder.path, "both.cbor")))]);
    await makeDevice("here", DICE);
    await makeDevice("there", MPS2);
  });
  after(() => folder.remove());

  async function meet(here: string, there: string, act: (peers: Peers) => Promise<void> | void): Promise<void> {
    await TwoDevices.use<Side>({ here: folder.device(here), there: folder.device(there) }, async (peers) => {
      for (const side of SIDES) await peers.send(side, PEER_PORT, list);
      await act(peers);
    });
  }

  it("know each other by what one list says of both boards", async () => {
    await meet("here", "there", (peers) => {
      expect(peers.says("here")).to.equal(
        `peer: knows 2 boards\npeer: accepted ${ids.get("there")} with app 1.0.0+0\n`,
      );
      expect(peers.says("there")).to.equal(
        `peer: knows 2 boards\npeer: accepted ${ids.get("here")} with app 1.0.0+0\n`,
      );
    });
  });

  it("do not believe a list that somebody has changed", async () => {
    const changed = Uint8Array.from(list);
    changed[changed.length - 1] = (changed.at(-1) as number) ^ 1;
    await meet("here", "there", async (peers) => {
      for (const side of SIDES) {
        await peers.send(side, PEER_PORT, changed);
        expect(peers.says(side)).to.match(/PSA_ERROR_INVALID_SIGNATURE\n$/);
      }
    });
  });

  it("refuse a device of another owner, and are refused by it", async () => {
    await folder.run("keys create owner");
    await makeDevice("stranger", DICE, "--owner owner-2");
    await meet("stranger", "there", (peers) => {
      for (const side of SIDES) expect(peers.says(side)).to.equal("peer: knows 2 boards\npeer: refused ATTEST_PATH\n");
    });
  });

  it("refuse a release that is signed, and that the list does not have", async () => {
    folder.program("there", "app-2.img");
    await meet("here", "there", (peers) => {
      expect(peers.says("here")).to.contain("peer: refused ATTEST_COMPONENT\n");
      expect(peers.says("there")).to.contain(`peer: accepted ${ids.get("here")} with app 1.0.0+0\n`);
    });
  });
});
