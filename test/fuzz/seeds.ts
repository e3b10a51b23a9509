// SPDX-License-Identifier: Apache-2.0
/** Inputs to begin with: images of real apps, and short rows of calls that make a key and use it. */
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildApp } from "../../host-sim/compiler/app.js";
import { packageRoot } from "../../host-sim/engine/paths.js";
import { makeScratch } from "../../host-sim/scratch.js";
import { writeBootSeeds } from "./boot-seeds.js";
import { writeImageSeeds } from "./image-seeds.js";
import { type Native, readNatives } from "./natives.js";
import type { Target } from "./targets.js";

/** JavaScript, so that the byte code has more than TypeScript's style would give it. */
const SOURCES = [
  'trace("ran\\n");\n',
  `import Timer from "timer";
const text = JSON.stringify({ a: [1, 2n > 1, \`x\${Math.PI}\`], b: /r(e)g/.source });
export function f(x) { try { if (x > 1) return f(x - 1) + 1; } catch (e) { throw e; } finally { trace("f"); } return 0; }
class A { #p = 1; get p() { return this.#p ?? 12345678901234567890n; } }
Timer.set(() => trace(text, f(3), new A().p, "\\n"), 5);
`,
  `async function* g(a, ...b) { for await (const [x = 1, { y }] of a) yield* b.map((z) => z?.(x) ?? y); }
label: for (let i = 0; i < 70000; i++) { switch (i % 3) { case 0: continue label; default: if (i > 300) break label; } }
export default g;
`,
];
const APPS = ["cli/templates/blink", "cli/templates/sensor", "examples/signed-sensor"];
const MANIFEST = '{ "include": "$(MODDABLE)/examples/manifest_base.json", "modules": { "*": "./main" } }\n';
/** Not fewer than the rows of `keys` in operations.c. */
const KEYS = 20;

async function images(folder: string): Promise<void> {
  const scratch = makeScratch("fuzz-seeds");
  const build = async (name: string): Promise<void> => {
    const { image } = await buildApp(join(scratch, name), { board: "host", debug: false });
    writeFileSync(join(folder, name), readFileSync(image));
  };
  try {
    for (const [i, source] of SOURCES.entries()) {
      mkdirSync(join(scratch, `source-${i}`));
      writeFileSync(join(scratch, `source-${i}`, "main.js"), source);
      writeFileSync(join(scratch, `source-${i}`, "manifest.json"), MANIFEST);
      await build(`source-${i}`);
    }
    for (const [i, app] of APPS.entries()) {
      cpSync(join(packageRoot, app), join(scratch, `app-${i}`), { recursive: true });
      await build(`app-${i}`);
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/**
 * Bytes of one call, as binding-target.c and operations.c read them.
 * @param collectAt - garbage is collected at this allocation of the native; 0: at none.
 * @param key - a row of `keys`.
 */
function call(index: number, { kinds }: Native, collectAt: number, key: number): number[] {
  const bytes = [index, collectAt];
  for (const kind of kinds) {
    if (kind === "ATTRIBUTES") bytes.push(key, 0, 0);
    else if (kind === "ALG")
      bytes.push(0, 0xc0); // the key's own
    else if (kind === "LENGTH") bytes.push(0, 16);
    else if (kind === "BYTES" || kind === "BYTES_OR_HANDLE")
      bytes.push(1, kinds.includes("ATTRIBUTES") ? 0x81 : 0x80, 12);
    else bytes.push(0); // what the first call gave
  }
  return bytes;
}

/** Each kind of key made, then each native with it. */
function calls(folder: string): void {
  const natives = readNatives();
  const maker = natives.findIndex(({ name }) => name.endsWith("_import_key"));
  for (let key = 0; key < KEYS; key++) {
    for (const [index, native] of natives.entries()) {
      const bytes = [...call(maker, natives[maker] as Native, 0, key), ...call(index, native, key % 4, key)];
      writeFileSync(join(folder, `key-${key}-${native.name}`), Uint8Array.from(bytes));
    }
    writeFileSync(join(folder, `key-${key}-stored`), Uint8Array.from(storedKey(natives, key)));
  }
}

/** A key that is stored as number 1; then a reset, and the key is opened. */
function storedKey(natives: readonly Native[], key: number): number[] {
  const indexOf = (name: string): number => natives.findIndex((native) => native.name === `xs_thimble_psa_${name}`);
  const [importing, opening, using] = ["import_key", "open_key", "export_key"].map(indexOf) as [number, number, number];
  const stored = [importing, 0, key, 0, 0xc1, 1, 0x81, 12];
  return [...stored, natives.length, opening, 0, 1, using, 0, 2];
}

/** Writes the seeds of a target into a folder of its own. */
export async function writeSeeds({ name }: Target, folder: string): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  if (name === "binding") calls(folder);
  else if (name === "image") writeImageSeeds(folder);
  else if (name === "boot") writeBootSeeds(folder);
  else await images(folder);
}
