// SPDX-License-Identifier: Apache-2.0
/** The first need of an engine on a machine that has nothing: what is missing is named, with a code. */
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { type CommandResult, makeApp, RUN_LIMIT_MS, thimble, useEngines } from "../cli/support.js";

/** What the setup asks for on PATH, none of which is run here. */
const PROGRAMS = ["cmake", "cc", "make", "tar", "git", "bzip2", "xz"];
const ARM = ["arm-none-eabi-gcc", "qemu-system-arm"];

describe("the first need of an engine", function () {
  this.timeout(RUN_LIMIT_MS);
  useEngines();
  let root = "";
  let app = "";
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "thimble-first-need-"));
    mkdirSync(join(root, "bin"));
    symlinkSync(process.execPath, join(root, "bin", "node"));
    app = makeApp({ "main.ts": "" });
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  /** A program on PATH, as a line of shell. */
  function addProgram(name: string, line = "exit 0"): void {
    writeFileSync(join(root, "bin", name), `#!/bin/sh\n${line}\n`);
    chmodSync(join(root, "bin", name), 0o755);
  }

  /** Sources of XS, by their looks. */
  function makeSdk(): string {
    const xs = join(root, "sdk", "xs");
    for (const folder of ["sources", "includes"]) mkdirSync(join(xs, folder), { recursive: true });
    for (const name of ["sources/xsAll.h", "includes/xs.h"]) writeFileSync(join(xs, name), "");
    const version = "#define XS_MAJOR_VERSION 13\n#define XS_MINOR_VERSION 3\n";
    writeFileSync(join(xs, "sources", "xsCommon.h"), version);
    return join(root, "sdk");
  }

  async function run(args: readonly string[], env: Record<string, string> = {}): Promise<CommandResult> {
    const clean = {
      PATH: join(root, "bin"),
      THIMBLE_BUILD: join(root, "build"),
      MODDABLE: "",
      MBEDTLS_DIR: "",
      CC: "",
      CI: "",
    };
    return await thimble(args, { env: { ...clean, ...env } });
  }

  function expectError({ status, stdout, stderr }: CommandResult, code: string): string {
    expect(status, stderr).to.equal(1);
    expect(stdout).to.equal("");
    expect(stderr).to.match(new RegExp(`^error ${code}: `, "m"));
    expect(stderr).not.to.match(/report it|node:internal|\.m?js:\d+/);
    return stderr;
  }

  it("names the programs that are missing: for host none of Arm's", async () => {
    const stderr = expectError(await run(["sim", app]), "SETUP_PACKAGES");
    expect(stderr).to.match(/what Debian calls cmake, build-essential, tar, git, bzip2, xz-utils is missing/);
  });

  it("names Arm's for mps2-an505", async () => {
    for (const name of PROGRAMS) addProgram(name);
    const stderr = expectError(await run(["sim", app, "--board", "mps2-an505"]), "SETUP_PACKAGES");
    expect(stderr).to.match(/gcc-arm-none-eabi, libnewlib-arm-none-eabi, qemu-system-arm is missing/);
  });

  it("for a build alone needs neither Mbed TLS nor a board's programs", async () => {
    for (const name of ["cmake", "cc", "make"]) addProgram(name);
    const stderr = expectError(await run(["build", app, "--board", "mps2-an505"]), "SETUP_PACKAGES");
    expect(stderr).to.match(/what Debian calls tar is missing/);
  });

  it("asks nobody where there is no terminal (but root is not asked at all): says what to run, and installs nothing", async function () {
    if (process.getuid?.() === 0) return this.skip();
    addProgram("apt-get", `echo ran > '${join(root, "ran")}'; exit 1`);
    const stderr = expectError(await run(["sim", app]), "SETUP_PACKAGES");
    expect(stderr).to.match(/^Run: sudo apt-get install .*cmake/m);
    expect(() => readFileSync(join(root, "ran"))).to.throw();
  });

  it("root and CI are not asked; what apt says is passed on", async () => {
    addProgram("sudo", 'shift; exec "$@"');
    addProgram("apt-get", "echo E: Unable to locate package; exit 100");
    const stderr = expectError(await run(["sim", app], { CI: "true" }), "SETUP_PACKAGES");
    expect(stderr).to.match(/cannot be installed: cmake, /);
    expect(stderr).to.match(/E: Unable to locate package/);
  });

  it("without a network says what could not be fetched, and what else would do", async () => {
    for (const name of [...PROGRAMS, ...ARM]) addProgram(name);
    addProgram("npm", "echo npm error network offline; exit 1");
    const stderr = expectError(await run(["build", app]), "SETUP_FETCH");
    expect(stderr).to.match(/the sources of XS cannot be fetched/);
    expect(stderr).to.match(/npm error network offline/);
    expect(stderr).to.match(/MODDABLE/);
  });

  it("without a Debian mirror says so", async () => {
    for (const name of PROGRAMS) addProgram(name);
    const stderr = expectError(await run(["sim", app], { MODDABLE: makeSdk() }), "SETUP_FETCH");
    expect(stderr).to.match(/Mbed TLS comes from Debian/);
    expect(stderr).to.match(/MBEDTLS_DIR/);
  });

  it("takes no package but the pinned one", async () => {
    for (const name of PROGRAMS) addProgram(name);
    addProgram("npm", 'for last; do :; done; echo forged > "$last/agoric-xsnap-0.15.0.tgz"');
    const stderr = expectError(await run(["build", app]), "SETUP_SOURCES");
    expect(stderr).to.match(/is not the pinned package/);
  });

  it("a MODDABLE that has no XS is named", async () => {
    for (const name of PROGRAMS) addProgram(name);
    expectError(await run(["build", app], { MODDABLE: join(root, "nowhere") }), "SETUP_SOURCES");
  });

  it("a build folder that takes nothing is named", async () => {
    for (const name of PROGRAMS) addProgram(name);
    writeFileSync(join(root, "file"), "");
    for (const place of [join(root, "file"), join(root, "file", "in")]) {
      expect(expectError(await run(["build", app], { THIMBLE_BUILD: place }), "CACHE_WRITE")).to.include(place);
    }
    addProgram("npm", "echo 'tar: x.c: Cannot write: No space left on device' >&2; exit 1");
    expect(expectError(await run(["build", app]), "CACHE_WRITE")).to.match(/No space left on device\n.*THIMBLE_BUILD/);
  });

  it("an engine that does not build says what the compiler said", async () => {
    for (const name of PROGRAMS) addProgram(name);
    addProgram("cmake", "echo 'x.c:1: error: no luck'; exit 2");
    const stderr = expectError(await run(["build", app], { MODDABLE: makeSdk() }), "ENGINE_BUILD");
    expect(stderr).to.match(/x\.c:1: error: no luck/);
  });

  it("--json: the error as one object", async () => {
    const { status, stdout } = await run(["build", app, "--json"]);
    expect(status).to.equal(1);
    expect(JSON.parse(stdout).error).to.include({ kind: "CommandError", code: "SETUP_PACKAGES" });
  });
});
