// SPDX-License-Identifier: Apache-2.0
/**
 * Type-checks an app as its author's editor would. What was parsed and found is kept from one check to the next: only
 * files that a change can reach are checked again.
 */
import { join, relative } from "node:path";
import ts from "typescript";
import type { ResolvedProject } from "../manifest/resolve.js";
import { CompileError, type SourcePlace } from "./compile-error.js";
import { wordsOf } from "./diagnostics.js";
import type { Sources, SourceText } from "./sources.js";
import { ambientTypes, compilerOptions, configTypes } from "./type-options.js";

/** Further errors that are shown. */
const OTHERS_MAX = 20;
/** Where a file that appears is no concern of the app's. */
const ELSEWHERE = /[\\/](node_modules[\\/]|package\.json$)/;
const BYTE_ORDER_MARK = 0xfeff;

interface Parsed {
  readonly source: SourceText;
  readonly file: ts.SourceFile & { version?: string };
}

function toPlace(diagnostic: ts.Diagnostic, folder: string): SourcePlace | undefined {
  if (!diagnostic.file || diagnostic.start === undefined) return undefined;
  const { line, character } = diagnostic.file.getLineAndCharacterOfPosition(diagnostic.start);
  return { file: relative(folder, diagnostic.file.fileName), line: line + 1, column: character + 1 };
}

/** What a check is of. */
interface Checked {
  readonly project: ResolvedProject;
  /** Symbolic links resolved: messages name files from there. */
  readonly folder: string;
  /** What an import may name. */
  readonly names: ReadonlySet<string>;
}

/** What TypeScript says of no file ("Cannot find global type ...") helps less than the line that it comes from. */
function toError(diagnostics: readonly ts.Diagnostic[], { project, folder, names }: Checked): CompileError | undefined {
  const specifiers = new Map(project.modules.map(({ source, specifier }) => [source, specifier]));
  const errors = diagnostics.map((each) => {
    const { message, advice } = wordsOf(each, specifiers.get(each.file?.fileName ?? "") ?? "main", names);
    return new CompileError(message, toPlace(each, folder), [], advice);
  });
  const [first, ...others] = [...errors.filter(({ place }) => place), ...errors.filter(({ place }) => !place)];
  if (first === undefined) return undefined;
  const further = others.slice(0, OTHERS_MAX).map((error) => `${error.describe()} ${error.advice}`.trimEnd());
  return new CompileError(first.message, first.place, further, first.advice);
}

/** With the same files and paths each import means the same file. */
function graphOf(program: ts.Program): string {
  const names = program.getSourceFiles().map((source) => source.fileName);
  return JSON.stringify([names.sort(), program.getCompilerOptions().paths]);
}

export class TypeChecker {
  readonly #sources: Sources;
  readonly #parsed = new Map<string, Parsed>();
  #program: ts.SemanticDiagnosticsBuilderProgram | undefined;
  #config: SourceText = { text: "", version: "" };
  #configFile = "";
  readonly #missing = new Set<string>();

  constructor(sources: Sources) {
    this.#sources = sources;
  }

  /** The files whose types the last check read, but for TypeScript's own library. */
  get files(): string[] {
    const program = this.#program?.getProgram();
    const sources = program?.getSourceFiles().filter((source) => !program.isSourceFileDefaultLibrary(source)) ?? [];
    return sources.map((source) => source.fileName).filter((name) => name !== this.#configFile);
  }

  /** Files that the last check looked for in vain: when one appears, an import may mean it. */
  get missing(): string[] {
    return [...this.#missing];
  }

  /**
   * Checks all TypeScript modules of a project.
   * @throws CompileError with the first error; further ones are in `others`.
   */
  check(checked: Checked): void {
    const { project, folder } = checked;
    this.#missing.clear();
    const sources = project.modules.map((module) => module.source).filter((source) => source.endsWith(".ts"));
    if (sources.length === 0) {
      this.#program = undefined;
      return;
    }
    this.#configure(project, folder);
    const options = ts.convertCompilerOptionsFromJson(compilerOptions(project), project.inputs[0] ?? ".").options;
    const declarations = project.declarations.map((module) => module.source);
    const roots = [...sources, ...declarations, ...ambientTypes(), this.#configFile];
    const program = this.#update(roots, options);
    const diagnostics = ts.sortAndDeduplicateDiagnostics([
      ...program.getOptionsDiagnostics(),
      ...program.getSyntacticDiagnostics(),
      ...program.getGlobalDiagnostics(),
      ...program.getSemanticDiagnostics(),
    ]);
    const isError = ({ category }: ts.Diagnostic): boolean => category === ts.DiagnosticCategory.Error;
    const error = toError(diagnostics.filter(isError), checked);
    if (error !== undefined) throw error;
  }

  #configure(project: ResolvedProject, folder: string): void {
    this.#configFile = join(folder, "mc-config.d.ts");
    const text = configTypes(project);
    if (text !== this.#config.text) this.#config = { text, version: `config ${text}` };
  }

  #update(roots: readonly string[], options: ts.CompilerOptions): ts.SemanticDiagnosticsBuilderProgram {
    const host = this.#host(options);
    const before = this.#program;
    const oldProgram = before?.getProgram();
    const program = ts.createProgram(roots, options, host, oldProgram);
    // Where an import means another file than before, TypeScript does not check again what depends on it from afar.
    const isKept = oldProgram !== undefined && graphOf(program) === graphOf(oldProgram);
    this.#program = ts.createSemanticDiagnosticsBuilderProgram(program, host, isKept ? before : undefined);
    return this.#program;
  }

  #host(options: ts.CompilerOptions): ts.CompilerHost {
    const host = ts.createCompilerHost(options);
    const fileExists = host.fileExists.bind(host);
    return {
      ...host,
      getSourceFile: (name, language) => this.#parse(name, language),
      fileExists: (name) => {
        const exists = name === this.#configFile || fileExists(name);
        if (!exists && !ELSEWHERE.test(name)) this.#missing.add(name);
        return exists;
      },
      // Any file may have come or gone: imports are looked up anew, which is quick.
      hasInvalidatedResolutions: () => true,
    };
  }

  /** A syntax tree depends on the text alone: the options that parsing and binding follow are fixed in type-options.ts. */
  #parse(name: string, language: ts.ScriptTarget | ts.CreateSourceFileOptions): ts.SourceFile | undefined {
    const source = name === this.#configFile ? this.#config : this.#sources.read(name);
    if (source === undefined) return undefined;
    const known = this.#parsed.get(name);
    if (known?.source === source) return known.file;
    const text = source.text.charCodeAt(0) === BYTE_ORDER_MARK ? source.text.slice(1) : source.text;
    const file: Parsed["file"] = ts.createSourceFile(name, text, language);
    file.version = source.version;
    this.#parsed.set(name, { source, file });
    return file;
  }
}
