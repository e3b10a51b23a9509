// SPDX-License-Identifier: Apache-2.0
/** What TypeScript says, for someone whose program runs on a board: its advice is for Node and browsers, ours is not. */
import ts from "typescript";
import { hintForGlobal, hintForModule } from "./hints.js";

interface Words {
  readonly message: string;
  /** What to do about it; "" where the message says it all. */
  readonly advice: string;
}

/** Advice of TypeScript's that leads away from a board. */
const ELSEWHERE = / Do you need to (?:install type definitions|change your target library)\b.*$/s;
const NEW_LIBRARY = /Property '.*Do you need to change your target library\?/;
const NO_NAME = /^Cannot find (?:name|namespace) '(.+?)'/;
const NO_MODULE = /^Cannot find module (?:'(.+?)' or its|or type declarations .* import of '(.+?)')/;

/** Whether it is said of what an import names. */
function isOfModule({ file, start }: ts.Diagnostic): boolean {
  return file !== undefined && start !== undefined && /["'`]/.test(file.text.charAt(start));
}

/**
 * TypeScript's words on an error, with advice of ours.
 * @param from - specifier of the module that it is in.
 * @param names - what an import there may name.
 */
export function wordsOf(diagnostic: ts.Diagnostic, from: string, names: ReadonlySet<string>): Words {
  const text = ts.flattenDiagnosticMessageText(diagnostic.messageText, "\n");
  const message = text.replace(ELSEWHERE, "");
  const [, name = ""] = NO_NAME.exec(text) ?? [];
  const [, named, imported] = NO_MODULE.exec(text) ?? [];
  const specifier = named ?? imported ?? (isOfModule(diagnostic) ? name : "");
  if (specifier !== "") {
    return { message: `Cannot find module '${specifier}'.`, advice: hintForModule(specifier, { from, names }) };
  }
  if (NEW_LIBRARY.test(text)) return { message, advice: "Boards have the library of ES2022." };
  return { message, advice: name === "" ? "" : (hintForGlobal(name) ?? "") };
}
