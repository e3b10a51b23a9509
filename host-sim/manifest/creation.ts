// SPDX-License-Identifier: Apache-2.0
/** Checks `creation`: the sizes with which the XS machine is made. */
import { ManifestError } from "./error.js";
import type { JsonNode } from "./json.js";
import type { Manifest } from "./manifest.js";
import { membersOf } from "./schema.js";

/** As Moddable has them. An image carries `static` (bytes) and `stack` (slots); absent: the board's own default. */
export interface Creation {
  static?: number;
  stack?: number;
  nativeStack?: number;
  main?: string;
  chunk?: { initial?: number; incremental?: number };
  heap?: { initial?: number; incremental?: number };
  keys?: { initial?: number; incremental?: number; available?: number; name?: number; symbol?: number };
  parser?: { buffer?: number; table?: number };
}

const NUMBERS: readonly string[] = ["static", "stack", "nativeStack"];
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  chunk: ["initial", "incremental"],
  heap: ["initial", "incremental"],
  keys: ["initial", "incremental", "available", "name", "symbol"],
  parser: ["buffer", "table"],
};
/** XS keeps sizes in 32 bits with a sign. */
const MAX = 0x7fffffff;

/** @throws ManifestError - an unknown key, or a value that is no size. */
export function checkCreation(manifest: Manifest, node: JsonNode): void {
  for (const [key, member] of membersOf(manifest, node, '"creation"')) {
    if (NUMBERS.includes(key)) checkSize(manifest, member.node, `creation.${key}`);
    else if (Object.hasOwn(GROUPS, key)) checkGroup(manifest, member.node, key);
    else if (key !== "main") throw new ManifestError(`unknown key "creation.${key}"`, manifest.place(member.keyLine));
    else if (typeof member.node.value !== "string" || member.node.value === "") {
      throw new ManifestError('"creation.main" is the specifier of a module', manifest.place(member.node.line));
    }
  }
}

function checkGroup(manifest: Manifest, node: JsonNode, group: string): void {
  for (const [key, member] of membersOf(manifest, node, `"creation.${group}"`)) {
    if (GROUPS[group]?.includes(key)) checkSize(manifest, member.node, `creation.${group}.${key}`);
    else throw new ManifestError(`unknown key "creation.${group}.${key}"`, manifest.place(member.keyLine));
  }
}

function checkSize(manifest: Manifest, node: JsonNode, name: string): void {
  const { value } = node;
  if (typeof value !== "number" || !Number.isInteger(value) || value < 0 || value > MAX) {
    throw new ManifestError(`"${name}" is a whole number from 0 to ${MAX}`, manifest.place(node.line));
  }
}
