// SPDX-License-Identifier: Apache-2.0
/**
 * From spec files to the modules of a tester's image: the specs, what they import, and from there on. An import names a
 * file of the project, a module of the app's manifest, chai, mocha's words, or a module of the firmware.
 */
import { createHash } from "node:crypto";
import { readFileSync, realpathSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, posix, relative } from "node:path";
import { CompileError } from "../compiler/compile-error.js";
import type { Firmware } from "../compiler/firmware.js";
import { hintByName } from "../compiler/hints.js";
import { carriedSource } from "../compiler/specifiers.js";
import { listImports } from "../compiler/strip.js";
import { packageRoot } from "../engine/paths.js";
import type { ResolvedProject } from "../manifest/resolve.js";

const require = createRequire(import.meta.url);
const sdk = join(packageRoot, "sdk");
const testing = join(sdk, "testing");
const CHAI = "chai";
const CHAI_SOURCE = require.resolve("chai");
const CONFIG = "mc/config";
/** Where a tester begins; the app's own `main` is never in its image. */
const TESTER_MAIN = join(testing, "main.ts");
/** chai asks for these two, which no board has; on the same line, so that lines stay what they are. */
const CHAI_PROLOGUE = 'import { Event, EventTarget } from "thimble/testing/events"; ';
const EXTENSIONS: readonly string[] = ["", ".ts", ".js", ".mjs", ".json"];
const PATH_MAX = 200;

export interface SpecModule {
  /** Name in the image. */
  readonly path: string;
  /** Absolute. */
  readonly source: string;
  /** For messages: relative to the project, or to this package. */
  readonly name: string;
  readonly text: string;
  /** What each import of it means in the image. */
  readonly imports: Readonly<Record<string, string>>;
}

/** A module to be had: in the image from a source, or in the firmware. */
interface Target {
  readonly path: string;
  readonly source?: string;
}

function lineOf(text: string, specifier: string): number {
  const at = text.search(new RegExp(`["']${specifier.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}["']`));
  return at < 0 ? 1 : text.slice(0, at).split("\n").length;
}

function isIn(path: string, folder: string): boolean {
  return path.startsWith(join(folder, "/"));
}

function findFile(path: string): string | undefined {
  const bare = path.replace(/\.m?js$/, "");
  const candidates = [path, ...EXTENSIONS.map((extension) => bare + extension)];
  const found = candidates.find((candidate) => statSync(candidate, { throwIfNoEntry: false })?.isFile());
  return found === undefined ? undefined : realpathSync(found);
}

function textOf(path: string, source: string): string {
  const text = readFileSync(source, "utf8");
  return path === CHAI ? CHAI_PROLOGUE + text : text;
}

const MAIN_IS_THE_APP =
  "it is the app's main module, which runs on the device. Switch the device on instead " +
  '(import { device } from "thimble/testing/device"), and keep what a spec is to call in a module of its own';

export class SpecModules {
  readonly #folder: string;
  readonly #project: ResolvedProject;
  readonly #inFirmware: ReadonlySet<string>;
  readonly #firmware: Pick<Firmware, "carried">;
  /** The manifest's modules by source. */
  readonly #named: ReadonlyMap<string, string>;

  constructor(folder: string, project: ResolvedProject, firmware: Pick<Firmware, "modules" | "carried">) {
    this.#folder = folder;
    this.#project = project;
    this.#inFirmware = new Set(firmware.modules);
    this.#firmware = firmware;
    this.#named = new Map(project.modules.map(({ source, specifier }) => [source, specifier]));
  }

  /** A spec's name in the image. */
  pathOf(source: string): string {
    const named = this.#named.get(source);
    if (named !== undefined) return named;
    if (isIn(source, sdk)) return `thimble/${relative(sdk, source).replace(/\.ts$/, "")}`;
    const path = `spec:${relative(this.#folder, source).replace(/\.(ts|m?js|json)$/, "")}`;
    return path.length <= PATH_MAX ? path : `spec:${createHash("sha256").update(path).digest("hex")}`;
  }

