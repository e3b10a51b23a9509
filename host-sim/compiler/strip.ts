// SPDX-License-Identifier: Apache-2.0
/**
 * TypeScript to JavaScript, file by file, with a source map. In firmware modules `native("xs_x").call(this, a)` becomes
 * a call of a host function that is declared at the end of the module in XS 13.3's own syntax
 * (docs/decisions/0003-natives.md); in an app that form is an error.
 */
import ts from "typescript";
import { CompileError } from "./compile-error.js";

export interface StripOptions {
  /** Name for messages, the source map and debug information: relative, never absolute. */
  readonly name: string;
  /** Firmware modules may bind C functions. */
  readonly allowNatives: boolean;
  /** Specifiers to replace in import and export declarations. */
  readonly imports?: Readonly<Record<string, string>>;
}

export interface Stripped {
  readonly code: string;
  readonly map: string;
  /** Names of the C functions that the module binds, in order of first use. */
  readonly natives: readonly string[];
}

const NATIVE_NAME = /^xs_[a-z0-9_]+$/;

function fail(source: ts.SourceFile, node: ts.Node, message: string, name: string): never {
  const { line, character } = source.getLineAndCharacterOfPosition(node.getStart(source));
  throw new CompileError(message, { file: name, line: line + 1, column: character + 1 });
}

