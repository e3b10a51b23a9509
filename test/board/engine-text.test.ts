// SPDX-License-Identifier: Apache-2.0
/** What the engine writes for characters that UTF-8 does not have, whole and in pieces. */
import { strictEqual } from "node:assert/strict";
import { describe, it } from "mocha";
import { decodeEngineText, EngineText } from "../../host-sim/board/engine-text.js";

const CASES: Readonly<Record<string, [number[], string]>> = {
  NUL: [[0x61, 0xc0, 0x80, 0x62], "a\0b"],
  "half a pair": [[0x61, 0xed, 0xa0, 0x80, 0x62], "a\ufffdb"],
  "two halves": [[0xed, 0xa0, 0x80, 0xed, 0xb0, 0x80], "\ufffd\ufffd"],
  "what is near": [[...Buffer.from("é€😀\ud7ff\ue000")], "é€😀\ud7ff\ue000"],
  "what is cut short": [[0x61, 0xed], "a\ufffd"],
  "what is no text": [[0xc0, 0x41, 0xff], "\ufffdA\ufffd"],
};

describe("text of the engine", () => {
  for (const [title, [bytes, text]] of Object.entries(CASES)) {
    it(title, () => {
      strictEqual(decodeEngineText(Uint8Array.from(bytes)), text);
      const stream = new EngineText();
      const pieces = bytes.map((byte) => stream.push(Uint8Array.of(byte)));
      strictEqual(pieces.join("") + stream.end(), text);
    });
  }
});
