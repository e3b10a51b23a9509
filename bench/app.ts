// SPDX-License-Identifier: Apache-2.0
/**
 * Makes a module of bench/apps into an app image, with all that it imports: a module that the firmware carries is taken
 * from there, what it does not carry (of sdk/, of the noble packages) goes into the app, compiled file by file.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import ts from "typescript";
import { firmwareIdentifiers, readAbi } from "../host-sim/compiler/abi.js";
import { compileModule } from "../host-sim/compiler/compile.js";
import { engineInfo } from "../host-sim/compiler/engine-info.js";
import { readFirmware } from "../host-sim/compiler/firmware.js";
import { packageNames } from "../host-sim/compiler/firmware-modules.js";
import { type LinkModule, linkArchive } from "../host-sim/compiler/link.js";
import { listImports } from "../host-sim/compiler/strip.js";
import { packageRoot } from "../host-sim/engine/paths.js";
import { makeImage } from "../host-sim/image/make.js";

const apps = join(packageRoot, "bench", "apps");
const packages = join(packageRoot, "node_modules", "/");
const { resolve: resolvePackage } = createRequire(import.meta.url);

/** The file that an import means: a package's module, or a source of this repository. */
function sourceOf(from: string, imported: string): string {
  if (!imported.startsWith(".")) return resolvePackage(imported);
  const path = join(dirname(from), imported);
  return path.startsWith(packages) ? path : path.replace(/\.js$/, ".ts");
}

/**
 * XS 13.3 throws "get ?: not initialized yet" where a static initializer makes an instance of its own class and the
 * class has instance fields, as noble's points do. With fields as assignments in the constructor there are none.
 */
function withoutInstanceFields(text: string, fileName: string): string {
  const compilerOptions = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, allowJs: true };
  return ts.transpileModule(text, { fileName, compilerOptions: { ...compilerOptions, useDefineForClassFields: false } })
    .outputText;
}

class BenchApp {
  readonly #firmware = readFirmware();
  readonly #named = packageNames();
  readonly #modules = new Map<string, LinkModule>();

  /** @param main - JavaScript of the main module; it imports `imports`, specifier to source. */
  build(main: string, imports: ReadonlyMap<string, string>, heapBytes = 0): Uint8Array {
    const targets: Record<string, string> = {};
    for (const [specifier, source] of imports) targets[specifier] = this.#add(source);
    this.#modules.set("main", this.#compile("main", "main.js", main, targets));
    const abi = readAbi();
    const engine = engineInfo();
    const identifiers = { known: firmwareIdentifiers(abi, engine), first: abi.appIds };
    const modules = [...this.#modules.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
    const archive = linkArchive("bench", modules, [], identifiers, engine);
    const options = { abi: Buffer.from(this.#firmware.abi, "hex"), heapBytes, stackSlots: 0 };
    return makeImage(archive, { version: [0, 0, 0], ...options });
  }

  #specifierOf(source: string): string {
    const path = relative(source.startsWith(packages) ? packages : packageRoot, source).replace(/\.[jt]s$/, "");
    return this.#named.get(source) ?? path.replace(/^sdk\//, "thimble/");
  }

  /** @returns the specifier of a source that is now in the app, or in the firmware. */
  #add(source: string): string {
    const specifier = this.#specifierOf(source);
    if (this.#modules.has(specifier) || this.#firmware.modules.includes(specifier)) return specifier;
    const name = relative(packageRoot, source);
    const original = readFileSync(source, "utf8");
    const text = source.startsWith(packages) ? withoutInstanceFields(original, name) : original;
    const imports: Record<string, string> = {};
    this.#modules.set(specifier, { path: specifier, byteCode: undefined as never });
    for (const imported of listImports(text, name)) imports[imported] = this.#add(sourceOf(source, imported));
    this.#modules.set(specifier, this.#compile(specifier, name, text, imports));
    return specifier;
  }

  #compile(path: string, name: string, text: string, imports: Record<string, string>): LinkModule {
    return { path, byteCode: compileModule({ name, text }, { debug: false, allowNatives: false, imports }) };
  }
}

/**
 * An app that runs one file of bench/apps.
 * @param plan - plain data, which its `run` is given.
 * @param heapBytes - 0: the board's default.
 */
export function buildRunningApp(name: string, plan: unknown, heapBytes = 0): Uint8Array {
  const main = `import { run } from "bench";\ntrace("bench start\\n");\nrun(${JSON.stringify(plan)});\n`;
  return new BenchApp().build(main, new Map([["bench", join(apps, `${name}.ts`)]]), heapBytes);
}

/**
 * An app that imports these modules of the firmware or the SDK, says so and ends.
 * @param heapBytes - 0: the board's default.
 */
export function buildImportingApp(specifiers: readonly string[], heapBytes = 0): Uint8Array {
  const imports = specifiers.map((specifier) => `import ${JSON.stringify(specifier)};\n`).join("");
  const { carried } = readFirmware();
  const sources = specifiers.flatMap((specifier): [string, string][] => {
    const path = carried[specifier];
    return path === undefined ? [] : [[specifier, join(packageRoot, path)]];
  });
  return new BenchApp().build(`${imports}trace("first line\\n");\n`, new Map(sources), heapBytes);
}
