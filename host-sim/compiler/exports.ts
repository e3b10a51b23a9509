// SPDX-License-Identifier: Apache-2.0
/** What a module of the firmware exports at run time: a part of the ABI. */
import ts from "typescript";

function isExported(node: ts.Node): boolean {
  const modifiers = ts.canHaveModifiers(node) ? ts.getModifiers(node) : undefined;
  const kinds = modifiers?.map(({ kind }) => kind) ?? [];
  return kinds.includes(ts.SyntaxKind.ExportKeyword) && !kinds.includes(ts.SyntaxKind.DeclareKeyword);
}

function isDefault(node: ts.Node): boolean {
  const modifiers = ts.canHaveModifiers(node) ? ts.getModifiers(node) : undefined;
  return modifiers?.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword) ?? false;
}

/** @throws RangeError - a form that says no names: a firmware's module does without. */
function namesOf(node: ts.Statement, name: string): string[] {
  if (ts.isExportAssignment(node)) return ["default"];
  if (ts.isExportDeclaration(node)) {
    if (node.isTypeOnly) return [];
    if (node.exportClause === undefined || !ts.isNamedExports(node.exportClause)) {
      throw new RangeError(`${name}: a module of the firmware names what it exports, one by one`);
    }
    return node.exportClause.elements.filter((each) => !each.isTypeOnly).map((each) => each.name.text);
  }
  if (!isExported(node)) return [];
  if (isDefault(node)) return ["default"];
  if (ts.isVariableStatement(node)) {
    return node.declarationList.declarations.map((each) => {
      if (ts.isIdentifier(each.name)) return each.name.text;
      throw new RangeError(`${name}: a module of the firmware names what it exports, one by one`);
    });
  }
  const isValue = ts.isFunctionDeclaration(node) || ts.isClassDeclaration(node) || ts.isEnumDeclaration(node);
  return isValue && node.name !== undefined ? [node.name.text] : [];
}

/** Names that are there at run time, sorted. */
export function listExports(text: string, name: string): string[] {
  const source = ts.createSourceFile(name, text, ts.ScriptTarget.ES2022, true);
  return [...new Set(source.statements.flatMap((node) => namesOf(node, name)))].sort();
}
