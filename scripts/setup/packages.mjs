// SPDX-License-Identifier: Apache-2.0
/** The programs that come from the operating system: found on PATH, installed by apt-get, or named with the command to install them. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline/promises";
import { depsDir } from "./paths.mjs";
import { SetupError, say } from "./report.mjs";
import { findProgram, outputOf, runInFront, runQuietly } from "./run.mjs";

/** newlib is there when the cross compiler finds the specs file of its small build. */
function hasNewlib() {
  const path = outputOf("arm-none-eabi-gcc", ["-print-file-name=nano.specs"]);
  return path !== undefined && path !== "nano.specs" && existsSync(path);
}

const unpacksMbedtls = () => !process.env.MBEDTLS_DIR && !existsSync(join(depsDir, "mbedtls"));

/** Debian's package name and the test for what we need of it. */
const NEEDED = [
  { name: "gcc-arm-none-eabi", present: () => findProgram("arm-none-eabi-gcc") !== undefined },
  { name: "libnewlib-arm-none-eabi", present: hasNewlib },
  { name: "qemu-system-arm", present: () => findProgram("qemu-system-arm") !== undefined },
  { name: "bzip2", present: () => findProgram("bzip2") !== undefined || !unpacksMbedtls() },
  { name: "xz-utils", present: () => findProgram("xz") !== undefined || !unpacksMbedtls() },
];

/** What must be there before us, and is not installed by us. */
const PREREQUISITES = ["git", "tar", "cmake", "cc"];

const OTHER_SYSTEMS = [
  ["brew", "brew install qemu && brew install --cask gcc-arm-embedded"],
  ["dnf", "sudo dnf install arm-none-eabi-gcc-cs arm-none-eabi-newlib qemu-system-arm"],
  ["pacman", "sudo pacman -S arm-none-eabi-gcc arm-none-eabi-newlib qemu-system-arm"],
];

async function askOnTerminal(question) {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return false;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `)).trim());
  } finally {
    terminal.close();
  }
}

/** Installs with apt-get. The package lists are refreshed only when the first try fails: they may be missing or old. */
async function aptInstall(prefix, names) {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const [program, ...before] = [...prefix, "apt-get"];
  const install = [...before, "install", "-y", "--no-install-recommends", ...names];
  if (prefix.length > 0 && process.stdin.isTTY) await runInFront("sudo", ["-v"]); // the password is asked for here
  say(`system packages: installing ${names.join(", ")}`);
  try {
    await runQuietly(program, install, { env, title: "apt-get install" });
  } catch {
    say("system packages: refreshing the package lists, then once more");
    await runQuietly(program, [...before, "update"], { env, title: "apt-get update" });
    await runQuietly(program, install, { env, title: "apt-get install" });
  }
}

/**
 * Sees to the cross compiler, newlib and QEMU. The system is changed without asking by root and where CI=true; on a terminal after a yes.
 * @throws SetupError naming the command to run, where nobody can be asked or the answer is no.
 */
export async function ensurePackages() {
  const absent = PREREQUISITES.filter((program) => findProgram(program) === undefined);
  if (absent.length > 0) {
    throw new SetupError(`not found on PATH: ${absent.join(", ")}`, "Install a C compiler, CMake, git and tar first.");
  }
  const missing = NEEDED.filter(({ present }) => !present()).map(({ name }) => name);
  if (missing.length === 0) return;

  if (findProgram("apt-get") === undefined) {
    const known = OTHER_SYSTEMS.find(([manager]) => findProgram(manager) !== undefined);
    const hint = known === undefined ? "Install them with this system's package manager." : `Try: ${known[1]}`;
    throw new SetupError(`what Debian calls ${missing.join(", ")} is missing`, hint);
  }
  const command = `sudo apt-get install --no-install-recommends ${missing.join(" ")}`;
  const isRoot = process.getuid?.() === 0;
  const isCi = process.env.CI === "true";
  if (!isRoot && !isCi && !(await askOnTerminal(`These system packages are missing. Run this?\n  ${command}\n`))) {
    throw new SetupError(`these system packages are missing: ${missing.join(", ")}`, `Run: ${command}`);
  }
  await aptInstall(isRoot ? [] : ["sudo", ...(isCi ? ["-n"] : [])], missing);

  const still = NEEDED.filter(({ present }) => !present()).map(({ name }) => name);
  if (still.length > 0) throw new SetupError(`installed, yet not usable: ${still.join(", ")}`, `Check: ${command}`);
}
