// SPDX-License-Identifier: Apache-2.0
/** The npm package: what is in it, and that it works in a folder that has nothing else. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { expect } from "chai";
import { buildRoot, packageRoot } from "../../host-sim/engine/paths.js";
import { useEngines } from "../cli/support.js";
import { InstalledPackage } from "./installed.js";

const LIMIT_MS = 240_000;
const TSC = createRequire(import.meta.url).resolve("typescript/bin/tsc");

describe("the npm package", function () {
  this.timeout(LIMIT_MS);
  useEngines({ board: "host", variant: "release" }, { board: "mps2-an505", variant: "release" });
  let installed: InstalledPackage;
  before(() => {
    installed = new InstalledPackage();
  });
  after(() => installed.remove());

  it("has what the command needs, and no tests, no demonstration, no checkout's setup", () => {
    const { files } = installed;
    expect(files).to.include.members([
      "LICENSE",
      "README.md",
      "dist/cli/thimble.js",
      "cli/templates/blink/gitignore",
      "cli/templates/sensor/median.spec.ts",
      "devices/runtime/abi.json",
      "host-sim/engine/CMakeLists.txt",
      "host-sim/manifest/stand-ins/examples/manifest_base.json",
      "manifests/cose.json",
      "scripts/setup/needs.mjs",
      "sdk/testing/globals.d.ts",
    ]);
    const unwanted = files.filter((name) =>
      /^(test|dist\/test|bench|dist\/bench|examples)\/|demo|\.map$|tsbuildinfo/.test(name),
    );
    expect(unwanted).to.deep.equal([]);
  });

  it("has no program whose source is gone", () => {
    const programs = installed.files.filter((name) => name.startsWith("dist/") && name.endsWith(".js"));
    const orphans = programs.filter((name) => !existsSync(join(packageRoot, name.slice(5).replace(/\.js$/, ".ts"))));
    expect(programs).not.to.deep.equal([]);
    expect(orphans).to.deep.equal([]);
  });

  it("is smaller than a megabyte", () => {
    expect(statSync(installed.tarball).size).to.be.lessThan(1_000_000);
  });

  it("holds every file that an engine's stamp reads: it takes a checkout's engines for its own", async () => {
    const { status, stdout } = await installed.thimble(["doctor", "--json"], installed.folder);
    expect(status, stdout).to.equal(0);
    const script = `
      const { areUpToDate } = await import(${JSON.stringify(join(installed.root, "dist/host-sim/engine/build.js"))});
      console.log(["host", "mps2-an505"].map((board) => areUpToDate([{ board, variant: "release" }])).join());`;
    const env = { ...process.env, THIMBLE_BUILD: buildRoot() };
    const result = spawnSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8", env });
    expect(result.stdout, result.stderr).to.equal("true,true\n");
  });

  it("prints its version", async () => {
    const { version } = JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8"));
    expect((await installed.thimble(["--version"], installed.folder)).stdout).to.equal(`${version}\n`);
  });

  for (const template of ["blink", "sensor"]) {
    describe(`with a project from ${template}`, () => {
      const project = (): string => join(installed.folder, template);

      it("makes it, and says what to type", async () => {
        const { status, stdout, stderr } = await installed.thimble(["create", "-t", template], installed.folder);
        expect(status, stderr).to.equal(0);
        expect(stdout).to.include(`\n  cd ${template}\n  npx thimble sim --watch`);
        expect(readFileSync(join(project(), "README.md"), "utf8")).to.include("\nnpx thimble test\n");
      });

      it("is found by npx in its folder, without a network", () => {
        const env = { ...process.env, npm_config_offline: "true", npm_config_update_notifier: "false" };
        const result = spawnSync("npx", ["thimble", "--version"], {
          cwd: project(),
          env,
          encoding: "utf8",
        });
        expect(result.stdout, result.stderr).to.match(/^\d+\.\d+\.\d+\n$/);
      });

      it("runs it at once", async () => {
        const { status, stdout, stderr } = await installed.thimble(["sim", "--until", "1000"], project());
        expect(status, stderr).to.equal(0);
        expect(stdout).to.match(new RegExp(`^${template}: `));
        expect(stderr).not.to.match(/\[setup|engine/);
      });

      for (const board of ["host", "mps2-an505"]) {
        it(`runs its specs on ${board}`, async () => {
          const { status, stdout, stderr } = await installed.thimble(["test", "--board", board], project());
          expect(status, stdout + stderr).to.equal(0);
          expect(stdout).to.match(/^ +\d+ passing/m);
        });
      }

      it("shows no error in an editor", () => {
        const { stdout } = spawnSync(process.execPath, [TSC, "-p", "."], { cwd: project(), encoding: "utf8" });
        expect(stdout).to.equal("");
        const tsconfig = readFileSync(join(project(), ".thimble", "tsconfig.json"), "utf8");
        expect(tsconfig).to.include(installed.root).and.not.to.include(`${packageRoot}/sdk`);
      });
    });
  }

  describe("where npx keeps it", () => {
    const describeFolder = (): string => join(installed.folder, "package.json");
    afterEach(() => rmSync(describeFolder()));

    for (const [what, spec, dependency, words] of [
      ["from a file", "./thimble-0.1.0.tgz", "file:away/thimble-0.1.0.tgz", "npx --yes ../away/thimble-0.1.0.tgz"],
      ["from a file with a space", "./my files/t.tgz", "file:my files/t.tgz", "npx --yes '../my files/t.tgz'"],
      ["from a registry", "thimble", "^0.1.0", "npx thimble"],
      ["from a registry, by version", "thimble@0.1.0", "0.1.0", "npx thimble@0.1.0"],
    ] as const) {
      it(`${what}: says so in what to type next`, async () => {
        const text = { dependencies: { thimble: dependency }, _npx: { packages: [spec] } };
        writeFileSync(describeFolder(), JSON.stringify(text));
        const name = `next-${words.length}`;
        const { stdout } = await installed.thimble(["create", name, "--json"], installed.folder);
        expect(JSON.parse(stdout).next).to.deep.equal([`cd ${name}`, `${words} sim --watch`, `${words} test`]);
      });
    }
  });
});
