// SPDX-License-Identifier: Apache-2.0
/** Blocks that stand for themselves: manifests, other JSON, recordings, shell lines, C. Each check throws. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseRecording } from "../../host-sim/board/recording.js";
import { engineFolder, packageRoot } from "../../host-sim/engine/paths.js";
import { resolveManifest } from "../../host-sim/manifest/resolve.js";
import { runLine } from "./shell.js";

const BOARDS = ["host", "mps2-an505"] as const;

/** An empty file for each source that a manifest names, so that it can be resolved alone. */
function makeSources(modules: Readonly<Record<string, unknown>>, folder: string): void {
  for (const source of Object.values(modules).flat()) {
    if (typeof source !== "string" || !source.startsWith("./")) continue;
    const path = join(folder, `${source.replace("*", "one")}.ts`);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, "");
  }
}

/** Resolves a manifest for each board. */
export function checkManifest(path: string): void {
  for (const platform of BOARDS) {
    resolveManifest(path, { platform, thimbleRoot: packageRoot, environment: {} });
  }
}

/** JSON; a manifest (it says what to include or which modules) is resolved, in a folder of its own. */
export function checkJson(text: string, folder: string): void {
  const value: unknown = JSON.parse(text);
  if (typeof value !== "object" || value === null || !("modules" in value || "include" in value)) return;
  mkdirSync(folder, { recursive: true });
  if ("modules" in value) makeSources(value.modules as Record<string, unknown>, folder);
  writeFileSync(join(folder, "manifest.json"), text);
  checkManifest(join(folder, "manifest.json"));
}

export function checkRecording(text: string): void {
  parseRecording(text, "recording");
}

interface PackageJson {
  readonly name: string;
  readonly version: string;
  readonly scripts: Readonly<Record<string, string>>;
}

const packageJson = JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8")) as PackageJson;

/** Lines that change the machine, or need a network or a token: they are read, not run. */
const READ_ONLY = /^(sudo )?(apt-get|git clone|npm (ci|install|pack)|cd|mkdir|pkcs11-tool|thimble keys import) ?/;

/** The script that `npm start`, `npm test` and `npm run NAME` call. */
function scriptOf(line: string): string | undefined {
  return /^npm (?:run )?(start|test)\b/.exec(line)?.[1] ?? /^npm run ([\w-]+)/.exec(line)?.[1];
}

async function checkShellLine(line: string): Promise<void> {
  const script = scriptOf(line);
  const [tarball] = /\bthimble-[\w.]+\.tgz\b/.exec(line) ?? [];
  const expected = `${packageJson.name}-${packageJson.version}.tgz`;
  if (tarball !== undefined && tarball !== expected) throw new Error(`npm pack makes ${expected}, not ${tarball}`);
  if (script !== undefined) {
    if (!(script in packageJson.scripts)) throw new Error(`package.json has no script "${script}"`);
  } else if (line.startsWith("node dist/")) {
    const { status, output } = await runLine(line, packageRoot);
    if (status !== 0) throw new Error(`exit status ${status}:\n${output}`);
  } else if (!READ_ONLY.test(line)) {
    throw new Error(`no runner claims "${line}"`);
  }
}

/** Syntax of all; `npm` lines name a script of ours, `node dist/...` lines run in the checkout. */
export async function checkShell(text: string): Promise<void> {
  execFileSync("bash", ["-n"], { input: text, stdio: ["pipe", "ignore", "pipe"] });
  for (const line of text.split("\n")) {
    const command = line.replace(/(^|\s)#.*$/, "").trim();
    if (command !== "") await checkShellLine(command);
  }
}

/** Where headers are and which macros are set, as the host's engine is built. */
function compilerFlags(): string[] {
  const file = join(engineFolder("host", "release"), "compile_commands.json");
  const commands = JSON.parse(readFileSync(file, "utf8")) as { file: string; command: string }[];
  const command = commands.find(({ file }) => file.endsWith("devices/runtime/machine.c"))?.command ?? "";
  return command.match(/-(?:I|D|isystem )\S+/g)?.flatMap((flag) => flag.replaceAll("\\", "").split(" ")) ?? [];
}

/** C that the compiler accepts beside the headers of the runtime. */
export function checkC(text: string): void {
  const args = ["-fsyntax-only", "-Wall", "-Wextra", "-Werror", "-x", "c", ...compilerFlags(), "-"];
  execFileSync(process.env.CC ?? "cc", args, { input: text, stdio: ["pipe", "ignore", "pipe"] });
}
