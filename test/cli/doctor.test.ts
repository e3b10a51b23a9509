// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { thimble, useEngines } from "./support.js";

interface Report {
  readonly ok: boolean;
  readonly checks: ReadonlyArray<{ id: string; state: string; advice?: string; facts?: Record<string, string> }>;
}

describe("thimble doctor", function () {
  this.timeout(30_000);
  useEngines({ board: "host", variant: "release" }, { board: "mps2-an505", variant: "release" });

  it("exits 0 on the machine of the tests, and names every part with its version", async () => {
    const { status, stdout } = await thimble(["doctor"]);
    expect(stdout).to.match(/^ok +XS +13\.3\.0 \(.*\), /m);
    expect(stdout).to.match(/^ok +Mbed TLS +3\.6\.\d+, /m);
    expect(stdout).to.match(/^ok +QEMU +QEMU emulator version /m);
    expect(stdout).to.match(/^ok +firmware ABI +[0-9a-f]{64}$/m);
    expect(stdout).to.match(/^ok +engine mps2-an505 release +/m);
    expect(stdout).to.match(/everything that is needed is there\n$/);
    expect(status).to.equal(0);
  });

  it("exits 1 where things are missing, and says what to do about each", async () => {
    const empty = mkdtempSync(join(tmpdir(), "thimble-doctor-"));
    try {
      const env = { THIMBLE_BUILD: empty, PATH: empty, MODDABLE: "", MBEDTLS_DIR: "", CC: "" };
      const { status, stdout } = await thimble(["doctor", "--json"], { env });
      expect(status).to.equal(1);
      const { ok, checks } = JSON.parse(stdout) as Report;
      expect(ok).to.equal(false);
      const missing = checks.filter(({ state }) => state === "missing");
      expect(missing.map(({ id }) => id)).to.include.members([
        ...["cmake", "cc", "xs", "mbedtls", "xs-compile", "firmware", "engine-host-release"],
      ]);
      const optional = checks.filter(({ state }) => state === "optional").map(({ id }) => id);
      expect(optional).to.include.members(["arm-none-eabi-gcc", "newlib", "qemu", "engine-mps2-an505-release"]);
      for (const { id, advice } of missing) expect(advice, id).to.be.a("string").that.is.not.empty;
      // What only some work needs is not asked for.
      expect(checks.find(({ id }) => id === "engine-host-debug")?.state).to.equal("optional");
      expect(checks.find(({ id }) => id === "node")?.state).to.equal("ok");
    } finally {
      rmSync(empty, { recursive: true, force: true });
    }
  });

  it("says that MODDABLE points nowhere", async () => {
    const { status, stdout } = await thimble(["doctor", "--json"], { env: { MODDABLE: "/nonexistent" } });
    const xs = (JSON.parse(stdout) as Report).checks.find(({ id }) => id === "xs");
    expect(xs).to.include({ state: "missing" });
    expect(xs?.advice).to.match(/MODDABLE/);
    expect(status).to.equal(1);
  });
});
