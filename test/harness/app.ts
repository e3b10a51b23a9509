// SPDX-License-Identifier: Apache-2.0
/**
 * Makes a spec into an app image: the spec, what it imports from test/, and the harness' board side. An import of the SDK
 * becomes the firmware's module of that name; what the firmware does not carry of sdk/ goes into the app. One image runs
 * on every board.
 */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { firmwareIdentifiers, readAbi } from "../../host-sim/compiler/abi.js";
import { compileModule } from "../../host-sim/compiler/compile.js";
import { CompileError } from "../../host-sim/compiler/compile-error.js";
import { engineInfo } from "../../host-sim/compiler/engine-info.js";
import { readFirmware } from "../../host-sim/compiler/firmware.js";
import { type LinkModule, linkArchive } from "../../host-sim/compiler/link.js";
import { listImports } from "../../host-sim/compiler/strip.js";
import { packageRoot } from "../../host-sim/engine/paths.js";
import { makeImage } from "../../host-sim/image/make.js";
import { resolveManifest } from "../../host-sim/manifest/resolve.js";

const harness = join(packageRoot, "test", "harness");
/** Files of Node's side and what stands in their place on a board. */
const REPLACED = new Map(
  ["spec.ts", "assert.ts", "machine.ts"].map((name) => [join(harness, name), join(harness, "board", name)]),
);
/** Twice what an app has by default on `host`: the SDK's modules leave little of that for tables of cases. */
const SPEC_HEAP = 1024 * 1024;
const START = join(harness, "board", "spec.ts");

interface Target {
  readonly specifier: string;
  /** A source to be compiled into the app; undefined: the firmware has the module. */
  readonly source?: string;
}

function isIn(path: string, folder: string): boolean {
  return path.startsWith(join(packageRoot, folder, "/"));
}

/** A source's specifier: in the firmware by its manifest, else its path under the name that the SDK gives it. */
function specifierOf(source: string, named: ReadonlyMap<string, string>): string {
  const path = relative(packageRoot, source).replace(/\.ts$/, "");
  if (isIn(source, "sdk")) return named.get(source) ?? `thimble/${path.slice("sdk/".length)}`;
  if (isIn(source, "devices")) return named.get(source) ?? `thimble/device/${path.slice("devices/".length)}`;
  return path;
}

class SpecApp {
  readonly #firmware = readFirmware();
  readonly #inFirmware = new Set(this.#firmware.modules);
  readonly #named: ReadonlyMap<string, string>;
  readonly #modules = new Map<string, LinkModule>();

  constructor() {
    const manifest = join(packageRoot, "devices", "manifest.json");
    const { modules } = resolveManifest(manifest, { platform: "host", thimbleRoot: packageRoot, allowNatives: true });
    this.#named = new Map(modules.map((module) => [module.source, module.specifier]));
  }

  build(spec: string): Uint8Array {
    const start = specifierOf(START, this.#named);
    const text = `import { run } from "${start}";\nimport "${specifierOf(spec, this.#named)}";\nawait run();\n`;
    return this.link([START, spec], text);
  }

  /** @param text - of `main`. */
  link(sources: readonly string[], text = `import "${specifierOf(sources[0] as string, this.#named)}";\n`): Uint8Array {
    this.#addAll(sources);
    this.#modules.set("main", this.#compile("main", "main.ts", text, {}));
    const abi = readAbi();
    const engine = engineInfo();
    const identifiers = { known: firmwareIdentifiers(abi, engine), first: abi.appIds };
    const modules = [...this.#modules.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
    const archive = linkArchive("spec", modules, [], identifiers, engine);
    const options = { abi: Buffer.from(this.#firmware.abi, "hex"), heapBytes: SPEC_HEAP, stackSlots: 0 };
    return makeImage(archive, { version: [0, 0, 0], ...options });
  }

  #addAll(sources: readonly string[]): void {
    const left = [...sources];
    for (let source = left.pop(); source !== undefined; source = left.pop()) {
      const specifier = specifierOf(source, this.#named);
      if (this.#modules.has(specifier)) continue;
      const name = relative(packageRoot, source);
      const text = readFileSync(source, "utf8");
      const imports: Record<string, string> = {};
      for (const imported of listImports(text, name)) {
        const target = this.#resolve(source, imported);
        imports[imported] = target.specifier;
        if (target.source !== undefined) left.push(target.source);
      }
      this.#modules.set(specifier, this.#compile(specifier, name, text, imports));
    }
  }

  #compile(path: string, name: string, text: string, imports: Record<string, string>): LinkModule {
    return { path, byteCode: compileModule({ name, text }, { debug: true, allowNatives: false, imports }) };
  }

  /** @throws CompileError when there is no such module on a board. */
  #resolve(from: string, imported: string): Target {
    const fail = (why: string): never => {
      throw new CompileError(`import "${imported}": ${why}`, { file: relative(packageRoot, from), line: 1, column: 0 });
    };
    if (!imported.startsWith(".")) {
      return this.#inFirmware.has(imported) ? { specifier: imported } : fail("the firmware has no such module");
    }
    const path = join(dirname(from), imported.replace(/\.js$/, ".ts"));
    const source = REPLACED.get(path) ?? path;
    const specifier = specifierOf(source, this.#named);
    if (this.#inFirmware.has(specifier)) return { specifier };
    if (isIn(source, "devices")) return fail(`the firmware has no module ${specifier}`);
    if (!isIn(source, "sdk") && !isIn(source, "test")) return fail("a spec imports from sdk/ and test/ only");
    return existsSync(source) ? { specifier, source } : fail("there is no such file");
  }
}

/** @param start - a source of test/ that is the app of a board, and what it imports. @throws CompileError - as buildSpecApp. */
export function buildBoardProgram(start: string): Uint8Array {
  return new SpecApp().link([start]);
}

/**
 * @param spec - path of the spec's TypeScript source.
 * @throws CompileError - with file and line; when a board has not what the spec imports.
 */
export function buildSpecApp(spec: string): Uint8Array {
  return new SpecApp().build(spec);
}
