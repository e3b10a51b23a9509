// SPDX-License-Identifier: Apache-2.0
/** Type-checks an app as its author's editor would: strict, ES2022, no DOM and no Node, with the board's modules known. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import ts from "typescript";
import { packageRoot } from "../engine/paths.js";
import type { ResolvedProject } from "../manifest/resolve.js";
import { CompileError } from "./compile-error.js";

/** Ambient types of what a board offers: ECMA-419 modules, Moddable's modules, the global `trace`. */
const typingsFolder = join(packageRoot, "sdk", "contracts", "ecma419");

function ambientTypes(): string[] {
  return existsSync(typingsFolder)
    ? readdirSync(typingsFolder)
        .filter((name) => name.endsWith(".d.ts"))
        .sort()
        .map((name) => join(typingsFolder, name))
    : [];
}

/** The type of `mc/config`, from its value: what an app reads there is checked too. */
function configTypes(project: ResolvedProject): string {
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

/** Where an import finds its types: the project's own specifiers, then the SDK's. */
function pathsOf(project: ResolvedProject): Record<string, string[]> {
  const paths: Record<string, string[]> = { "thimble/*": [join(packageRoot, "sdk", "*")] };
  paths["thimble/device/crypto"] = [join(packageRoot, "devices", "psa", "crypto")];
  for (const module of [...project.modules, ...project.declarations]) {
    paths[module.specifier] = [module.source.replace(/(\.d)?\.(ts|m?js)$/, "")];
  }
  return paths;
}

function compilerOptions(project: ResolvedProject): ts.CompilerOptions {
  const chosen = ts.convertCompilerOptionsFromJson(project.compilerOptions, project.inputs[0] ?? ".").options;
  return {
    strict: true,
    ...chosen,
    target: ts.ScriptTarget.ES2022,
    lib: ["lib.es2022.d.ts"],
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    // Each file of a manifest is a module, also one without import and export.
    moduleDetection: ts.ModuleDetectionKind.Force,
    allowImportingTsExtensions: true,
    resolveJsonModule: true,
    isolatedModules: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
    paths: pathsOf(project),
  };
}

function toPlace(
  diagnostic: ts.Diagnostic,
  folder: string,
): { file: string; line: number; column: number } | undefined {
  if (!diagnostic.file || diagnostic.start === undefined) return undefined;
  const { line, character } = diagnostic.file.getLineAndCharacterOfPosition(diagnostic.start);
  return { file: relative(folder, diagnostic.file.fileName), line: line + 1, column: character + 1 };
}

function filesOf(program: ts.Program): string[] {
  const sources = program.getSourceFiles().filter((source) => !program.isSourceFileDefaultLibrary(source));
  return sources.map((source) => source.fileName);
}

/**
 * Checks all TypeScript modules of a project.
 * @param folder - the project's folder, symbolic links resolved: messages name files from there.
 * @returns the files whose types were read, but for TypeScript's own library.
 * @throws CompileError with the first error; further ones are in `others`.
 */
export function typecheck(project: ResolvedProject, folder: string): string[] {
  const sources = project.modules.map((module) => module.source).filter((source) => source.endsWith(".ts"));
  if (sources.length === 0) return [];
  const options = compilerOptions(project);
  const host = ts.createCompilerHost(options);
  const configFile = join(folder, "mc-config.d.ts");
  const readSource = host.getSourceFile.bind(host);
  host.getSourceFile = (name, language, ...rest) =>
    name === configFile
      ? ts.createSourceFile(name, configTypes(project), language)
      : readSource(name, language, ...rest);
  const fileExists = host.fileExists.bind(host);
  host.fileExists = (name) => name === configFile || fileExists(name);
  const roots = [...sources, ...project.declarations.map((module) => module.source), ...ambientTypes(), configFile];
  const program = ts.createProgram(roots, options, host);
  const diagnostics = ts
    .getPreEmitDiagnostics(program)
    .filter((diagnostic) => diagnostic.category === ts.DiagnosticCategory.Error);
  const errors = diagnostics.map((diagnostic) => {
    const message = ts.flattenDiagnosticMessageText(diagnostic.messageText, "\n");
    return new CompileError(message, toPlace(diagnostic, folder));
  });
  // What TypeScript says of no file ("Cannot find global type ...") helps less than the line that it comes from.
  const [first, ...others] = [...errors.filter(({ place }) => place), ...errors.filter(({ place }) => !place)];
  if (!first) return filesOf(program).filter((name) => name !== configFile);
  throw new CompileError(
    first.message,
    first.place,
    others.slice(0, 20).map((error) => error.describe()),
  );
}

/** The lines around a place, with a mark under it, as a terminal shows an error. */
export function codeFrame(path: string, line: number, column: number): string {
  if (!existsSync(path)) return "";
  const lines = readFileSync(path, "utf8").split("\n");
  const first = Math.max(1, line - 1);
  const width = String(line + 1).length;
  const shown: string[] = [];
  for (let n = first; n <= Math.min(lines.length, line + 1); n++) {
    shown.push(`${n === line ? ">" : " "} ${String(n).padStart(width)} | ${lines[n - 1] ?? ""}`);
    if (n === line && column > 0) shown.push(`  ${" ".repeat(width)} | ${" ".repeat(column - 1)}^`);
  }
  return shown.join("\n");
}
