// SPDX-License-Identifier: Apache-2.0
/** Names of modules: what an import may say, and which module it then means. */
import { join, posix } from "node:path";
import { packageRoot } from "../engine/paths.js";
import type { ResolvedProject } from "../manifest/resolve.js";
import { nearestName } from "../nearest.js";
import type { Firmware } from "./firmware.js";

/** Where the app's `config` is found: a specifier that a board's firmware reserves beyond its own modules. */
export const CONFIG_MODULE = "mc/config";
/** Firmware modules that an app cannot import begin so. */
const INTERNAL = "thimble:";

/** Specifiers that an import of this app may mean. */
export function importableNames(project: Pick<ResolvedProject, "modules">, firmware: Firmware): Set<string> {
  const open = firmware.modules.filter((name) => !name.startsWith(INTERNAL));
  const own = project.modules.map(({ specifier }) => specifier);
  return new Set([...own, ...open, ...Object.keys(firmware.carried), CONFIG_MODULE]);
}

/** The source of a module of the SDK that the firmware does not have, absolute; undefined for any other name. */
export function carriedSource(firmware: Pick<Firmware, "carried">, specifier: string): string | undefined {
  return Object.hasOwn(firmware.carried, specifier) ? join(packageRoot, firmware.carried[specifier] ?? "") : undefined;
}

/** A module's name in the archive, where an import from another module finds it. */
export function resolveSpecifier(from: string, specifier: string): string {
  const bare = specifier.replace(/\.m?js$/, "");
  return bare.startsWith(".") ? posix.join(posix.dirname(from), bare) : bare;
}

/** What an import says to mean a module, in the manner of another: from the importing module, or by its name. */
function asImported(from: string, name: string, manner: string): string {
  if (!manner.startsWith(".")) return name;
  const path = posix.relative(posix.dirname(from), name);
  return path.startsWith(".") ? path : `./${path}`;
}

/**
 * What an import that names no module was probably to say.
 * @param from - specifier of the module that imports.
 * @param names - as importableNames has them.
 */
export function meantSpecifier(from: string, specifier: string, names: ReadonlySet<string>): string | undefined {
  const bare = resolveSpecifier(from, specifier).replace(/\.(ts|json)$/, "");
  const meant = names.has(bare) ? bare : nearestName(bare, names);
  if (meant === undefined) return undefined;
  const imported = asImported(from, meant, specifier);
  // A module whose file lies elsewhere: types are found by its name alone.
  return imported === specifier ? meant : imported;
}
