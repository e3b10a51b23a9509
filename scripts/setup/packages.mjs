// SPDX-License-Identifier: Apache-2.0
/** The programs that come from the operating system: found on PATH, installed by apt-get, or named with the command to install them. */
import { existsSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { createInterface } from "node:readline/promises";
import { depsDir } from "./paths.mjs";
import { SetupError, say } from "./report.mjs";
import { findProgram, outputOf, runInFront, runQuietly } from "./run.mjs";

const has = (name) => findProgram(name) !== undefined;

/** newlib is there when the cross compiler finds the specs file of its small build. */
function hasNewlib() {
  const path = outputOf("arm-none-eabi-gcc", ["-print-file-name=nano.specs"]);
  return path !== undefined && path !== "nano.specs" && existsSync(path);
}

/** Compiler-rt is there when the compiler's folder has the fuzzer's library. */
function hasLibFuzzer() {
  const folder = join(outputOf("clang", ["-print-resource-dir"]) ?? "", "lib");
  if (folder === "lib" || !existsSync(folder)) return false;
  return readdirSync(folder, { recursive: true }).some((file) =>
    /^libclang_rt\.fuzzer(-[^.]*)?\.a$/.test(basename(file)),
  );
}

/** One interpreter has both modules. Debian's are those of its own; another may stand before it on PATH. */
const hasPythonCose = () =>
  ["python3", "/usr/bin/python3"].some(
    (python) => outputOf(python, ["-c", "import cbor2, cryptography"]) !== undefined,
  );

const builds = () => true;
const fuzzes = (work) => work.fuzzes === true;
const signs = (work) => work.signs === true;
const unpacksXs = () => !process.env.MODDABLE && !existsSync(join(depsDir, "xs"));
const unpacksMbedtls = ({ boards }) =>
  boards.length > 0 && !process.env.MBEDTLS_DIR && !existsSync(join(depsDir, "mbedtls"));
const buildsForArm = ({ boards }) => boards.includes("mps2-an505");

/** Debian's package, the test for what we need of it, what needs it, and its name where it has another. */
const PACKAGES = [
  { name: "cmake", present: () => has("cmake"), neededFor: builds },
  {
    name: "build-essential",
    present: () => has(process.env.CC || "cc") && (has("make") || has("ninja")),
    neededFor: builds,
    elsewhere: { brew: "gcc make", dnf: "gcc make", pacman: "base-devel" },
  },
  { name: "tar", present: () => has("tar"), neededFor: (work) => unpacksXs() || unpacksMbedtls(work) },
  { name: "git", present: () => has("git"), neededFor: unpacksMbedtls },
  { name: "bzip2", present: () => has("bzip2"), neededFor: unpacksMbedtls },
  {
    name: "xz-utils",
    present: () => has("xz"),
    neededFor: unpacksMbedtls,
    elsewhere: { brew: "xz", dnf: "xz", pacman: "xz" },
  },
  {
    name: "gcc-arm-none-eabi",
    present: () => has("arm-none-eabi-gcc"),
    neededFor: buildsForArm,
    elsewhere: { brew: "gcc-arm-embedded", dnf: "arm-none-eabi-gcc-cs", pacman: "arm-none-eabi-gcc" },
  },
  {
    name: "libnewlib-arm-none-eabi",
    present: hasNewlib,
    neededFor: buildsForArm,
    elsewhere: { brew: "gcc-arm-embedded", dnf: "arm-none-eabi-newlib", pacman: "arm-none-eabi-newlib" },
  },
  {
    name: "qemu-system-arm",
    present: () => has("qemu-system-arm"),
    neededFor: buildsForArm,
    elsewhere: { brew: "qemu" },
  },
  { name: "clang", present: () => has("clang"), neededFor: fuzzes, elsewhere: { brew: "llvm" } },
  {
    name: "libclang-rt-dev",
    present: hasLibFuzzer,
    neededFor: fuzzes,
    elsewhere: { brew: "llvm", dnf: "compiler-rt", pacman: "compiler-rt" },
  },
  { name: "openssl", present: () => has("openssl"), neededFor: signs },
  { name: "python3", present: () => has("python3"), neededFor: signs },
  {
    name: "python3-cbor2",
    present: hasPythonCose,
    neededFor: signs,
    elsewhere: { pacman: "python-cbor2" },
  },
  {
    name: "python3-cryptography",
    present: hasPythonCose,
    neededFor: signs,
    elsewhere: { brew: "cryptography", pacman: "python-cryptography" },
  },
  { name: "opensc", present: () => has("pkcs11-tool"), neededFor: signs },
  {
    name: "softhsm2",
    present: () => has("softhsm2-util"),
    neededFor: signs,
    elsewhere: { brew: "softhsm", dnf: "softhsm", pacman: "softhsm" },
  },
];

const OTHER_MANAGERS = { brew: "brew install", dnf: "sudo dnf install", pacman: "sudo pacman -S" };

const missingFor = (work) => PACKAGES.filter(({ neededFor, present }) => neededFor(work) && !present());
const listOf = (packages) => packages.map(({ name }) => name).join(", ");

/** The command that installs these with another package manager of this machine. */
function hintFor(packages) {
  const manager = Object.keys(OTHER_MANAGERS).find(has);
  if (manager === undefined) return "Install them with this system's package manager.";
  const names = new Set(packages.map(({ name, elsewhere }) => elsewhere?.[manager] ?? name));
  return `Try: ${OTHER_MANAGERS[manager]} ${[...names].join(" ")}`;
}

async function askOnTerminal(question) {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return false;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  // Without a listener Ctrl-C would leave the question open for ever.
  terminal.on("SIGINT", () => {
    terminal.close();
    process.stderr.write("\n");
    process.exit(130);
  });
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
 * Sees to the programs that the work needs. The system is changed without asking by root and where CI=true; on a terminal
 * after a yes.
 * @param work.boards - whose engines are to be built; none: the byte-code compiler alone.
 * @param work.fuzzes - whether libFuzzer is needed as well.
 * @param work.signs - whether the tests hold our signatures against other software, and keep a key in a token.
 * @throws SetupError SETUP_PACKAGES - naming the command to run, where nobody can be asked or the answer is no.
 */
export async function ensurePackages(work) {
  const missing = missingFor(work);
  if (missing.length === 0) return;
  const names = missing.map(({ name }) => name);
  const fail = (message, advice) => {
    throw new SetupError(message, advice, "SETUP_PACKAGES");
  };
  if (!has("apt-get")) fail(`what Debian calls ${listOf(missing)} is missing`, hintFor(missing));
  const command = `sudo apt-get install --no-install-recommends ${names.join(" ")}`;
  const isRoot = process.getuid?.() === 0;
  const isCi = process.env.CI === "true";
  if (!isRoot && !isCi && !(await askOnTerminal(`These system packages are missing. Run this?\n  ${command}\n`))) {
    fail(`these system packages are missing: ${listOf(missing)}`, `Run: ${command}`);
  }
  try {
    await aptInstall(isRoot ? [] : ["sudo", ...(isCi ? ["-n"] : [])], names);
  } catch (error) {
    fail(
      `these system packages cannot be installed: ${listOf(missing)}`,
      `${error.advice ?? error.message}\nRun: ${command}`,
    );
  }
  const still = missingFor(work);
  if (still.length > 0) fail(`installed, yet not usable: ${listOf(still)}`, `Check: ${command}`);
}
