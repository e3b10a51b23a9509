// SPDX-License-Identifier: Apache-2.0
/** Whether a source may call `describe.only` or `it.only`: then the whole run is restricted to what is marked. */
import ts from "typescript";

/** Words in comments and other texts do not count. */
export function mentionsOnly(text: string, name: string): boolean {
  if (!text.includes("only")) return false;
  const isOnly = (node: ts.Node): boolean => {
    if (ts.isPropertyAccessExpression(node)) return node.name.text === "only" || isOnly(node.expression);
    // As a key, wherever it comes to be one. What this misses, the run-time registry finds (spec-run.ts).
    if (ts.isStringLiteralLike(node) && node.text === "only") return true;
    if (ts.isBindingElement(node) && (node.propertyName ?? node.name).getText() === "only") return true;
    return ts.forEachChild(node, isOnly) ?? false;
  };
  return isOnly(ts.createSourceFile(name, text, ts.ScriptTarget.ES2022, true));
}