  /**
   * All modules that these sources need, and themselves.
   * @throws CompileError - an import that names nothing, or what a tester cannot have.
   */
  collect(sources: readonly string[]): readonly SpecModule[] {
    const found = new Map<string, SpecModule>();
    const left: Target[] = [...sources, TESTER_MAIN].map((source) => this.#entry(source));
    for (let target = left.pop(); target !== undefined; target = left.pop()) {
      if (target.source === undefined || found.has(target.path)) continue;
      const { module, targets } = this.#read(target.path, target.source);
      found.set(module.path, module);
      left.push(...targets);
    }
    return [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  #entry(source: string): Target {
    return { path: source === TESTER_MAIN ? "main" : this.pathOf(source), source };
  }

  /** `mc/config` has its value from the manifests. */
  #read(path: string, source: string): { module: SpecModule; targets: readonly Target[] } {
    const name = this.nameOf(source);
    const text = path === CONFIG ? JSON.stringify(this.#project.config) : textOf(path, source);
    const imports: Record<string, string> = {};
    const targets: Target[] = [];
    for (const imported of name.endsWith(".json") ? [] : listImports(text, name)) {
      const place = { file: name, line: lineOf(text, imported), column: 0 };
      const target = this.#resolve(path, source, imported, place);
      imports[imported] = target.path;
      targets.push(target);
    }
    return { module: { path, source, name, text, imports }, targets };
  }

  /** For messages. */
  nameOf(source: string): string {
    if (source === CONFIG) return `${CONFIG}.json`;
    if (source === CHAI_SOURCE) return "chai/index.js";
    const name = relative(this.#folder, source);
    const inPackage = relative(packageRoot, source);
    return name.startsWith("..") && !inPackage.startsWith("..") ? inPackage : name;
  }

  #resolve(
    path: string,
    source: string,
    imported: string,
    place: { file: string; line: number; column: number },
  ): Target {
    const fail = (why: string): never => {
      // Of Node's and Moddable's modules, what to use instead: as in an app.
      throw new CompileError(`import "${imported}": ${why}`, place, [], hintByName(imported));
    };
    const isOfApp = this.#named.get(source) === path;
    const target = imported.startsWith(".")
      ? isOfApp
        ? this.#bySpecifier(posix.join(posix.dirname(path), imported.replace(/\.m?js$/, "")))
        : this.#byFile(join(dirname(source), imported))
      : this.#bySpecifier(imported.replace(/\.m?js$/, ""));
    if (target === undefined)
      return fail(imported.startsWith(".") ? "there is no such file" : this.#reasonFor(imported));
    if (this.#named.get(target.source ?? "") === "main") return fail(MAIN_IS_THE_APP);
    return target;
  }

  #byFile(file: string): Target | undefined {
    const source = findFile(file);
    if (source === undefined) return undefined;
    const path = this.pathOf(source);
    return this.#inFirmware.has(path) ? { path } : { path, source };
  }

  #bySpecifier(specifier: string): Target | undefined {
    if (specifier === CHAI) return { path: CHAI, source: CHAI_SOURCE };
    if (specifier === "mocha") return { path: "thimble/testing/bdd", source: join(testing, "bdd.ts") };
    if (specifier === CONFIG) return { path: CONFIG, source: CONFIG };
    if (this.#inFirmware.has(specifier) && !specifier.startsWith("thimble:")) return { path: specifier };
    const module = this.#project.modules.find((candidate) => candidate.specifier === specifier);
    if (module !== undefined) return { path: specifier, source: module.source };
    const carried = carriedSource(this.#firmware, specifier);
    if (carried !== undefined) return { path: specifier, source: carried };
    if (!specifier.startsWith("thimble/testing/")) return undefined;
    const source = join(sdk, `${specifier.slice("thimble/".length)}.ts`);
    return statSync(source, { throwIfNoEntry: false })?.isFile() ? { path: specifier, source } : undefined;
  }

  #reasonFor(imported: string): string {
    if (imported.startsWith("node:")) return "a spec runs in XS, on a board: Node's modules are not there";
    return "no module of the app's manifest, of the firmware or of thimble/testing has that name, and of npm's packages a spec has chai";
  }
}
