// SPDX-License-Identifier: Apache-2.0
/** The second act of `npm start`: what a maker types on the first evening, typed by us. */
import { spawn } from "node:child_process";
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { colorsFor } from "../terminal.js";

const THIMBLE = fileURLToPath(new URL("../thimble.js", import.meta.url));
const NODE_HABIT = '\nsetTimeout(() => trace("too late\\n"), 10);\n';
const colors = colorsFor(process.stdout);

/** Runs a command line as a person would see it. @throws Error - it ended with another status than expected. */
function type(folder: string, line: string, expected = 0): Promise<void> {
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

/** @param folder - where the project is made. */
export async function showEvening(folder: string): Promise<void> {
  await type(folder, "create cellar --template sensor");
  await type(folder, "test cellar");
  await type(folder, "test cellar --board mps2-an505 --reporter dot");
  process.stdout.write(
    `\n${colors.dim("# A habit from Node, at the end of cellar/main.ts:")}${NODE_HABIT.trimEnd()}\n`,
  );
  appendFileSync(join(folder, "cellar", "main.ts"), NODE_HABIT);
  await type(folder, "build cellar", 1);
}
