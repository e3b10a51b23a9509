// SPDX-License-Identifier: Apache-2.0
/** Merges `typescript.tsconfig.compilerOptions`: those that change what TypeScript accepts. */
import { nearestName } from "../nearest.js";
import { ManifestError, placeText } from "./error.js";
import type { Json, JsonNode, JsonObject } from "./json.js";
import type { Context, Manifest } from "./manifest.js";
import { membersOf } from "./schema.js";
import { resolveSource } from "./source.js";

/** What is checked, and against which library. */
const CHECKS: readonly string[] = [
  "allowJs",
  "allowUnreachableCode",
  "allowUnusedLabels",
  "alwaysStrict",
  "checkJs",
  "erasableSyntaxOnly",
  "exactOptionalPropertyTypes",
  "forceConsistentCasingInFileNames",
  "isolatedModules",
  "lib",
  "noFallthroughCasesInSwitch",
  "noImplicitAny",
  "noImplicitOverride",
  "noImplicitReturns",
  "noImplicitThis",
  "noPropertyAccessFromIndexSignature",
  "noUncheckedIndexedAccess",
  "noUncheckedSideEffectImports",
  "noUnusedLocals",
  "noUnusedParameters",
  "resolveJsonModule",
  "skipLibCheck",
  "strict",
  "strictBindCallApply",
  "strictBuiltinIteratorReturn",
  "strictFunctionTypes",
  "strictNullChecks",
  "strictPropertyInitialization",
  "target",
  "types",
  "useDefineForClassFields",
  "useUnknownInCatchVariables",
  "verbatimModuleSyntax",
];

/** How files are written and found: our compiler settles that itself. */
const IGNORED: readonly string[] = [
  "declaration",
  "declarationMap",
  "incremental",
  "inlineSources",
  "module",
  "moduleResolution",
  "newLine",
  "noEmit",
  "outDir",
  "removeComments",
  "rootDir",
  "sourceMap",
  "tsBuildInfoFile",
];

/**
 * Merges the `typescript` object of one section into `target`. Arrays are joined, the later manifest's elements first,
 * as mcconfig does; of other values the later wins. `types` become absolute paths without extension.
 * @throws ManifestError - another compiler than tsc, another key than compilerOptions, an option that we do not know.
 */
export function mergeTypescript(target: JsonObject, manifest: Manifest, node: JsonNode, context: Context): void {
  for (const [key, member] of membersOf(manifest, node, '"typescript"')) {
    const place = manifest.place(member.keyLine);
    if (key === "tsconfig") mergeConfig(target, manifest, member.node, context);
    else if (key !== "compiler") throw new ManifestError(`unknown key "typescript.${key}"`, place);
    else if (member.node.value !== "tsc") throw new ManifestError('"typescript.compiler" can only be "tsc"', place);
  }
}

function mergeConfig(target: JsonObject, manifest: Manifest, node: JsonNode, context: Context): void {
  for (const [key, member] of membersOf(manifest, node, '"typescript.tsconfig"')) {
    if (key !== "compilerOptions") {
      const reason = `the key "typescript.tsconfig.${key}" is not supported: only compilerOptions are read`;
      throw new ManifestError(reason, manifest.place(member.keyLine));
    }
    for (const [option, value] of membersOf(manifest, member.node, '"compilerOptions"')) {
      const place = manifest.place(value.keyLine);
      if (IGNORED.includes(option)) {
        context.warnings.push(`${placeText(place)}: the compiler option "${option}" has no effect here`);
      } else if (CHECKS.includes(option)) {
        mergeOption(target, option, optionValue(option, manifest, value.node, context));
      } else {
        const meant = nearestName(option, CHECKS);
        const mended = meant === undefined ? "" : `: did you mean "${meant}"?`;
        const help = option === "paths" ? ': name the modules in "modules"' : mended;
        throw new ManifestError(`the compiler option "${option}" is not supported${help}`, place);
      }
    }
  }
}

function mergeOption(target: JsonObject, option: string, value: Json): void {
  const before = target[option];
  target[option] = Array.isArray(value) && Array.isArray(before) ? [...value, ...before] : value;
}

function optionValue(option: string, manifest: Manifest, node: JsonNode, context: Context): Json {
  const place = manifest.place(node.line);
  if (node.items !== undefined) return node.items.map((item) => optionValue(option, manifest, item, context));
  if (node.members !== undefined) throw new ManifestError(`the compiler option "${option}" is no object`, place);
  if (typeof node.value !== "string") return node.value;
  if (option === "types") return resolveSource(node.value, manifest, place, context).path;
  return context.variables.expand(node.value, place);
}
