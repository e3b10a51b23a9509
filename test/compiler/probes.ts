// SPDX-License-Identifier: Apache-2.0
/**
 * Puts `(probe(LINE), ...)` around expressions of a TypeScript source, without moving a line: a program then says, at
 * each place that it comes to, on which line it really is.
 */
import ts from "typescript";

/** The expressions of a node that can stand in a comma expression: no target of an assignment, no callee. */
function valuesOf(node: ts.Node): (ts.Expression | undefined)[] {
  if (ts.isExpressionStatement(node)) return isBareCall(node.expression) ? [] : [node.expression];
  if (ts.isVariableDeclaration(node) || ts.isPropertyDeclaration(node) || ts.isParameter(node))
    return [node.initializer];
  if (ts.isPropertyAssignment(node)) return isPattern(node.parent) ? [] : [node.initializer];
  if (ts.isReturnStatement(node) || ts.isThrowStatement(node) || ts.isIfStatement(node)) return [node.expression];
  if (ts.isWhileStatement(node) || ts.isDoStatement(node) || ts.isSwitchStatement(node)) return [node.expression];
  if (ts.isForStatement(node)) return [node.condition, node.incrementor];
  if (ts.isForOfStatement(node) || ts.isForInStatement(node)) return [node.expression];
  if (ts.isCallExpression(node) || ts.isNewExpression(node)) return [...(node.arguments ?? [])];
  if (ts.isConditionalExpression(node)) return [node.condition, node.whenTrue, node.whenFalse];
  if (ts.isTemplateSpan(node) || ts.isAwaitExpression(node) || ts.isCaseClause(node)) return [node.expression];
  if (ts.isYieldExpression(node)) return [node.expression];
  if (ts.isBinaryExpression(node)) return [node.right];
  if (ts.isArrowFunction(node)) return ts.isBlock(node.body) ? [] : [node.body];
  if (ts.isArrayLiteralExpression(node)) return isPattern(node) ? [] : [...node.elements];
  return [];
}

/** `super(...)`, and a text that may be a directive. */
function isBareCall(node: ts.Expression): boolean {
  return (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.SuperKeyword) || ts.isStringLiteral(node);
}

/** Whether a literal is what an assignment or a loop takes apart into. */
function isPattern(node: ts.Node): boolean {
  const { parent } = node;
  if (ts.isBinaryExpression(parent)) return parent.left === node || isPattern(parent);
  if (ts.isForOfStatement(parent)) return parent.initializer === node;
  const isInside =
    ts.isPropertyAssignment(parent) || ts.isArrayLiteralExpression(parent) || ts.isObjectLiteralExpression(parent);
  return isInside && isPattern(parent);
}

/** A module that gives `probe`: it traces the line that it is told, and below it where the stack says that it was called. */
export const PROBE = `globalThis.probe = (line) => trace("@ ", line, "\\n", new Error("probe").stack.split("\\n")[2], "\\n");
`;

/** Puts a text before and one behind each value of a source. */
function wrapValues(text: string, before: (line: number) => string, behind: string): string {
  const name = "main.ts";
  const source = ts.createSourceFile(name, text, ts.ScriptTarget.ES2022, true);
  const inserts: { at: number; text: string }[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node) || ts.isInterfaceDeclaration(node) || ts.isEnumDeclaration(node)) return;
    for (const value of valuesOf(node)) {
      if (!value || ts.isSpreadElement(value) || ts.isOmittedExpression(value)) continue;
      const start = value.getStart(source);
      const line = source.getLineAndCharacterOfPosition(start).line + 1;
      inserts.push({ at: start, text: before(line) }, { at: value.getEnd(), text: behind });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  let result = text;
  // From the end, so that positions stay; of two at one place the later, which is further in, goes first.
  const order = inserts
    .map((insert, i) => ({ ...insert, i }))
    .sort((a, b) => b.at - a.at || (a.text === behind ? a.i - b.i : b.i - a.i));
  for (const { at, text: piece } of order) result = result.slice(0, at) + piece + result.slice(at);
  return result;
}

/** Each value on lines of its own, as far as it goes. */
export function unfold(text: string): string {
  return wrapValues(text, () => "(\n", "\n)");
}

/** @returns the source with probes; it needs a global `probe`. */
export function addProbes(text: string): string {
  return wrapValues(text, (line) => `(probe(${line}), `, ")");
}
