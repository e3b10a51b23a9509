// SPDX-License-Identifier: Apache-2.0
/** Type-checks an app as its author's editor would: strict, ES2022, no DOM and no Node, with the board's modules known. */
import { join, relative } from "node:path";
import ts from "typescript";
import type { ResolvedProject } from "../manifest/resolve.js";
import { CompileError } from "./compile-error.js";
import { ambientTypes, compilerOptions, configTypes } from "./type-options.js";

function optionsFor(project: ResolvedProject): ts.CompilerOptions {
  return ts.convertCompilerOptionsFromJson(compilerOptions(project), project.inputs[0] ?? ".").options;
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
  const options = optionsFor(project);
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
