// SPDX-License-Identifier: Apache-2.0
/** The natives of devices/psa and what their arguments are meant to be, as natives.h says in a comment behind each. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../host-sim/engine/paths.js";

export interface Native {
  readonly name: string;
  /** Of operations.h, without KIND_. */
  readonly kinds: readonly string[];
}

const KINDS: ReadonlyMap<string, string> = new Map([
  ["alg", "ALG"],
  ["attributes", "ATTRIBUTES"],
  ["operation", "OPERATION"],
  ["length", "LENGTH"],
  ["tag size", "LENGTH"],
  ["id", "ID"],
  ["bytes or handle", "BYTES_OR_HANDLE"],
  ["handle", "HANDLE"],
  ["wrapping handle", "HANDLE"],
]);

function kindOf(words: string): string {
  return KINDS.get(words) ?? "BYTES";
}

/** @throws Error when a native has no such comment: it would not be fuzzed. */
export function readNatives(): readonly Native[] {
  const text = readFileSync(join(packageRoot, "devices", "psa", "natives.h"), "utf8");
  const declared = [...text.matchAll(/^void (xs_\w+)\(/gm)].map(([, name]) => name as string);
  const described = text.matchAll(/^void (xs_\w+)\(xsMachine \*the\);\s*\/\* \(([^)]*)\) ->/gm);
  const natives = [...described].map(([, name, list]) => ({
    name: name as string,
    kinds: (list as string).split(",").map((words) => kindOf(words.trim())),
  }));
  const missing = declared.filter((name) => !natives.some((native) => native.name === name));
  if (missing.length > 0) throw new Error(`natives.h does not say what these take: ${missing.join(", ")}`);
  return natives;
}

/** What operations.c includes. */
export function nativesTable(): string {
  const rows = readNatives().map(
    ({ name, kinds }) =>
      `\t{ ${name}, "${name}", ${kinds.length}, { ${kinds.map((kind) => `KIND_${kind}`).join(", ")} } },`,
  );
  return `${rows.join("\n")}\n`;
}
