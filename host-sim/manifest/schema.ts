// SPDX-License-Identifier: Apache-2.0
/** Which keys a manifest may have, and the shapes of their values. */
import { nearestName } from "../nearest.js";
import { ManifestError } from "./error.js";
import type { JsonMember, JsonNode } from "./json.js";
import type { Manifest } from "./manifest.js";

/** What we act on. The same keys are allowed at the top and in a section of `platforms`. */
const KEYS: readonly string[] = [
  "build",
  "config",
  "creation",
  "data",
  "defines",
  "error",
  "include",
  "modules",
  "preload",
  "resources",
  "strip",
  "typescript",
  "warning",
];

/** Moddable reads these for one of its platforms or for its store only: on our boards they mean nothing, as on others. */
const WITHOUT_EFFECT: readonly string[] = [
  "bundle",
  "components",
  "dependency",
  "zephyrConfig",
  "zephyrOverlay",
  "zephyrShields",
];

/** Known to Moddable, not to us. */
const UNSUPPORTED: Readonly<Record<string, string>> = {
  ble: "the boards have no Bluetooth",
  commonjs: "use ECMAScript modules",
  ffi: "natives belong to firmware",
  recipes: "natives belong to firmware",
  run: "use the options of `thimble sim`",
};

/**
 * Refuses every key that we do not know.
 * @param section - the manifest's root, or its section for the platform.
 */
export function checkKeys(manifest: Manifest, section: JsonNode): void {
  const top = section === manifest.root;
  for (const [key, member] of membersOf(manifest, section, "a manifest")) {
    if (KEYS.includes(key) || WITHOUT_EFFECT.includes(key)) continue;
    if (top && (key === "platforms" || (key === "thimble" && manifest.standIn))) continue;
    const where = manifest.place(member.keyLine);
    if (Object.hasOwn(UNSUPPORTED, key)) {
      throw new ManifestError(`the key "${key}" is not supported: ${UNSUPPORTED[key]}`, where);
    }
    if (key === "platforms") throw new ManifestError('"platforms" may not stand inside "platforms"', where);
    const meant = nearestName(key, top ? [...KEYS, "platforms"] : KEYS);
    throw new ManifestError(`unknown key "${key}"${meant === undefined ? "" : `: did you mean "${meant}"?`}`, where);
  }
}

/**
 * The members of an object.
 * @param what - for the message: "the value of ...".
 */
export function membersOf(manifest: Manifest, node: JsonNode, what: string): ReadonlyMap<string, JsonMember> {
  if (node.members === undefined) throw new ManifestError(`${what} is an object {...}`, manifest.place(node.line));
  return node.members;
}

export interface TextItem {
  readonly text: string;
  readonly line: number;
}

/** A string, or an array of strings. */
export function textList(manifest: Manifest, node: JsonNode, what: string): readonly TextItem[] {
  return (node.items ?? [node]).map((item) => ({ text: textOf(manifest, item, what), line: item.line }));
}

/** A string that is not empty. */
export function textOf(manifest: Manifest, node: JsonNode, what: string): string {
  if (typeof node.value !== "string" || node.value === "") {
    throw new ManifestError(
      `${what} is a string or an array of strings, none of them empty`,
      manifest.place(node.line),
    );
  }
  return node.value;
}
