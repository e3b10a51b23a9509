// SPDX-License-Identifier: Apache-2.0
/** An editor and a build say the same of an app's module. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { RUN_LIMIT_MS, thimble, useEngines } from "../cli/support.js";
import { makeProject, removeFolders, tsc } from "./support.js";

/** Modules, and what TypeScript is to say of each; undefined: nothing. */
const MODULES: readonly (readonly [what: string, text: string, error?: RegExp])[] = [
  ["ECMA-419 modules and Moddable's", 'import Timer from "timer";\nTimer.set(() => trace("a"), 1);\n'],
  ["key-value storage by format", KEY_VALUE("uint8", "const n: number | undefined")],
  ["key-value storage in another type", KEY_VALUE("string", "const n: number | undefined"), /TS2322/],
  ["what mc/config holds", 'import config from "mc/config";\ntrace(config.led.toFixed(1));\n'],
  ["what mc/config does not hold", 'import config from "mc/config";\ntrace(config.lamp);\n', /TS2339/],
  ["a module of the SDK", 'import { encodeHex } from "thimble/bytes/hex";\ntrace(encodeHex(new Uint8Array(2)));\n'],
  ["the device's crypto", 'import { crypto } from "thimble/device/crypto";\ntrace(crypto.generateRandom(4).length);\n'],
  ["the console module", 'import Console from "console";\nnew Console().line("a");\n'],
  ["XS's own conversions of text", 'trace(String.fromArrayBuffer(ArrayBuffer.fromString("a")));\n'],
  ["Node's globals", "trace(process.pid);\n", /TS2580|TS2591|TS2304/],
  ["the DOM's globals", "trace(document.title);\n", /TS2584|TS2304/],
  ["a timer function of Node", "setTimeout(() => trace(1), 1);\n", /TS2304/],
  ["what came after ES2022", "trace([1].toSorted());\n", /TS2550|TS2339/],
  ["null where none may be", "const a: string = null;\ntrace(a);\n", /TS2322/],
  ["a module that is not there", 'import "./absent";\n', /TS2882|TS2307/],
  ["a script of the same names as another", "const median = 1;\nconst name = 2;\ntrace(median + name);\n"],
  [
    "a type by a value's import",
    'import { Storage } from "embedded:storage/key-value";\ntrace(1 as unknown as Storage);\n',
  ],
];

function KEY_VALUE(format: string, declaration: string): string {
  return `import storage from "embedded:storage/key-value";
const domain = storage.open({ path: "a", format: "${format}" });
${declaration} = domain.read("a");
trace(n);
`;
}

/** What is wrong: what TypeScript advises for Node and browsers, a build replaces by what a board has. */
function wordsOf(message: string): string {
  const [first = ""] = message.split(/\n|\. /);
  return first.replace(/\.$/, "").replace("or type declarations for side-effect import of ", "");
}

describe("an editor and thimble build", function () {
  this.timeout(RUN_LIMIT_MS);
  useEngines();
  let app = "";
  before(async () => {
    app = await makeProject("blink");
  });
  after(removeFolders);

  for (const [what, text, error] of MODULES) {
    it(`agree on ${what}: ${error === undefined ? "no error" : "an error"}`, async () => {
      writeFileSync(join(app, "main.ts"), text);
      const seen = tsc(app);
      const [, line, column, code, message = ""] = /^main\.ts\((\d+),(\d+)\): error (TS\d+): (.*)$/m.exec(seen) ?? [];
      if (error === undefined) expect(seen).to.equal("");
      else expect(code, seen).to.match(error);
      const { status, stdout } = await thimble(["build", "--json"], { cwd: app });
      const result = JSON.parse(stdout);
      expect(status, stdout).to.equal(error === undefined ? 0 : 1);
      if (error === undefined) return;
      expect(result.error).to.include({ file: "main.ts", line: Number(line), column: Number(column) });
      expect(wordsOf(result.error.message)).to.equal(wordsOf(message));
    });
  }

  it("list the formats of key-value storage to who guesses one", async () => {
    writeFileSync(join(app, "main.ts"), KEY_VALUE("json", "const n: unknown"));
    const words = `Type '"json"' is not assignable to type '"string" | "buffer" | "uint8" |`;
    expect(tsc(app)).to.include(words);
    const { stdout } = await thimble(["build", "--json"], { cwd: app });
    expect(JSON.parse(stdout).error.message).to.include(words);
  });
});
