// SPDX-License-Identifier: Apache-2.0
/** Where things are in this checkout. Everything that a setup step makes lies under `build/`, `dist/` or `node_modules/`. */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const buildDir = join(root, "build");
export const depsDir = join(buildDir, "deps");
export const distDir = join(root, "dist");

/** Path of a file in this checkout. */
export const inRoot = (...parts) => join(root, ...parts);
