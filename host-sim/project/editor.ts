// SPDX-License-Identifier: Apache-2.0
/**
 * Keeps an app's `.thimble/` up to date, which its `tsconfig.json` extends: with it an editor, and `tsc`, see the app as
 * `thimble build` does. Folders whose tsconfig.json does not extend it are left alone.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isUpToDate } from "./record.js";

const EXTENDS = /"extends"\s*:\s*(\[[^\]]*)?"\.\/\.thimble\/tsconfig\.json"/;

function extendsOurs(folder: string): boolean {
  try {
    return EXTENDS.test(readFileSync(join(folder, "tsconfig.json"), "utf8"));
  } catch {
    return false;
  }
}

/**
 * Makes `.thimble/` of an app's folder anew where it is out of date. Never fails: what is wrong with a manifest the build
 * says, and a build is not to fail for an editor's sake.
 */
export async function refreshProject(folder: string): Promise<void> {
  if (!extendsOurs(folder) || isUpToDate(folder)) return;
  const { writeProject } = await import("./write-project.js");
  try {
    writeProject(folder);
  } catch {
    // the old files stay
  }
}
