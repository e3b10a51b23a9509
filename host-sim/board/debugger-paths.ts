// SPDX-License-Identifier: Apache-2.0
/**
 * Names of files in byte code, and the files. An image names no place: its files are relative to the app's folder, and
 * those of the firmware relative to this package. A debugger shows files, so it is given absolute paths.
 */
import { existsSync, realpathSync } from "node:fs";
import { isAbsolute, normalize, relative, resolve, sep } from "node:path";
import { packageRoot } from "../engine/paths.js";

/** XS reads no longer ones. */
const NAME_MAX = 255;
/** Folders of the package with the firmware's modules. */
const FIRMWARE = Object.freeze(["sdk/", "devices/"]);

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function relativeName(folder: string, path: string): string {
  return relative(folder, path).split(sep).join("/");
}

export class DebugPaths {
  readonly #folder: string;
  readonly #image: Buffer;

  /**
   * @param folder - the app's: names of its files are relative to it.
   * @param image - the app's, of a debug build: the names that it knows are in it.
   */
  constructor(folder: string, image: Uint8Array) {
    this.#folder = realPath(resolve(folder));
    this.#image = Buffer.from(image.buffer, image.byteOffset, image.byteLength);
  }

  /** @returns the file of that name, or the name where there is no such file. */
  toFile(name: string): string {
    const found = [resolve(this.#folder, name), resolve(packageRoot, name)].find((path) => existsSync(path));
    return this.#isKnown(name) && found !== undefined ? found : name;
  }

  /** @returns the name in byte code of a file, or of such a name; undefined when the board runs nothing of it. */
  toName(path: string): string | undefined {
    if (!isAbsolute(path)) return [path, normalize(path)].find((name) => this.#isKnown(name));
    const real = realPath(path);
    return [relativeName(this.#folder, real), relativeName(packageRoot, real)].find((name) => this.#isKnown(name));
  }

  #isKnown(name: string): boolean {
    if (name === "" || Buffer.byteLength(name) > NAME_MAX || /["<>\0]/.test(name)) return false;
    if (this.#image.includes(`\0${name}\0`)) return true;
    return FIRMWARE.some((folder) => name.startsWith(folder)) && existsSync(resolve(packageRoot, name));
  }
}
