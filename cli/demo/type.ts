// SPDX-License-Identifier: Apache-2.0
/** Command lines in `npm start`, typed by us. */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { colorsFor } from "../terminal.js";

const THIMBLE = fileURLToPath(new URL("../thimble.js", import.meta.url));
const colors = colorsFor(process.stdout);

/** @param onText - told what it writes; undefined: that goes where ours goes. */
function run(folder: string, line: string, expected: number, onText?: (text: string) => void): Promise<void> {
  const written = onText === undefined ? "inherit" : "pipe";
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [THIMBLE, ...line.split(" ")], {
      cwd: folder,
      stdio: ["inherit", written, written],
    });
    for (const stream of [child.stdout, child.stderr]) stream?.setEncoding("utf8").on("data", onText ?? (() => {}));
    child.on("error", reject);
    child.on("close", (status) => {
      if (status === expected) resolve();
      else reject(new Error(`thimble ${line} ended with status ${status}`));
    });
  });
}

function prompt(line: string): void {
  process.stdout.write(`\n${colors.dim("$")} ${colors.bold(`thimble ${line}`)}\n`);
}

/** Runs a command line as a person would see it. @throws Error - it ended with another status than expected. */
export function type(folder: string, line: string, expected = 0): Promise<void> {
  prompt(line);
  return run(folder, line, expected);
}

/** The same, and shows these lines only. */
export async function typeBriefly(folder: string, line: string, shown: RegExp, expected = 0): Promise<void> {
  prompt(line);
  let text = "";
  await run(folder, line, expected, (part) => {
    text += part;
  });
  let isLeftOut = false;
  for (const one of text.trimEnd().split("\n")) {
    if (shown.test(one)) process.stdout.write(`${one}\n`);
    else if (!isLeftOut) process.stdout.write(`${colors.dim("…")}\n`);
    isLeftOut = !shown.test(one);
  }
}

/** For what was shown before. @throws Error - it failed, with what it said. */
export async function typeQuietly(folder: string, line: string): Promise<void> {
  let text = "";
  await run(folder, line, 0, (part) => {
    text += part;
  }).catch((cause: unknown) => {
    throw new Error(`${cause instanceof Error ? cause.message : String(cause)}: ${text}`, { cause });
  });
}
