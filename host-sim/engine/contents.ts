// SPDX-License-Identifier: Apache-2.0
/**
 * Digests of what files hold, whatever their times and wherever they lie: a checkout, an installed package and another
 * version of it may use the same build folder and never take each other's engines for their own.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

export class Contents {
  readonly #known = new Map<string, string>();

  /** SHA-256 of a file, or of the names and files in a folder; read once by an instance. */
  digestOf(path: string): string {
    const known = this.#known.get(path);
    if (known !== undefined) return known;
    const hash = createHash("sha256");
    if (!statSync(path).isDirectory()) hash.update(readFileSync(path));
    else for (const name of readdirSync(path).sort()) hash.update(`${name}\0${this.digestOf(join(path, name))}\n`);
    const digest = hash.digest("hex");
    this.#known.set(path, digest);
    return digest;
  }

  /** One digest for all of these, and for some words. */
  stampOf(paths: readonly string[], words: readonly string[]): string {
    const lines = [...words, ...paths.map((path) => this.digestOf(path))];
    return createHash("sha256").update(lines.join("\n")).digest("hex");
  }
}
