// SPDX-License-Identifier: Apache-2.0
/**
 * The sources of Mbed TLS 3.6 LTS, in build/deps/mbedtls: from Debian 13 ("trixie"), or the folder that MBEDTLS_DIR names.
 * apt runs with lists, cache and state of its own under build/, without root; the machine's lists and packages stay as they are. apt
 * verifies the archive's signature and every digest down to the source files.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { findDebianMirror } from "./apt-source.mjs";
import { buildDir, depsDir } from "./paths.mjs";
import { SetupError, say } from "./report.mjs";
import { findProgram, runQuietly } from "./run.mjs";
import { linkDependency, readStamp, removeDependency, sha256, writeStamp } from "./stamp.mjs";

const SUITE = "trixie";
const VERSION = /^3\.6\.\d+$/;
const OVERRIDE = "Or set MBEDTLS_DIR to a folder with the sources of Mbed TLS 3.6.";
/** Folders of the tarball that no build of ours reads: two thirds of its size. */
const UNREAD = ["tests", "visualc", "programs", "docs", "doxygen"];

const target = join(depsDir, "mbedtls");
const aptDir = join(buildDir, "apt");

/** The version in a source folder, or undefined when it holds no Mbed TLS. */
function versionOf(folder) {
  const header = join(folder, "include", "mbedtls", "build_info.h");
  if (!existsSync(header)) return undefined;
  return /MBEDTLS_VERSION_STRING\s+"([^"]+)"/.exec(readFileSync(header, "utf8"))?.[1];
}

function linkFolder(named) {
  const folder = resolve(named);
  const version = versionOf(folder);
  const refuse = (why) => {
    throw new SetupError(`MBEDTLS_DIR is ${named}${why}`, "Correct MBEDTLS_DIR, or unset it.", "SETUP_SOURCES");
  };
  if (version === undefined) refuse(", which holds no Mbed TLS sources");
  if (!VERSION.test(version)) refuse(`: version ${version}, and 3.6 is needed`);
  if (linkDependency("mbedtls", folder)) say(`Mbed TLS: ${folder} (MBEDTLS_DIR), version ${version}`);
}

/** Text of a private apt configuration. It is read after the machine's own, so proxy and certificates stay and the rest is replaced. */
function aptConfiguration(sourceList) {
  return [
    "#clear APT::Update::Pre-Invoke;",
    "#clear APT::Update::Post-Invoke;",
    "#clear APT::Update::Post-Invoke-Success;",
    `Dir::Etc::SourceList "${sourceList}";`,
    'Dir::Etc::SourceParts "/dev/null";',
    `Dir::State "${join(aptDir, "state")}";`,
    `Dir::State::Lists "${join(aptDir, "lists")}";`,
    `Dir::State::status "${join(aptDir, "status")}";`,
    `Dir::Cache "${join(aptDir, "cache")}";`,
    'Acquire::Languages "none";',
    // Without a network apt would try each name for minutes.
    'Acquire::Retries "1";',
    'Acquire::http::Timeout "20";',
    'Acquire::https::Timeout "20";',
    'APT::Default-Release "";',
    'APT::Update::Error-Mode "any";',
    // Run by root, apt would drop to a user who may not be able to read this checkout.
    'APT::Sandbox::User "root";',
    "",
  ].join("\n");
}

/** Makes the private apt root. Returns the path of its configuration file. */
function makeAptRoot({ uri, signedBy }) {
  rmSync(aptDir, { recursive: true, force: true });
  for (const folder of ["state", "lists/partial", "cache/archives/partial", "download"]) {
    mkdirSync(join(aptDir, folder), { recursive: true });
  }
  writeFileSync(join(aptDir, "status"), "");
  let keys = signedBy;
  if (signedBy?.includes("BEGIN PGP PUBLIC KEY")) {
    keys = join(aptDir, "keys.asc");
    writeFileSync(keys, `${signedBy.trim()}\n`);
  }
  const sourceList = join(aptDir, "sources.list");
  writeFileSync(sourceList, `deb-src ${keys === undefined ? "" : `[signed-by=${keys}] `}${uri} ${SUITE} main\n`);
  const configuration = join(aptDir, "apt.conf");
  writeFileSync(configuration, aptConfiguration(sourceList));
  return configuration;
}

