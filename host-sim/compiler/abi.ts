// SPDX-License-Identifier: Apache-2.0
/**
 * The firmware's ABI: names in a fixed order, never renumbered, what its modules export, and a digest of both. An app
 * archive is linked for one ABI digest and refused by any other. devices/runtime/abi.json is the table of names; new ones
 * are only appended.
 */
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../engine/paths.js";
import type { EngineInfo } from "./engine-info.js";
import { engineIdentifiers } from "./link.js";

export interface Abi {
  /** First identifier of an app. */
  readonly appIds: number;
  /** Names that the firmware adds to the engine's, in order. */
  readonly names: readonly string[];
}

const abiPath = join(packageRoot, "devices", "runtime", "abi.json");

/** Reads the committed table; an empty one when there is none yet. */
export function readAbi(): Abi {
  const abi = JSON.parse(readFileSync(abiPath, "utf8")) as Abi;
  if (!Number.isInteger(abi.appIds) || !Array.isArray(abi.names)) throw new RangeError(`${abiPath} is malformed`);
  return abi;
}

/**
 * The table with these names added at its end, and how many were new.
 * @throws RangeError - there is no room before an app's first identifier.
 */
export function extendAbi(abi: Abi, engine: EngineInfo, names: Iterable<string>): { abi: Abi; added: number } {
  const known = engineIdentifiers(engine);
  const present = new Set(abi.names);
  const added: string[] = [];
  for (const name of names) {
    if (known.has(name) || present.has(name)) continue;
    present.add(name);
    added.push(name);
  }
  const extended = { appIds: abi.appIds, names: [...abi.names, ...added] };
  if (engine.ids.length + extended.names.length > abi.appIds) {
    throw new RangeError(`the firmware has more names than fit before an app's first identifier (${abi.appIds})`);
  }
  return { abi: extended, added: added.length };
}

/**
 * Keeps an extended table: a firmware with a new name has a new ABI, and the change shows in the repository.
 * @throws RangeError in CI, where nobody would see it.
 */
export function writeAbi(abi: Abi): void {
  if (process.env.CI === "true") {
    throw new RangeError(
      `${abiPath} lacks names that the firmware uses: build it once (npm run setup) and commit the file`,
    );
  }
  writeFileSync(abiPath, `${JSON.stringify(abi, null, 1)}\n`);
}

/**
 * SHA-256 over what fixes every identifier (engine version and names, the firmware's names, the app's base) and over what
 * an app finds in the firmware and therefore does not carry.
 * @param modules - names that each module of the firmware exports, sorted; by specifier, in the archive's order.
 */
export function abiDigest(abi: Abi, engine: EngineInfo, modules: ReadonlyMap<string, readonly string[]>): Uint8Array {
  const hash = createHash("sha256");
  hash.update(`thimble abi 2\0${engine.version.slice(0, 2).join(".")}\0${abi.appIds}\0`);
  for (const name of engine.ids) hash.update(`${name}\0`);
  hash.update("\0");
  for (const name of abi.names) hash.update(`${name}\0`);
  for (const [specifier, exported] of modules) hash.update(`\0${[specifier, ...exported].join("\0")}\0`);
  return hash.digest();
}

/** Identifiers that an app finds: the engine's names, then the firmware's. */
export function firmwareIdentifiers(abi: Abi, engine: EngineInfo): Map<string, number> {
  const known = engineIdentifiers(engine);
  abi.names.forEach((name, i) => {
    known.set(name, engine.ids.length + i);
  });
  return known;
}
