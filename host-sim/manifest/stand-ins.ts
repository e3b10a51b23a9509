// SPDX-License-Identifier: Apache-2.0
/**
 * Stands in for the Moddable SDK. A path below `$(MODDABLE)` that has a file of the same relative path in
 * `host-sim/manifest/stand-ins/` means that file, whether or not there is an SDK: the firmware of our boards already
 * has what Moddable's own manifest would build.
 */
import { existsSync, realpathSync } from "node:fs";
import { isAbsolute, join, relative, sep } from "node:path";

/** In the folder of a stand-in: what the firmware has instead of the modules in Moddable's folder of that path. */
const FOLDER_FILE = "provides.json";

export class StandIns {
  readonly #folder: string;
  /** Where a user reads of them. */
  readonly page: string;
  /** The SDK as given and with symbolic links resolved. */
  readonly #sdk: readonly string[];

  constructor(thimbleRoot: string, moddable: string | undefined) {
    this.page = join(thimbleRoot, "docs/manifest.md");
    this.#folder = realpathSync(join(thimbleRoot, "host-sim/manifest/stand-ins"));
    this.#sdk = moddable === undefined ? [] : [moddable, existsSync(moddable) ? realpathSync(moddable) : moddable];
  }

  /** The value of `$(MODDABLE)`: the SDK, or the stand-ins where there is none. */
  get root(): string {
    return this.#sdk[0] ?? this.#folder;
  }

  get hasSdk(): boolean {
    return this.#sdk.length > 0;
  }

  contains(file: string): boolean {
    return below(this.#folder, file) !== undefined;
  }

  /** The stand-in of a manifest below `$(MODDABLE)`. */
  findManifest(path: string): string | undefined {
    return this.#find(path, "");
  }

  /** The stand-in of a folder of modules below `$(MODDABLE)`. */
  findFolder(directory: string): string | undefined {
    return this.#find(directory, FOLDER_FILE);
  }

  /** `$(MODDABLE)/...` for a path below it. */
  sdkName(path: string): string | undefined {
    const tail = this.#tail(path);
    return tail === undefined ? undefined : `$(MODDABLE)/${tail.split(sep).join("/")}`;
  }

  #find(path: string, file: string): string | undefined {
    const tail = this.#tail(path);
    if (tail === undefined) return undefined;
    const standIn = join(this.#folder, tail, file);
    return existsSync(standIn) ? standIn : undefined;
  }

  #tail(path: string): string | undefined {
    for (const root of [...this.#sdk, this.#folder]) {
      const tail = below(root, path);
      if (tail !== undefined) return tail;
    }
    return undefined;
  }
}

function below(root: string, path: string): string | undefined {
  const tail = relative(root, path);
  return tail === "" || tail === ".." || tail.startsWith(`..${sep}`) || isAbsolute(tail) ? undefined : tail;
}