/** Whether the file itself declares a value of that name: then it is the author's own. */
function declares(source: ts.SourceFile, name: string): boolean {
  let found = false;
  const visit = (node: ts.Node): void => {
    if (found) return;
    const isAmbient =
      ts.canHaveModifiers(node) && ts.getModifiers(node)?.some((m) => m.kind === ts.SyntaxKind.DeclareKeyword);
    if (isAmbient) return;
    const declared = (node as { name?: ts.Node }).name;
    const isDeclaration =
      ts.isVariableDeclaration(node) ||
      ts.isParameter(node) ||
      ts.isFunctionDeclaration(node) ||
      ts.isFunctionExpression(node) ||
      ts.isClassDeclaration(node) ||
      ts.isBindingElement(node) ||
      ts.isImportSpecifier(node) ||
      ts.isImportClause(node);
    if (isDeclaration && declared && ts.isIdentifier(declared) && declared.text === name) found = true;
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function isNativeCall(node: ts.Node): node is ts.CallExpression {
  return (
    ts.isCallExpression(node) && ts.isIdentifier(node.expression) && ["native", "Native"].includes(node.expression.text)
  );
}

/** The C function's name, when the node is exactly `native("xs_x").call(...)`. */
function boundName(node: ts.Node): string | undefined {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return undefined;
  const { expression: callee, name } = node.expression;
  if (name.text !== "call" || !isNativeCall(callee)) return undefined;
  const [argument] = callee.arguments;
  return callee.arguments.length === 1 && argument && ts.isStringLiteral(argument) ? argument.text : undefined;
}

function bindNatives(names: Set<string>, options: StripOptions): ts.TransformerFactory<ts.SourceFile> {
  return (context) => (source) => {
    const isOwn = ["native", "Native"].some((name) => declares(source, name));
    const visit = (node: ts.Node): ts.Node => {
      const bound = isOwn ? undefined : boundName(node);
      if (bound !== undefined && options.allowNatives) {
        if (!NATIVE_NAME.test(bound))
          fail(source, node, `native("${bound}"): a C function is named xs_...`, options.name);
        names.add(bound);
        const call = node as ts.CallExpression;
        const { factory } = context;
        return factory.updateCallExpression(
          call,
          factory.createPropertyAccessExpression(factory.createIdentifier(bound), "call"),
          undefined,
          call.arguments.map((argument) => ts.visitNode(argument, visit) as ts.Expression),
        );
      }
      if (!isOwn && isNativeCall(node)) {
        const reason = options.allowNatives
          ? 'native is used only as native("xs_name").call(receiver, ...)'
          : "native is for firmware modules: an app reaches C only through the modules of its firmware";
        fail(source, node, reason, options.name);
      }
      return ts.visitEachChild(node, visit, context);
    };
    return ts.visitNode(source, visit) as ts.SourceFile;
  };
}

/** `with { type: "json" }` says what the file's name says already, and XS 13.3 has no such syntax; others mean something. */
function checkAttributes(attributes: ts.ImportAttributes | undefined, name: string): void {
  for (const attribute of attributes?.elements ?? []) {
    const { value } = attribute;
    if (attribute.name.text === "type" && ts.isStringLiteral(value) && value.text === "json") continue;
    fail(attribute.getSourceFile(), attribute, 'the only import attribute is type: "json"', name);
  }
}

function replaceImports(options: StripOptions): ts.TransformerFactory<ts.SourceFile> {
  return (context) => (source) => {
    const { factory } = context;
    const specifierOf = (literal: ts.Expression): ts.Expression => {
      const to = ts.isStringLiteral(literal) ? options.imports?.[literal.text] : undefined;
      return to === undefined ? literal : factory.createStringLiteral(to);
    };
    const visit = (node: ts.Node): ts.Node => {
      if (ts.isImportDeclaration(node)) {
        checkAttributes(node.attributes, options.name);
        const { modifiers, importClause, moduleSpecifier } = node;
        return factory.updateImportDeclaration(node, modifiers, importClause, specifierOf(moduleSpecifier), undefined);
      }
      if (ts.isExportDeclaration(node) && node.moduleSpecifier) {
        checkAttributes(node.attributes, options.name);
        const { modifiers, isTypeOnly, exportClause, moduleSpecifier } = node;
        const specifier = specifierOf(moduleSpecifier);
        return factory.updateExportDeclaration(node, modifiers, isTypeOnly, exportClause, specifier, undefined);
      }
      return node;
    };
    return ts.visitEachChild(source, visit, context);
  };
}

/** Specifiers of a module's import and export declarations that are there at run time, in order. */
export function listImports(text: string, name: string): string[] {
  const source = ts.createSourceFile(name, text, ts.ScriptTarget.ES2022, true);
  const found: string[] = [];
  for (const node of source.statements) {
    if (ts.isImportDeclaration(node) && !node.importClause?.isTypeOnly && ts.isStringLiteral(node.moduleSpecifier)) {
      found.push(node.moduleSpecifier.text);
    } else if (ts.isExportDeclaration(node) && !node.isTypeOnly && node.moduleSpecifier) {
      if (ts.isStringLiteral(node.moduleSpecifier)) found.push(node.moduleSpecifier.text);
    }
  }
  return found;
}

/** What `import("...")` names, where it is a text. */
export function listDynamicImports(text: string, name: string): string[] {
  if (!text.includes("import(")) return [];
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [specifier] = node.arguments;
      if (specifier !== undefined && ts.isStringLiteralLike(specifier)) found.push(specifier.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(name, text, ts.ScriptTarget.ES2022, true));
  return found;
}

/** The line of the first `await` outside any function, or undefined. */
export function findTopLevelAwait(text: string, name: string): number | undefined {
  const source = ts.createSourceFile(name, text, ts.ScriptTarget.ES2022, true);
  let found: ts.Node | undefined;
  const visit = (node: ts.Node): void => {
    if (found || ts.isFunctionLike(node) || ts.isClassLike(node)) return;
    if (ts.isAwaitExpression(node) || (ts.isForOfStatement(node) && node.awaitModifier)) found = node;
    else ts.forEachChild(node, visit);
  };
  visit(source);
  return found && source.getLineAndCharacterOfPosition(found.getStart(source)).line + 1;
}

/**
 * Strips one file. Syntax only: types are checked elsewhere (typecheck.ts).
 * @throws CompileError on a syntax error, or on `native` where it is not allowed.
 */
export function stripTypes(text: string, options: StripOptions): Stripped {
  const natives = new Set<string>();
  const result = ts.transpileModule(text, {
    fileName: options.name,
    reportDiagnostics: true,
    transformers: { before: [bindNatives(natives, options), replaceImports(options)] },
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
      sourceMap: true,
      inlineSources: false,
      isolatedModules: true,
      allowJs: true,
      removeComments: true,
      newLine: ts.NewLineKind.LineFeed,
    },
  });
  const diagnostic = result.diagnostics?.find((d) => d.category === ts.DiagnosticCategory.Error);
  if (diagnostic) {
    const message = ts.flattenDiagnosticMessageText(diagnostic.messageText, "\n");
    if (!diagnostic.file || diagnostic.start === undefined) throw new CompileError(`${options.name}: ${message}`);
    fail(diagnostic.file, { getStart: () => diagnostic.start } as unknown as ts.Node, message, options.name);
  }
  const code = result.outputText.replace(/\/\/# sourceMappingURL=.*\n?$/, "");
  const hosts = [...natives].map((name) => `function ${name}() @ "${name}"\n`).join("");
  return { code: `${code}\n${hosts}`, map: result.sourceMapText ?? "", natives: [...natives] };
}
