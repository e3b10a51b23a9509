// SPDX-License-Identifier: Apache-2.0
/**
 * How TypeScript looks at an app, in the words of tsconfig.json and without TypeScript itself: the check of a build and
 * an editor's configuration are made from the same lines.
 */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../engine/paths.js";
import type { JsonObject } from "../manifest/json.js";
import type { ResolvedProject } from "../manifest/resolve.js";

/** Ambient types of what a board offers: ECMA-419 modules, Moddable's modules, the global `trace`. */
const typingsFolder = join(packageRoot, "sdk", "contracts", "ecma419");

/** Compiler options that an app cannot change: ES2022, no DOM and no Node, modules as a manifest names them. */
const FIXED = Object.freeze({
  target: "es2022",
  lib: ["es2022"],
  module: "esnext",
  moduleResolution: "bundler",
  // Each file of a manifest is a module, also one without import and export.
  moduleDetection: "force",
  allowImportingTsExtensions: true,
  resolveJsonModule: true,
  isolatedModules: true,
  noEmit: true,
  skipLibCheck: true,
  types: [],
});

/** Where an import finds its types: the project's own specifiers, then the SDK's. Absolute, without extension. */
function pathsOf(project: Pick<ResolvedProject, "modules" | "declarations">): Record<string, string[]> {
  const paths: Record<string, string[]> = { "thimble/*": [join(packageRoot, "sdk", "*")] };
  paths["thimble/device/crypto"] = [join(packageRoot, "devices", "psa", "crypto")];
  paths["thimble/device/attestation"] = [join(packageRoot, "devices", "secure", "attestation")];
  paths["thimble/device/lifecycle"] = [join(packageRoot, "devices", "secure", "lifecycle")];
  paths["thimble/device/storage"] = [join(packageRoot, "devices", "secure", "storage")];
  for (const module of [...project.modules, ...project.declarations]) {
    paths[module.specifier] = [module.source.replace(/(\.d)?\.(ts|m?js)$/, "")];
  }
  return paths;
}

/** `compilerOptions` of a tsconfig.json for this project: strict unless its manifest says otherwise. */
export function compilerOptions(
  project: Pick<ResolvedProject, "modules" | "declarations" | "compilerOptions">,
): JsonObject {
  return { strict: true, ...project.compilerOptions, ...FIXED, paths: pathsOf(project) };
}

/** Declaration files of what a board offers; absolute. */
export function ambientTypes(): string[] {
  if (!existsSync(typingsFolder)) return [];
  const names = readdirSync(typingsFolder).filter((name) => name.endsWith(".d.ts"));
  return names.sort().map((name) => join(typingsFolder, name));
}

/** A declaration of `mc/config` with the types of its values: what an app reads there is checked too. */
export function configTypes(project: Pick<ResolvedProject, "config">): string {
  const typeOf = (value: unknown): string => {
    if (Array.isArray(value)) return "readonly unknown[]";
    if (value === null) return "null";
    if (typeof value === "object") {
      const fields = Object.entries(value).map(
        ([key, member]) => `readonly ${JSON.stringify(key)}: ${typeOf(member)};`,
      );
      return `{ ${fields.join(" ")} }`;
    }
    return typeof value;
  };
  return `declare module "mc/config" { const config: ${typeOf(project.config)}; export default config; }\n`;
}
