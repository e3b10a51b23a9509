// SPDX-License-Identifier: Apache-2.0
/** The same sources give the same image: in any folder, in any order, on any machine. */
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { assert } from "chai";
import { buildApp } from "../../host-sim/compiler/app.js";
import { packageRoot } from "../../host-sim/engine/paths.js";
import { useEngines } from "../cli/support.js";
import { build, type Files, MODULES } from "./support.js";

const FILES: Files = {
  "src/main.ts": `import { tag } from "./a.js";\nimport "./b.js";\ntrace(tag\`x\${1}\`, new Error("e").message, "\\n");\n`,
  "src/a.ts":
    "export function tag(parts: TemplateStringsArray, ...values: number[]) { return parts.join(String(values)); }\n",
  "src/b.ts": 'import { tag } from "./a.js";\ntag`y`;\nexport class B { b = 1; }\n',
};

describe("two builds of the same sources", function () {
  this.timeout(60_000);
  useEngines();

  for (const debug of [false, true]) {
    describe(debug ? "debug" : "release", () => {
      it("are the same bytes in two folders", async () => {
        const manifest = { modules: MODULES, build: { NAME: "one" } };
        const [one, two] = [await build(FILES, manifest, debug), await build(FILES, manifest, debug)];
        assert.notStrictEqual(one.folder, two.folder);
        assert.isTrue(Buffer.from(one.bytes).equals(two.bytes));
        assert.strictEqual(one.digest, two.digest);
      });

      it("are the same whatever the order of files and of the manifest's keys", async () => {
        const reversed = Object.fromEntries(Object.entries(FILES).reverse());
        const one = await build(
          FILES,
          { build: { NAME: "one" }, modules: { a: "./src/a", b: "./src/b", main: "./src/main" } },
          debug,
        );
        const two = await build(
          reversed,
          { modules: { main: "./src/main", b: "./src/b", a: "./src/a" }, build: { NAME: "one" } },
          debug,
        );
        assert.isTrue(Buffer.from(one.bytes).equals(two.bytes));
      });

      it("say nothing of the machine: also with a module from outside the app's folder", async () => {
        const root = realpathSync(mkdtempSync(join(tmpdir(), "thimble-place-test-")));
        const images = ["here", "there/deeper"].map((place) => {
          const files = {
            [`${place}/app/manifest.json`]: JSON.stringify({
              build: { NAME: "one" },
              modules: { "*": ["./main", "../lib/*"] },
            }),
            [`${place}/app/main.ts`]: 'import { f } from "lib";\ntrace(f`x`, "\\n");\n',
            [`${place}/lib/lib.ts`]: "export const f = (text: TemplateStringsArray) => text[0];\nf`y`;\n",
          };
          for (const [name, text] of Object.entries(files)) {
            mkdirSync(dirname(join(root, name)), { recursive: true });
            writeFileSync(join(root, name), text);
          }
          return join(root, place, "app");
        });
        try {
          const [one = Buffer.of(), two] = await Promise.all(
            images.map(async (folder) => readFileSync((await buildApp(folder, { board: "host", debug })).image)),
          );
          assert.isTrue(one.equals(two ?? Buffer.of()));
          for (const word of [root.slice(1), tmpdir().slice(1), homedir().slice(1), packageRoot.slice(1)]) {
            assert.isFalse(word !== "" && one.includes(word), word);
          }
        } finally {
          rmSync(root, { recursive: true });
        }
      });
    });
  }

  it("are the same for both boards", async () => {
    const { folder, bytes } = await build(FILES, { modules: MODULES });
    const other = await buildApp(folder, { board: "mps2-an505", debug: false });
    assert.isTrue(Buffer.from(bytes).equals(readFileSync(other.image)));
  });
});