/** Has apt fetch and verify the source package. Returns the folder with the files. */
async function download() {
  const mirror = findProgram("apt-get") === undefined ? undefined : findDebianMirror();
  if (mirror === undefined) {
    const message = "Mbed TLS comes from Debian, and this machine's apt names no Debian mirror";
    throw new SetupError(message, OVERRIDE, "SETUP_FETCH");
  }
  say(`Mbed TLS: reading Debian's source list (${SUITE})`);
  const folder = join(aptDir, "download");
  const configuration = makeAptRoot(mirror);
  try {
    await runQuietly("apt-get", ["-c", configuration, "update"], { title: "apt-get update" });
    say("Mbed TLS: downloading the sources");
    const source = ["-c", configuration, "source", "--download-only", "mbedtls"];
    await runQuietly("apt-get", source, { cwd: folder, title: "apt-get source" });
  } catch (error) {
    throw new SetupError(
      `Mbed TLS cannot be had from Debian ${SUITE}: ${error.message}`,
      `${error.advice ?? ""}\nIt needs a Debian mirror, this once. ${OVERRIDE}`,
      "SETUP_FETCH",
    );
  }
  return folder;
}

/** Applies Debian's patches (its fixes, security ones too) with git, which needs no repository for that. */
async function applyPatches(archive, folder) {
  const patches = join(aptDir, "patches");
  mkdirSync(patches, { recursive: true });
  await runQuietly("tar", ["-xf", archive, "-C", patches, "debian/patches"]);
  const series = join(patches, "debian", "patches", "series");
  if (!existsSync(series)) return;
  const names = readFileSync(series, "utf8")
    .split("\n")
    .map((line) => line.trim());
  const excluded = UNREAD.map((name) => `--exclude=${name}/*`);
  const env = { ...process.env, GIT_DIR: "/dev/null" };
  for (const name of names.filter((line) => line !== "" && !line.startsWith("#"))) {
    const patch = join(patches, "debian", "patches", name);
    await runQuietly("git", ["apply", ...excluded, patch], { cwd: folder, env, title: `patch ${name}` });
  }
}

async function unpack(from) {
  const names = readdirSync(from);
  const find = (pattern) => names.find((name) => pattern.test(name));
  const [original, debian, dsc] = [find(/\.orig\.tar\.[a-z0-9]+$/), find(/\.debian\.tar\.[a-z0-9]+$/), find(/\.dsc$/)];
  if (original === undefined || debian === undefined || dsc === undefined) {
    throw new SetupError(`the source package is not what we expect: ${names.join(", ")}`, OVERRIDE, "SETUP_SOURCES");
  }
  say(`Mbed TLS: unpacking ${original} with the patches of ${dsc}`);
  const fresh = `${target}.new`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { recursive: true });
  const excluded = UNREAD.map((name) => `--exclude=*/${name}`);
  await runQuietly("tar", ["-xf", join(from, original), "-C", fresh, "--strip-components=1", ...excluded]);
  await applyPatches(join(from, debian), fresh);
  const version = versionOf(fresh);
  if (version === undefined || !VERSION.test(version)) {
    throw new SetupError(`Debian ${SUITE} has Mbed TLS ${version}, and 3.6 is needed`, OVERRIDE, "SETUP_SOURCES");
  }
  removeDependency("mbedtls");
  renameSync(fresh, target);
  writeStamp("mbedtls", `debian ${dsc} ${sha256(readFileSync(join(from, dsc)))}`);
}

/** Makes build/deps/mbedtls, with include/ and library/. */
export async function ensureMbedtls() {
  const { MBEDTLS_DIR } = process.env;
  if (MBEDTLS_DIR !== undefined && MBEDTLS_DIR !== "") return linkFolder(MBEDTLS_DIR);
  if (readStamp("mbedtls")?.startsWith("debian ") && versionOf(target) !== undefined) return;
  try {
    await unpack(await download());
  } finally {
    rmSync(aptDir, { recursive: true, force: true });
  }
}
