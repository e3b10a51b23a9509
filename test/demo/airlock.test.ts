// SPDX-License-Identifier: Apache-2.0
/** examples/airlock: its specs on both boards, and two whole devices that attest to each other. */
import { cpSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { packageRoot } from "../../host-sim/engine/paths.js";
import { RUN_LIMIT_MS, useEngines } from "../cli/support.js";
import { DevicesFolder, DICE, HOST, MPS2 } from "./devices-folder.js";
import { TwoDevices } from "./two-devices.js";

type Side = "inner" | "outer";
type Doors = TwoDevices<Side>;

const BUTTON = 0;
const SIDE = 1;
const GREETED = "the other door is ours";
/** A door that is not answered asks again after a second, and gives up after three. */
const AGAIN_MS = 1500;
const GIVEN_UP_MS = 3500;

const PAIRS = [
  { of: "host", inner: HOST, outer: HOST },
  { of: "host, one with an IAK, one with an alias key", inner: HOST, outer: DICE },
  { of: "mps2-an505", inner: MPS2, outer: MPS2 },
] as const;

describe("examples/airlock", function () {
  this.timeout(8 * RUN_LIMIT_MS);
  useEngines({ board: "host", variant: "release" }, { board: "mps2-an505", variant: "release" });
  let folder: DevicesFolder;

  before(async () => {
    folder = new DevicesFolder();
    cpSync(join(packageRoot, "examples", "airlock"), folder.path, { recursive: true });
    await folder.run("keys create");
    await folder.run("keys create owner");
  });
  after(() => folder.remove());

  for (const board of ["host", "mps2-an505"]) {
    it(`on ${board}: a door believes whom it should, and nobody else`, async () => {
      expect(await folder.run(`test . --board ${board}`)).to.contain("8 passing");
    });
  }

  function use(inner: string, outer: string, act: (doors: Doors) => Promise<void>): Promise<void> {
    return TwoDevices.use<Side>(
      {
        inner: { ...folder.device(inner), pins: { [SIDE]: 0, [BUTTON]: 1 } },
        outer: { ...folder.device(outer), pins: { [SIDE]: 1, [BUTTON]: 1 } },
      },
      act,
    );
  }

  async function press(doors: Doors, side: Side): Promise<void> {
    await doors.drive(side, BUTTON, 0);
    await doors.drive(side, BUTTON, 1);
  }

  function expectShut(doors: Doors, side: Side): void {
    expect(doors.says(side)).not.to.contain(GREETED);
    expect(doors.says(side)).not.to.contain("airlock: open");
  }

  for (const { of, inner, outer } of PAIRS) {
    describe(`two devices of one owner (${of})`, () => {
      before(async () => {
        await folder.provision("inner", inner);
        await folder.provision("outer", outer);
        await folder.provision("third", outer);
      });
      after(() => folder.removeDevices());

      it("believe each other, and only one of their doors is open", async () => {
        await use("inner", "outer", async (doors) => {
          await doors.pass(AGAIN_MS);
          await press(doors, "inner");
          await press(doors, "outer");
          expect(doors.says("inner")).to.contain(`airlock: ${GREETED}, runs app 0.1.0+0 and is shut\nairlock: open\n`);
          expect(doors.says("outer")).to.contain(
            `airlock: ${GREETED}, runs app 0.1.0+0 and is open\nairlock: it stays shut\n`,
          );
        });
      });

      it("do not believe a third one any more", async () => {
        await use("inner", "third", async (doors) => {
          await doors.pass(AGAIN_MS);
          await press(doors, "inner");
          expect(doors.says("inner")).to.contain("another door than mine");
          expectShut(doors, "inner");
        });
      });

      if (outer.board === "host") {
        it("do not believe a third one with a partner's flash", async () => {
          folder.copyFlash("outer", "third");
          await use("inner", "third", async (doors) => {
            await press(doors, "inner");
            await doors.pass(GIVEN_UP_MS);
            expect(doors.says("inner")).to.contain("no answer");
            expect(doors.says("outer")).to.contain("it stays shut");
            expectShut(doors, "inner");
          });
        });
      }

      it("do not believe each other while one runs another release", async () => {
        await folder.run(`sign build/${outer.board}-release/app.img --key image-1 --version 2.0.0 --output v2.img`);
        folder.program("outer", "v2.img");
        await use("inner", "outer", async (doors) => {
          await doors.pass(AGAIN_MS);
          for (const side of ["inner", "outer"] as const) {
            await press(doors, side);
            expect(doors.says(side)).to.contain("ATTEST_COMPONENT");
            expectShut(doors, side);
          }
        });
      });

      if (outer.board !== "host") {
        it("do not believe a door on another board: what runs there is not known", async () => {
          await folder.provision("stranger", HOST);
          await use("inner", "stranger", async (doors) => {
            await doors.pass(AGAIN_MS);
            for (const side of ["inner", "outer"] as const) {
              expect(doors.says(side)).to.contain("ATTEST_IMPLEMENTATION");
              expectShut(doors, side);
            }
          });
        });
      }

      if (outer.board === "host") {
        it("in debug says nothing of itself", async () => {
          await folder.run("provision --state outer --order enter-debug");
          await use("inner", "outer", async (doors) => {
            await press(doors, "inner");
            await doors.pass(GIVEN_UP_MS);
            expect(doors.says("inner")).to.contain("no answer");
            expect(doors.says("outer")).to.contain("I would not believe myself: the lifecycle is debug");
            expectShut(doors, "inner");
          });
        });
      }
    });
  }
});
