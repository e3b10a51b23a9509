// SPDX-License-Identifier: Apache-2.0
/**
 * Lets Node load a spec that imports modules which only boards have, to learn the names of its tests: such an import
 * gives an empty class. Nothing of the spec is run on it.
 */
import { register } from "node:module";
import { BOARD_MODULE } from "./survey.js";

/** Runs on Node's loader thread. */
const HOOKS = `
const boardModule = new RegExp(${JSON.stringify(BOARD_MODULE.source)});
export function resolve(specifier, context, next) {
  const isOurs = boardModule.test(specifier) && /\\/dist\\/test\\//.test(context.parentURL ?? "");
  if (!isOurs) return next(specifier, context);
  return { url: "data:text/javascript,export default class {}", shortCircuit: true };
}
`;

let isRegistered = false;

export function stubBoardModules(): void {
  if (isRegistered) return;
  isRegistered = true;
  register(`data:text/javascript,${encodeURIComponent(HOOKS)}`);
}
