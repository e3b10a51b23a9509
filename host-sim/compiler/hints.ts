// SPDX-License-Identifier: Apache-2.0
/** What to use instead: one set of tables for the type check, the build and a run. */
import { GLOBAL_HINTS, type HintRow } from "./hints-globals.js";
import { MODDABLE_MODULE_HINTS, NODE_MODULE_HINTS, PACKAGE_HINT, PACKAGE_HINTS } from "./hints-modules.js";
import { FROZEN_OBJECT, THROWN_HINTS } from "./hints-thrown.js";
import { meantSpecifier } from "./specifiers.js";

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

/** An import that names no module. */
interface Unresolved {
  /** Specifier of the module that imports. */
  readonly from: string;
  /** What it could have named: importableNames of specifiers.ts. */
  readonly names: ReadonlySet<string>;
}

/** `thimble/cose` for thimble/cose/sign1 and its neighbours. */
function isFolder(specifier: string, names: ReadonlySet<string>): boolean {
  return specifier.startsWith("thimble/") && [...names].some((name) => name.startsWith(`${specifier}/`));
}

function suggestion(specifier: string, { from, names }: Unresolved): string | undefined {
  if (isFolder(specifier, names)) return `"${specifier}" is a folder: name one of its modules (docs/modules.md).`;
  const meant = meantSpecifier(from, specifier, names);
  if (meant === undefined) return undefined;
  if (specifier === `${meant}.ts`) return `Write "${meant}": a module is named without its extension.`;
  return `Did you mean "${meant}"?`;
}

/**
 * @param where - by whom, where that is known: then a misspelt name is mended.
 * @returns what to do about a module that nobody has.
 */
export function hintForModule(specifier: string, where: Unresolved = { from: "main", names: new Set() }): string {
  return hintByName(specifier) ?? suggestion(specifier, where) ?? hintForUnknown(specifier);
}

/** Of modules that are known elsewhere. */
export function hintByName(specifier: string): string | undefined {
  const name = specifier.replace(/\.m?js$/, "");
  if (name.startsWith("node:")) return find(NODE_MODULE_HINTS, name.slice(5)) ?? "Boards have no module of Node's.";
  const known = find(MODDABLE_MODULE_HINTS, name) ?? find(NODE_MODULE_HINTS, name);
  return known ?? find(PACKAGE_HINTS, packageOf(name));
}

/** The build has seen all specifiers that stand in a source: this one was computed. */
const NOT_CARRIED =
  "An app carries the modules of the SDK that its sources name: write the specifier as a text, in an import or in import().";

function hintForUnknown(specifier: string): string {
  if (/^\.{1,2}\//.test(specifier)) {
    return 'A file of the app is a module when "modules" of the manifest names it, without its extension.';
  }
  if (specifier.startsWith("thimble/"))
    return 'Modules of Thimble are named as in its folder sdk/: sdk/cbor/encode.ts is "thimble/cbor/encode".';
  return specifier.startsWith("embedded:") ? "It is not modelled yet." : PACKAGE_HINT;
}

/** What a line of source changes a property of: `Array.prototype` of `Array.prototype.last = f`. */
function writtenTo(property: string, line: string): string | undefined {
  const name = property.replace(/[^\w]/g, "\\$&");
  const [, assigned] =
    new RegExp(`([\\w$.]+)\\.${name}\\s*(?:=(?![=>])|[^\\s\\w=]{1,3}=(?!=)|\\+\\+|--)`).exec(line) ?? [];
  const [, deleted] = new RegExp(`\\bdelete\\s+([\\w$.]+)\\.${name}\\b`).exec(line) ?? [];
  return assigned ?? deleted;
}

/**
 * @param message - of an error that was thrown.
 * @param line - of the source, where it was thrown.
 * @returns why, and the way out, where XS's own words are few.
 */
export function hintForThrown(message: string, line = ""): string | undefined {
  const [, global] = /get (\S+): undefined variable$/.exec(message) ?? [];
  if (global !== undefined) return hintForGlobal(global) ?? "No built-in and no declaration has that name.";
  const [, specifier] = /module "(.+)" not found$/.exec(message) ?? [];
  if (specifier !== undefined) return specifier.startsWith("thimble/") ? NOT_CARRIED : hintForModule(specifier);
  for (const { says, names, hint } of THROWN_HINTS) {
    const [found, name = ""] = says.exec(message) ?? [];
    if (found === undefined || (names !== undefined && !names.includes(name))) continue;
    const object = writtenTo(name, line);
    return object === undefined ? hint : hint.replace(FROZEN_OBJECT, `${object} is frozen.`);
  }
  return undefined;
}
