// SPDX-License-Identifier: Apache-2.0
/** The npm packages of package-lock.json, in node_modules. */
import { readFileSync } from "node:fs";
import { inRoot } from "./paths.mjs";
import { say } from "./report.mjs";
import { runQuietly } from "./run.mjs";

const packagesOf = (path) => JSON.parse(readFileSync(inRoot(path), "utf8")).packages;

/** True when npm's own record of node_modules, which it writes last, has every package of the lock file at the same digest. */
function isInstalled() {
  let installed;
  try {
    installed = packagesOf("node_modules/.package-lock.json");
  } catch {
    return false;
  }
  return Object.entries(packagesOf("package-lock.json")).every(([path, wanted]) => {
    if (path === "") return true;
    const found = installed[path];
    // An optional package of another operating system is in the lock file and not on the disk.
    if (found === undefined) return wanted.optional === true;
    return found.version === wanted.version && found.integrity === wanted.integrity;
  });
}

/** Runs `npm ci` unless node_modules is as package-lock.json says. Install scripts of packages do not run. */
export async function ensureNodeModules() {
  if (isInstalled()) return;
  say("npm packages: npm ci");
  await runQuietly("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], { title: "npm ci" });
}
