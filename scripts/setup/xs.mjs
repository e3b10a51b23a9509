// SPDX-License-Identifier: Apache-2.0
/** The sources of the XS engine, in build/deps/xs: from the pinned npm package, or from the Moddable SDK that MODDABLE names. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { buildDir, depsDir } from "./paths.mjs";
import { SetupError, say } from "./report.mjs";
import { runQuietly } from "./run.mjs";
import { linkDependency, readStamp, removeDependency, writeStamp } from "./stamp.mjs";

const PACKAGE = "@agoric/xsnap@0.15.0";
const INTEGRITY = "sha512-ZBm4DZxbtfacxMHVVdJjZi0Y8zOxN77vpu1WwI5RWfPkaRh0aHkz/dVdTGKXalDNzWfz183lljKxlxl3/h0n+A==";

/** The firmware's key table and the archives are made for this one. */
const VERSION = "13.3";

const target = join(depsDir, "xs");
const hasSources = (folder) =>
  existsSync(join(folder, "sources", "xsAll.h")) && existsSync(join(folder, "includes", "xs.h"));

/** Major and minor version that the sources declare; of several (newer SDKs count features) the first. */
function versionOf(folder) {
  const header = readFileSync(join(folder, "sources", "xsCommon.h"), "utf8");
  const numberOf = (name) => new RegExp(`#define ${name} \\(?(\\d+)`).exec(header)?.[1] ?? "?";
  return `${numberOf("XS_MAJOR_VERSION")}.${numberOf("XS_MINOR_VERSION")}`;
}

function linkModdable(moddable) {
  const folder = join(resolve(moddable), "xs");
  if (!hasSources(folder)) {
    throw new SetupError(
      `MODDABLE is ${moddable}, and there are no XS sources in its folder xs`,
      "Correct MODDABLE, or unset it.",
      "SETUP_SOURCES",
    );
  }
  const version = versionOf(folder);
  if (version !== VERSION) {
    throw new SetupError(
      `MODDABLE is ${moddable}, which has XS ${version}; the simulator needs XS ${VERSION}`,
      "Name a Moddable SDK of the tags 3.7.6 to 3.8.7, or unset MODDABLE: the pinned sources are then fetched.",
      "SETUP_SOURCES",
    );
  }
  if (linkDependency("xs", folder)) say(`XS sources: ${folder} (MODDABLE)`);
}

/** Downloads the tarball alone: npm neither resolves its dependencies nor runs its scripts. */
async function download() {
  const folder = join(buildDir, "downloads", "xs");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const options = [
    "--ignore-scripts",
    "--fetch-retries=1",
    "--fetch-retry-mintimeout=1000",
    "--pack-destination",
    folder,
  ];
  try {
    await runQuietly("npm", ["pack", PACKAGE, ...options], { cwd: folder, title: "npm pack" });
  } catch (error) {
    throw new SetupError(
      `the sources of XS cannot be fetched (npm pack ${PACKAGE})`,
      `${error.advice ?? error.message}\nIt needs the npm registry, this once. Or set MODDABLE to a Moddable SDK of the tags 3.7.6 to 3.8.7.`,
      "SETUP_FETCH",
    );
  }
  const tarball = join(folder, readdirSync(folder).find((name) => name.endsWith(".tgz")) ?? "missing.tgz");
  const digest = `sha512-${createHash("sha512").update(readFileSync(tarball)).digest("base64")}`;
  if (digest !== INTEGRITY) {
    rmSync(folder, { recursive: true, force: true });
    throw new SetupError(
      `${PACKAGE} is not the pinned package: ${digest}`,
      "Nothing was unpacked. Check which npm registry is configured.",
      "SETUP_SOURCES",
    );
  }
  return tarball;
}

/** Makes build/deps/xs, with the folders includes, platforms and sources. */
export async function ensureXs() {
  const { MODDABLE } = process.env;
  if (MODDABLE !== undefined && MODDABLE !== "") return linkModdable(MODDABLE);
  const wanted = `${PACKAGE} ${INTEGRITY}`;
  if (readStamp("xs") === wanted && hasSources(target)) return;
  say(`XS sources: ${PACKAGE}`);
  removeDependency("xs");
  const tarball = await download();
  mkdirSync(target, { recursive: true });
  await runQuietly("tar", ["-xzf", tarball, "-C", target, "--strip-components=3", "package/moddable/xs"]);
  await runQuietly("tar", ["-xzf", tarball, "-C", target, "--strip-components=1", "package/LICENSE"]);
  // The package's own licence (Apache-2.0); each XS file names its own, LGPL-3.0.
  renameSync(join(target, "LICENSE"), join(target, "LICENSE.xsnap"));
  if (!hasSources(target)) {
    throw new SetupError(`${PACKAGE} has no XS sources where they are expected`, "", "SETUP_SOURCES");
  }
  writeStamp("xs", wanted);
  rmSync(dirname(tarball), { recursive: true, force: true });
}
