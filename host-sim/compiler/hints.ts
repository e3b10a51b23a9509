// SPDX-License-Identifier: Apache-2.0
/** What to use instead: one set of tables for the type check, the build and a run. */
import { GLOBAL_HINTS, type HintRow } from "./hints-globals.js";
import { MODDABLE_MODULE_HINTS, NODE_MODULE_HINTS, PACKAGE_HINT, PACKAGE_HINTS } from "./hints-modules.js";
import { THROWN_HINTS } from "./hints-thrown.js";

function find(rows: readonly HintRow[], name: string): string | undefined {
  const fits = (known: string): boolean => known === name || (known.endsWith("/") && name.startsWith(known));
  return rows.find(([names]) => names.some(fits))?.[1];
}

/** @returns what to use instead of a global that a board has not; undefined for any other name. */
export function hintForGlobal(name: string): string | undefined {
  return find(GLOBAL_HINTS, name);
}

/** A folder of the app, or `NAME` of a package: `lodash/fp`, `@scope/name/x`. */
function packageOf(specifier: string): string {
  const parts = specifier.split("/");
  return parts.slice(0, specifier.startsWith("@") ? 2 : 1).join("/");
}

/** @returns what to do about a module that nobody has. */
export function hintForModule(specifier: string): string {
  if (/^\.{1,2}\//.test(specifier)) {
    return 'A file of the app is a module when "modules" of the manifest names it, without its extension.';
  }
  if (specifier.startsWith("thimble/"))
    return 'Modules of Thimble are named as in its folder sdk/: sdk/cbor/encode.ts is "thimble/cbor/encode".';
  const name = specifier.replace(/\.m?js$/, "");
  if (name.startsWith("node:")) return find(NODE_MODULE_HINTS, name.slice(5)) ?? "Boards have no module of Node's.";
  const known = find(MODDABLE_MODULE_HINTS, name) ?? find(NODE_MODULE_HINTS, name);
  if (known !== undefined) return known;
  if (name.startsWith("embedded:")) return "It is not modelled yet.";
  return find(PACKAGE_HINTS, packageOf(name)) ?? PACKAGE_HINT;
}

/** @param message - of an error that was thrown. @returns why, and the way out, where XS's own words are few. */
export function hintForThrown(message: string): string | undefined {
  const [, global] = /get (\S+): undefined variable$/.exec(message) ?? [];
  if (global !== undefined) return hintForGlobal(global) ?? "No built-in and no declaration has that name.";
  const [, specifier] = /module "(.+)" not found$/.exec(message) ?? [];
  if (specifier !== undefined) return hintForModule(specifier);
  const found = THROWN_HINTS.find(({ says, names }) => {
    const [, name = ""] = says.exec(message) ?? [];
    return says.test(message) && (names === undefined || names.includes(name));
  });
  return found?.hint;
}
