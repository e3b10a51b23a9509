// SPDX-License-Identifier: Apache-2.0
/**
 * The package as npm would install it, without a network: the tarball that `npm pack` makes, unpacked into the node_modules
 * of an empty folder, and beside it links to the packages that it asks for in `dependencies` and to no other.
 */
import { execFileSync, spawn } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { buildRoot, packageRoot } from "../../host-sim/engine/paths.js";
import type { CommandResult } from "../cli/support.js";

const RUN_LIMIT_MS = 120_000;

interface LockFile {
  readonly packages: Readonly<Record<string, { readonly dev?: boolean; readonly optional?: boolean }>>;
}

/** Packages at the top of node_modules that the package itself needs, directly or through others. */
function neededPackages(): string[] {
  const lock = JSON.parse(readFileSync(join(packageRoot, "package-lock.json"), "utf8")) as LockFile;
  return Object.entries(lock.packages)
    .filter(([path, { dev }]) => /^node_modules\/(@[^/]+\/)?[^/]+$/.test(path) && dev !== true)
    .map(([path]) => path);
}

export class InstalledPackage {
  /** The folder in which it is installed. */
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), "thimble-package-")));
  readonly tarball: string;
  readonly root = join(this.folder, "node_modules", "thimble");

  constructor() {
    const packed = mkdtempSync(join(this.folder, "packed-"));
    // dist/ is compiled: that is what runs these tests.
    const args = ["pack", packageRoot, "--ignore-scripts", "--pack-destination", packed];
    execFileSync("npm", args, { cwd: this.folder, stdio: ["ignore", "ignore", "ignore"] });
    this.tarball = join(packed, readdirSync(packed)[0] ?? "");
    mkdirSync(this.root, { recursive: true });
    execFileSync("tar", ["-xzf", this.tarball, "-C", this.root, "--strip-components=1"]);
    for (const path of neededPackages()) {
      mkdirSync(dirname(join(this.folder, path)), { recursive: true });
      symlinkSync(realpathSync(join(packageRoot, path)), join(this.folder, path));
    }
    const program = join(this.root, "dist", "cli", "thimble.js");
    chmodSync(program, 0o755);
    mkdirSync(join(this.folder, "node_modules", ".bin"));
    symlinkSync(program, join(this.folder, "node_modules", ".bin", "thimble"));
  }

  /** Names of all files in it. */
  get files(): string[] {
    const entries = readdirSync(this.root, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name).slice(this.root.length + 1));
  }

  /** Runs its `thimble` as npx does; with the engines of this checkout. */
  thimble(args: readonly string[], cwd: string): Promise<CommandResult> {
    return new Promise((resolve, reject) => {
      const bin = join(this.folder, "node_modules", ".bin");
      const env = { ...process.env, THIMBLE_BUILD: buildRoot(), PATH: `${bin}:${process.env.PATH}` };
      const child = spawn("thimble", args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
      let stdout = "";
      let stderr = "";
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        stdout += text;
      });
      child.stderr.setEncoding("utf8").on("data", (text: string) => {
        stderr += text;
      });
      const late = setTimeout(() => child.kill("SIGKILL"), RUN_LIMIT_MS);
      child.on("error", reject);
      child.on("close", (status) => {
        clearTimeout(late);
        resolve({ status, stdout, stderr });
      });
    });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
