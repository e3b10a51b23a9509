// SPDX-License-Identifier: Apache-2.0
/** Trees of small files in a temporary folder, and what a refused manifest says. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ManifestError } from "../../host-sim/manifest/error.js";
import { type ResolvedProject, type ResolveOptions, resolveManifest } from "../../host-sim/manifest/resolve.js";

/** The package: this file runs in `dist/test/manifest/`. */
export const THIMBLE = realpathSync(fileURLToPath(new URL("../../../", import.meta.url)));

const folders: string[] = [];

/** Removes the trees of a test; for `afterEach`. */
export function removeTrees(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
}

/** Text is written as it is, anything else as JSON with two spaces, so that a test can count lines. */
export function makeTree(files: Readonly<Record<string, unknown>>): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "thimble-manifest-")));
  folders.push(root);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), typeof content === "string" ? content : JSON.stringify(content, null, 2));
  }
  return root;
}

/** Resolves `manifest.json` of a folder for `host`, without any environment. */
export function resolveIn(root: string, options: Partial<ResolveOptions> = {}): ResolvedProject {
  return resolveManifest(join(root, options.platform === undefined ? "" : "manifest.json"), {
    platform: "host",
    thimbleRoot: THIMBLE,
    environment: {},
    ...options,
  });
}

/** Makes a tree of `files` and resolves it. A manifest without `creation` gets one, so that it warns of nothing. */
export function resolveTree(
  manifest: Readonly<Record<string, unknown>>,
  files: Readonly<Record<string, unknown>> = {},
  options: Partial<ResolveOptions> = {},
): ResolvedProject & { readonly root: string } {
  const root = makeTree({ "manifest.json": { ...manifest, creation: manifest.creation ?? {} }, ...files });
  return { ...resolveIn(root, options), root };
}

/** The error that `action` throws, which must be a ManifestError. */
export function refusal(action: () => unknown): ManifestError {
  try {
    action();
  } catch (error) {
    if (error instanceof ManifestError) return error;
    throw error;
  }
  throw new Error("expected a ManifestError, nothing was thrown");
}

/** `specifier: path below root` of each module. */
export function names(project: ResolvedProject, root: string): Record<string, string> {
  return Object.fromEntries(project.modules.map(({ specifier, source }) => [specifier, source.slice(root.length + 1)]));
}
