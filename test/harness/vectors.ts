// SPDX-License-Identifier: Apache-2.0
/**
 * Public test vectors, which are not part of this repository: in ../shared/vectors beside it, or where THIMBLE_VECTORS says.
 * Without them a suite shows one pending test that names what is missing; with CI=true that test fails.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, it } from "mocha";

const REPOSITORY = resolve(dirname(fileURLToPath(import.meta.url)), "../../..");

export function vectorsFolder(): string {
  const { THIMBLE_VECTORS } = process.env;
  return THIMBLE_VECTORS ? resolve(THIMBLE_VECTORS) : resolve(REPOSITORY, "../shared/vectors");
}

/** One folder of vectors. */
export class Vectors {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Names of the files in a sub-folder that end in `ending`, sorted. */
  list(subFolder: string, ending: string): string[] {
    const names = readdirSync(join(this.#folder, subFolder)).filter((name) => name.endsWith(ending));
    if (names.length === 0) throw new Error(`no ${ending} files in ${join(this.#folder, subFolder)}`);
    return names.sort();
  }

  bytes(path: string): Uint8Array {
    return new Uint8Array(readFileSync(join(this.#folder, path)));
  }

  json(path: string): unknown {
    return JSON.parse(readFileSync(join(this.#folder, path), "utf8"));
  }
}

/** A suite over one folder of the vectors, or its one pending test. */
export function describeVectors(title: string, folder: string, define: (vectors: Vectors) => void): void {
  describe(title, () => {
    const path = join(vectorsFolder(), folder);
    if (existsSync(path)) {
      define(new Vectors(path));
      return;
    }
    const missing = `vectors not found: ${folder} (set THIMBLE_VECTORS)`;
    if (process.env.CI === "true") {
      it(missing, () => {
        throw new Error(missing);
      });
    } else it(missing);
  });
}
