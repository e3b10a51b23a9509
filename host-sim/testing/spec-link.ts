// SPDX-License-Identifier: Apache-2.0
/** Compiles the modules of spec files and links them, for as many testers' images as they need. */
import { APP0_SIZE } from "../board/layout.js";
import { firmwareIdentifiers, readAbi } from "../compiler/abi.js";
import { compileModule } from "../compiler/compile.js";
import { CompileError } from "../compiler/compile-error.js";
import { engineInfo } from "../compiler/engine-info.js";
import { readFirmware } from "../compiler/firmware.js";
import { makeLines } from "../compiler/lines.js";
import { type LinkModule, linkArchive } from "../compiler/link.js";
import { makeImage } from "../image/make.js";
import type { ResolvedProject } from "../manifest/resolve.js";
import type { BuiltSpec } from "./built-specs.js";
import { mentionsOnly } from "./only.js";
import type { SpecModule, SpecModules } from "./spec-modules.js";

const PRELOAD_RESOURCE = "thimble/preload";

function compile({ name, path, text, imports }: SpecModule): LinkModule {
  return { path, byteCode: compileModule({ name, text }, { debug: false, allowNatives: false, imports }) };
}

interface LinkedImage {
  readonly bytes: Uint8Array;
  readonly lines: string;
  readonly linesFile: string;
}

class SpecLinker {
  readonly #modules: SpecModules;
  readonly #project: ResolvedProject;
  readonly #linesFile: (index: number) => string;
  readonly #slotSize: number;
  readonly #firmware = readFirmware();
  readonly #engine = engineInfo();
  readonly #abi = readAbi();
  readonly #identifiers = { known: firmwareIdentifiers(this.#abi, this.#engine), first: this.#abi.appIds };
  readonly images: LinkedImage[] = [];
  readonly specs: BuiltSpec[] = [];
  #size = 0;

  constructor(modules: SpecModules, project: ResolvedProject, linesFile: (index: number) => string, slotSize: number) {
    this.#modules = modules;
    this.#linesFile = linesFile;
    this.#project = project;
    this.#slotSize = slotSize;
  }

  /** All in one image if they fit, otherwise in halves. */
  link(files: readonly string[]): void {
    const image = this.#image(files);
    const { length } = image.bytes;
    if (length <= this.#slotSize) this.#keep(image, files);
    else if (files.length > 1) {
      const half = Math.ceil(files.length / 2);
      this.link(files.slice(0, half));
      this.link(files.slice(half));
    } else {
      const [file = ""] = files;
      const reason = `with all that it imports it takes ${length} bytes; a tester has room for ${this.#slotSize}`;
      throw new CompileError(reason, { file: this.#modules.nameOf(file), line: 1, column: 0 });
    }
  }

  #image(files: readonly string[]): Omit<LinkedImage, "linesFile"> {
    const modules = this.#modules.collect(files).map(compile);
    const names = new Set(modules.map(({ path }) => path));
    const preload = this.#project.preload.filter((name) => names.has(name));
    const resource = { path: PRELOAD_RESOURCE, data: Buffer.from(preload.map((name) => `${name}\0`).join("")) };
    const archive = linkArchive("specs", modules, [resource], this.#identifiers, this.#engine);
    const abi = Buffer.from(this.#firmware.abi, "hex");
    const bytes = makeImage(archive, { version: [0, 0, 0], abi, heapBytes: 0, stackSlots: 0 });
    return { bytes, lines: makeLines(archive, modules) };
  }

  #keep({ bytes, lines }: Omit<LinkedImage, "linesFile">, files: readonly string[]): void {
    const linesFile = this.#linesFile(this.images.length);
    const image = { offset: this.#size, length: bytes.length, lines: linesFile };
    this.images.push({ bytes, lines, linesFile });
    this.#size += bytes.length;
    for (const file of files) {
      const own = this.#modules.collect([file]).filter(({ path }) => path.startsWith("spec:"));
      const isOnly = own.some(({ text, name }) => mentionsOnly(text, name));
      this.specs.push({ file, module: this.#modules.pathOf(file), image, mentionsOnly: isOnly });
    }
  }
}

/**
 * @param linesFile - where the lines of each image will be kept.
 * @param slotSize - bytes that an image may have.
 * @throws CompileError - a module does not compile, or a spec does not fit into an image.
 */
export function linkSpecs(
  files: readonly string[],
  modules: SpecModules,
  project: ResolvedProject,
  linesFile: (index: number) => string,
  slotSize = APP0_SIZE,
): { images: readonly LinkedImage[]; specs: readonly BuiltSpec[] } {
  const linker = new SpecLinker(modules, project, linesFile, slotSize);
  linker.link(files);
  return { images: linker.images, specs: linker.specs };
}
