// SPDX-License-Identifier: Apache-2.0
/** A board's engine carries no parser: neither its functions nor its messages are in the image. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { assert } from "chai";
import { enginePath, xsCompilePath } from "../../host-sim/engine/paths.js";

const PARSER_FUNCTION = /\bfx(Parser|GetNextToken|Scope|Coder|Hoist|Binder|PushNode)\w*/g;
const PARSER_MESSAGES = ["missing expression", "missing identifier", "invalid getter arguments"];

function functionsOf(nm: string, program: string): string[] {
  return execFileSync(nm, [program], { encoding: "utf8", maxBuffer: 1 << 26 }).match(PARSER_FUNCTION) ?? [];
}

function messagesOf(program: string): string[] {
  const image = readFileSync(program, "latin1");
  return PARSER_MESSAGES.filter((message) => image.includes(message));
}

describe("the parser", () => {
  it("is in xs-compile, where these tests must find it", () => {
    assert.isAbove(functionsOf("nm", xsCompilePath()).length, 20);
    assert.deepEqual(messagesOf(xsCompilePath()), PARSER_MESSAGES);
  });

  for (const [board, nm] of [
    ["host", "nm"],
    ["mps2-an505", "arm-none-eabi-nm"],
  ] as const) {
    it(`is not in the release engine for ${board}`, () => {
      assert.deepEqual(functionsOf(nm, enginePath(board, "release")), []);
      assert.deepEqual(messagesOf(enginePath(board, "release")), []);
    });
  }
});
