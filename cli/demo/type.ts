// SPDX-License-Identifier: Apache-2.0
/** Command lines in `npm start`, typed by us. */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { colorsFor } from "../terminal.js";

const THIMBLE = fileURLToPath(new URL("../thimble.js", import.meta.url));
const colors = colorsFor(process.stdout);

/** Runs a command line as a person would see it. @throws Error - it ended with another status than expected. */
export function type(folder: string, line: string, expected = 0): Promise<void> {
  process.stdout.write(`\n${colors.dim("$")} ${colors.bold(`thimble ${line}`)}\n`);
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [THIMBLE, ...line.split(" ")], { cwd: folder, stdio: "inherit" });
    child.on("error", reject);
    child.on("close", (status) => {
      if (status === expected) resolve();
      else reject(new Error(`thimble ${line} ended with status ${status}`));
    });
  });
}
