// SPDX-License-Identifier: Apache-2.0
/** Key stores in folders that go away, and what a folder holds, to see that nothing was changed. */
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CommandResult, thimble } from "../cli/support.js";

export const PASSPHRASE = "correct horse battery";

const folders: string[] = [];

export function makeFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "thimble-keys-")));
  folders.push(folder);
  return folder;
}

export function removeFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

/** Runs `thimble ARGS` in a folder, with a passphrase in its environment unless another is given. */
export function run(folder: string, line: string, env: Readonly<Record<string, string>> = {}): Promise<CommandResult> {
  return thimble(line.split(" "), { cwd: folder, env: { THIMBLE_KEY_PASSPHRASE: PASSPHRASE, CI: "true", ...env } });
}

/** @throws Error - it did not end well. */
export async function runWell(
  folder: string,
  line: string,
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { status, stdout, stderr } = await run(folder, line, env);
  if (status !== 0) throw new Error(`thimble ${line} ended with ${status}: ${stdout}${stderr}`);
  return stdout;
}

/** The first line of an error: its code and what is wrong. */
export async function refusal(
  folder: string,
  line: string,
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { status, stdout, stderr } = await run(folder, line, env);
  if (status !== 1) throw new Error(`thimble ${line} ended with ${status}: ${stdout}${stderr}`);
  return /^error (.*)$/m.exec(stderr)?.[1] ?? stderr;
}

/** Each file below a folder, with its mode and content. */
export function contentOf(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
  const plain = files.filter((name) => statSync(join(folder, name)).isFile());
  return Object.fromEntries(
    plain.map((name) => [
      name,
      `${(statSync(join(folder, name)).mode & 0o777).toString(8)} ${readFileSync(join(folder, name), "hex")}`,
    ]),
  );
}
