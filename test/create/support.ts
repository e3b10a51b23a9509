// SPDX-License-Identifier: Apache-2.0
/** Folders for projects, gone after the suite; and TypeScript's own compiler on them. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { thimble } from "../cli/support.js";

const TSC = createRequire(import.meta.url).resolve("typescript/bin/tsc");
const folders: string[] = [];

/** An empty folder. */
export function makeFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "thimble-create-")));
  folders.push(folder);
  return folder;
}

export function removeFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

/** A project from a template. @returns its folder. */
export async function makeProject(template: string): Promise<string> {
  const parent = makeFolder();
  const { status, stdout, stderr } = await thimble(["create", "app", "--template", template], { cwd: parent });
  if (status !== 0) throw new Error(`thimble create ended with ${status}: ${stdout}${stderr}`);
  return join(parent, "app");
}

/** What `tsc -p` says of a folder; empty when it finds nothing. */
export function tsc(folder: string): string {
  const { status, stdout } = spawnSync(process.execPath, [TSC, "-p", folder, "--pretty", "false"], {
    encoding: "utf8",
    cwd: folder,
  });
  if ((status === 0) !== (stdout === "")) throw new Error(`tsc ended with ${status}: ${stdout}`);
  return stdout;
}
