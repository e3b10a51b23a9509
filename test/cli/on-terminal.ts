// SPDX-License-Identifier: Apache-2.0
/** The built `thimble` command on a terminal of its own (script, of util-linux). */
import { spawn, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

export const TERMINAL_LIMIT_MS = 20_000;
const THIMBLE = fileURLToPath(new URL("../../cli/thimble.js", import.meta.url));

/** What to type for `thimble ARGS`. */
export function commandLine(args: string): string {
  return `'${process.execPath}' '${THIMBLE}' ${args}`;
}

/** For a hook: skips the suite where there is no such program, but for CI. */
export function needsTerminal(suite: { skip(): void }): void {
  const { status } = spawnSync("script", ["-qec", "true", "/dev/null"], { stdio: "ignore" });
  if (status === 0) return;
  if (process.env.CI === "true") throw new Error("the program `script` (util-linux) is needed for this suite");
  suite.skip();
}

/** Runs a command line on a terminal; types each answer when its question has come. @returns what the screen shows. */
export function onTerminal(
  line: string,
  folder: string,
  dialogue: readonly (readonly [question: RegExp, answer: string])[],
): Promise<{ screen: string; status: number | null }> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, CI: "", TERM: "xterm", NO_COLOR: "1" };
    const child = spawn("script", ["-qec", line, "/dev/null"], { cwd: folder, env, stdio: ["pipe", "pipe", "pipe"] });
    let screen = "";
    let seen = 0;
    const left = [...dialogue];
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      screen += text;
      const [next] = left;
      const match = next?.[0].exec(screen.slice(seen));
      if (next === undefined || !match) return;
      seen += match.index + match[0].length;
      left.shift();
      child.stdin.write(next[1]);
    });
    const late = setTimeout(() => child.kill("SIGKILL"), TERMINAL_LIMIT_MS);
    child.on("error", reject);
    child.on("close", (status) => {
      clearTimeout(late);
      resolve({ screen, status });
    });
  });
}
