// SPDX-License-Identifier: Apache-2.0
/** What counts as a change, and when it is told. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { expect } from "chai";
import { type Inputs, InputWatch } from "../../host-sim/watch/input-watch.js";

/** Longer than a look that finds nothing can take to be told of. */
const QUIET_MS = 400;

describe("the watch of a build's inputs", function () {
  this.timeout(20_000);
  let folder: string;
  let told: string[][];
  let watch: InputWatch;
  const at = (name: string): string => join(folder, name);
  const write = (name: string, text = "x"): void => writeFileSync(at(name), text);

  /** Begins when what was written before is older than a clock's tick. */
  async function begin(inputs: Partial<Inputs>): Promise<void> {
    await pause(50);
    watch.watch({ files: [], folders: [], missing: [], ...inputs }, Date.now());
  }

  async function expectTold(...names: readonly string[]): Promise<void> {
    for (const startMs = performance.now(); told.length === 0 && performance.now() - startMs < 5000; ) await pause(10);
    await pause(QUIET_MS);
    expect(told.map((paths) => paths.map((path) => path.slice(folder.length + 1)))).to.deep.equal([names]);
    told = [];
  }

  async function expectQuiet(): Promise<void> {
    await pause(QUIET_MS);
    expect(told).to.deep.equal([]);
  }

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "thimble-inputs-"));
    told = [];
    watch = new InputWatch((paths) => told.push([...paths]));
    for (const name of ["a.ts", "b.ts"]) write(name);
  });

  afterEach(() => {
    watch.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const CHANGES: readonly [string, () => void][] = [
    ["written", () => write("a.ts", "y")],
    [
      "written, and has size and time of before",
      () => {
        const { atime, mtime } = statSync(at("a.ts"));
        write("a.ts", "y");
        utimesSync(at("a.ts"), atime, mtime);
      },
    ],
    [
      "saved by renaming",
      () => {
        write("a.new");
        renameSync(at("a.new"), at("a.ts"));
      },
    ],
    [
      "saved with a backup",
      () => {
        renameSync(at("a.ts"), at("a.ts~"));
        write("a.ts");
        rmSync(at("a.ts~"));
      },
    ],
    ["removed", () => rmSync(at("a.ts"))],
    ["touched by nothing but its mode", () => chmodSync(at("a.ts"), 0o600)],
  ];
  for (const [how, change] of CHANGES) {
    it(`tells of a file that was ${how}`, async () => {
      await begin({ files: [at("a.ts"), at("b.ts")] });
      change();
      await expectTold("a.ts");
    });
  }

  it("tells of a burst when it is over, once, and then nothing until it is asked again", async () => {
    await begin({ files: [at("a.ts"), at("b.ts")] });
    for (let i = 0; i < 10; i++) {
      write(i < 5 ? "a.ts" : "b.ts", `${i}`);
      await pause(5);
    }
    await expectTold("a.ts", "b.ts");
    write("a.ts", "later");
    await expectQuiet();
  });

  it("waits for a file that is on its way", async () => {
    let was: boolean | undefined;
    watch.close();
    watch = new InputWatch((paths) => {
      told.push([...paths]);
      was = existsSync(at("a.ts"));
    });
    await begin({ files: [at("a.ts")] });
    renameSync(at("a.ts"), at("a.ts~"));
    await pause(50);
    write("a.ts", "y");
    await expectTold("a.ts");
    expect(was).to.equal(true);
  });

  it("tells what changed while nobody listened", async () => {
    const startedMs = Date.now();
    await pause(50);
    write("a.ts", "y");
    rmSync(at("b.ts"));
    watch.watch({ files: [at("a.ts"), at("b.ts")], folders: [], missing: [] }, startedMs);
    await expectTold("a.ts", "b.ts");
  });

  it("tells of a name more or less in a folder, and of no text in it, hidden file or folder", async () => {
    await begin({ folders: [folder] });
    write("a.ts", "y");
    write(".a.ts.swp");
    mkdirSync(at("build"));
    await expectQuiet();
    write("c.ts");
    await expectTold("");
    await begin({ folders: [folder] });
    rmSync(at("c.ts"));
    await expectTold("");
  });

  it("tells of a file that appears, also in a folder that was not there", async () => {
    await begin({ missing: [at("parts/deep/x.ts")] });
    mkdirSync(at("parts/deep"), { recursive: true });
    await expectQuiet();
    write("parts/deep/x.ts");
    await expectTold("parts/deep/x.ts");
  });

  it("goes on in a folder that is made anew", async () => {
    mkdirSync(at("src"));
    write("src/a.ts");
    await begin({ files: [at("src/a.ts")] });
    rmSync(at("src"), { recursive: true });
    await expectTold("src/a.ts");
    await begin({ missing: [at("src/a.ts")] });
    mkdirSync(at("src"));
    write("src/a.ts");
    await expectTold("src/a.ts");
    await begin({ files: [at("src/a.ts")] });
    write("src/a.ts", "y");
    await expectTold("src/a.ts");
  });

  it("looks by itself where no event comes: at a file behind a link", async () => {
    mkdirSync(at("elsewhere"));
    write("elsewhere/real.ts");
    symlinkSync(at("elsewhere/real.ts"), at("link.ts"));
    await begin({ files: [at("link.ts")] });
    write("elsewhere/real.ts", "y");
    await expectTold("link.ts");
  });
});
