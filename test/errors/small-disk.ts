// SPDX-License-Identifier: Apache-2.0
/** A file system with little room, where this machine lets us mount one. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export class SmallDisk {
  readonly folder = mkdtempSync(join(tmpdir(), "thimble-small-"));
  readonly isMounted: boolean;

  constructor(kilobytes: number) {
    const mount = spawnSync("mount", ["-t", "tmpfs", "-o", `size=${kilobytes}k`, "none", this.folder]);
    this.isMounted = mount.status === 0;
  }

  /** Leaves room for so many kilobytes. */
  leave(kilobytes: number): void {
    rmSync(join(this.folder, "fill"), { force: true });
    const { bsize, bavail } = statfsSync(this.folder);
    const size = bsize * bavail - kilobytes * 1024;
    if (size > 0) writeFileSync(join(this.folder, "fill"), Buffer.alloc(size));
  }

  close(): void {
    if (this.isMounted) spawnSync("umount", [this.folder]);
    rmSync(this.folder, { recursive: true, force: true });
  }
}
