// SPDX-License-Identifier: Apache-2.0
/** A toolchain of a test's own: compiler and firmware copied, the cache of compiled modules empty. */
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { firmwareFolder, xsCompilePath } from "../../host-sim/engine/paths.js";

export class Toolchain {
  readonly folder = mkdtempSync(join(tmpdir(), "thimble-toolchain-"));
  readonly #before = process.env.THIMBLE_BUILD;

  /** Uses it from now on, in this process. */
  constructor() {
    const [compiler, firmware] = [xsCompilePath(), firmwareFolder()];
    process.env.THIMBLE_BUILD = this.folder;
    mkdirSync(dirname(xsCompilePath()), { recursive: true });
    cpSync(compiler, xsCompilePath());
    cpSync(firmware, firmwareFolder(), { recursive: true });
  }

  /** Where compiled modules are kept. */
  get cache(): string {
    return join(this.folder, "modules");
  }

  get cached(): string[] {
    return existsSync(this.cache) ? readdirSync(this.cache).sort() : [];
  }

  /** From now on whoever starts the compiler fails; its size and time stay. */
  disable(): void {
    chmodSync(xsCompilePath(), 0o644);
  }

  close(): void {
    if (this.#before === undefined) delete process.env.THIMBLE_BUILD;
    else process.env.THIMBLE_BUILD = this.#before;
    rmSync(this.folder, { recursive: true, force: true });
  }
}
