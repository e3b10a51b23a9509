// SPDX-License-Identifier: Apache-2.0
/** examples/airlock: its specs on both boards, and two whole devices that attest to each other. */
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { FLASH_OFFSET, PROGRAMMED_OFFSET, PROGRAMMED_SIZE, WINDOW_SIZE } from "../../host-sim/board/layout.js";
import { DeviceState } from "../../host-sim/board/window.js";
import { packageRoot } from "../../host-sim/engine/paths.js";
import { RUN_LIMIT_MS, thimble, useEngines } from "../cli/support.js";
import { type DeviceOnNetwork, runBoth } from "./two-devices.js";

const env = { THIMBLE_KEY_PASSPHRASE: "six plain words nobody else knows" };
const INNER = "0,digital:0,1\n0,digital:1,0\n";
const OUTER = "0,digital:0,1\n0,digital:1,1\n";
const PRESSED = "2000,digital:0,0\n2200,digital:0,1\n";
const GREETED = "the other door is ours";

describe("examples/airlock", function () {
  this.timeout(4 * RUN_LIMIT_MS);
  useEngines({ board: "host", variant: "release" }, { board: "mps2-an505", variant: "release" });
  let folder: string;

  async function run(line: string): Promise<string> {
    const { status, stdout, stderr } = await thimble(line.split(" "), { cwd: folder, env });
    expect(status, stdout + stderr).to.equal(0);
    return stdout;
  }

  function use<T>(device: string, act: (state: DeviceState) => T): T {
    const state = new DeviceState(join(folder, device));
    try {
      return act(state);
    } finally {
      state.close();
    }
  }

  /** As somebody with a programmer does it: the flash, and nothing of the fuses. */
  function copyFlash(from: string, to: string): void {
    const areas = [
      [FLASH_OFFSET, WINDOW_SIZE - FLASH_OFFSET],
      [PROGRAMMED_OFFSET, PROGRAMMED_SIZE],
    ] as const;
    const parts = use(from, (state) => areas.map(([at, length]) => [at, state.read(at, length)] as const));
    use(to, (state) => {
      for (const [at, bytes] of parts) state.write(at, bytes);
    });
  }

  const at = (device: string, inputs: string): DeviceOnNetwork => ({ stateFolder: join(folder, device), inputs });

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "thimble-airlock-"));
    cpSync(join(packageRoot, "examples", "airlock"), folder, { recursive: true });
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  for (const board of ["host", "mps2-an505"]) {
    it(`on ${board}: a door believes whom it should, and nobody else`, async () => {
      expect(await run(`test . --board ${board}`)).to.contain("8 passing");
    });
  }

  describe("two devices of one owner", () => {
    before(async () => {
      await run("keys create");
      await run("keys create owner");
      for (const device of ["inner", "outer", "third"]) await run(`provision --state ${device} --yes`);
    });

    it("believe each other, and only one of their doors is open", async () => {
      const press = INNER + PRESSED;
      const late = `${OUTER}4000,digital:0,0\n4200,digital:0,1\n`;
      const isEnough = ([inner, outer]: readonly string[]) =>
        /stays shut/.test(outer ?? "") && /open\n/.test(inner ?? "");
      const [inner, outer] = await runBoth([at("inner", press), at("outer", late)], isEnough);
      expect(inner).to.contain(`airlock: ${GREETED}, runs app 0.1.0+0 and is shut\nairlock: open\n`);
      expect(outer).to.contain(`airlock: ${GREETED}, runs app 0.1.0+0 and is open\nairlock: it stays shut\n`);
    });

    it("do not believe a third one any more, nor does a partner's flash make one", async () => {
      const isRefused = ([inner]: readonly string[]) => /another door than mine/.test(inner ?? "");
      const [, third] = await runBoth([at("inner", INNER), at("third", OUTER)], isRefused);
      expect(third).to.contain("the outer door is shut");
      copyFlash("outer", "third");
      const isSilent = ([inner]: readonly string[]) => /no answer/.test(inner ?? "");
      const [inner, clone] = await runBoth([at("inner", INNER + PRESSED), at("third", OUTER)], isSilent);
      expect(clone).to.contain("it stays shut");
      expect(inner).not.to.contain(GREETED);
    });

    it("do not believe each other while one runs another release", async () => {
      await run("sign build/host-release/app.img --key image-1 --version 2.0.0 --output v2.img");
      use("outer", ({ programmer }) => programmer.write("app0", readFileSync(join(folder, "v2.img"))));
      const isRefused = (consoles: readonly string[]) => consoles.every((console) => /ATTEST_COMPONENT/.test(console));
      const [inner, outer] = await runBoth([at("inner", INNER + PRESSED), at("outer", OUTER)], isRefused);
      for (const console of [inner, outer]) {
        expect(console).not.to.contain(GREETED);
        expect(console).not.to.contain("airlock: open");
      }
    });

    it("in debug says nothing of itself", async () => {
      await run("provision --state outer --order enter-debug");
      const isSilent = ([inner]: readonly string[]) => /no answer/.test(inner ?? "");
      const [inner, outer] = await runBoth([at("inner", INNER + PRESSED), at("outer", OUTER)], isSilent);
      expect(outer).to.contain("I would not believe myself: the lifecycle is debug");
      expect(inner).not.to.contain(GREETED);
    });
  });
});
