// SPDX-License-Identifier: Apache-2.0
/** `thimble build`: an app's image, its size, its digests and the ABI that it asks for. */
import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import { buildApp } from "../host-sim/compiler/app.js";
import type { BuiltApp } from "../host-sim/compiler/app-places.js";
import type { Board } from "../host-sim/engine/paths.js";
import { readyCompiler } from "./engines.js";
import { showError } from "./errors.js";
import { ExitStatus } from "./exit-status.js";
import { Progress } from "./progress.js";
import { colorsFor, groupDigits, printJson, say } from "./terminal.js";

export interface BuildArguments {
  readonly board: Board;
  readonly debug: boolean;
  readonly json: boolean;
}

const IMAGE_HEADER = Object.freeze({ headerSize: 8, payloadSize: 12 } as const);

/** An image in MCUboot's format holds the archive between its header and its trailer. @returns SHA-256, hex. */
export function archiveDigest(image: Buffer): string {
  const start = image.readUInt16LE(IMAGE_HEADER.headerSize);
  const archive = image.subarray(start, start + image.readUInt32LE(IMAGE_HEADER.payloadSize));
  return createHash("sha256").update(archive).digest("hex");
}

/** The folder that an app's error messages name files from. */
export function appFolder(path: string): string {
  const target = resolve(path);
  return statSync(target, { throwIfNoEntry: false })?.isFile() ? dirname(target) : target;
}

/** From the current folder, where it is in it. */
export function shortest(path: string): string {
  const name = relative(process.cwd(), path);
  return name.startsWith("..") ? path : name;
}

/** `27 of the SDK, 54,012 bytes: thimble/attestation/{eat, verify}, thimble/cose/iv`. */
function describeCarried(carried: BuiltApp["carried"]): string {
  const folders = new Map<string, string[]>();
  for (const { name } of carried) {
    const end = name.lastIndexOf("/");
    folders.set(name.slice(0, end), [...(folders.get(name.slice(0, end)) ?? []), name.slice(end + 1)]);
  }
  const lists = [...folders].map(([folder, names]) =>
    names.length === 1 ? `${folder}/${names[0]}` : `${folder}/{${names.join(", ")}}`,
  );
  const bytes = carried.reduce((sum, each) => sum + each.bytes, 0);
  return `${carried.length} of the SDK, ${groupDigits(bytes)} bytes: ${lists.join(", ")}`;
}

function print(app: BuiltApp, options: BuildArguments, archive: string): void {
  const colors = colorsFor(process.stdout);
  const carried = new Set(app.carried.map(({ name }) => name));
  const rows = [
    ["image", shortest(app.image)],
    ["size", `${groupDigits(app.size)} bytes`],
    ["digest", `${app.digest} (SHA-256 of the image)`],
    ["archive", `${archive} (SHA-256 of the archive in it)`],
    ["ABI", app.abi],
    ["modules", app.modules.filter((name) => !carried.has(name)).join(", ")],
    ...(carried.size === 0 ? [] : [["carries", describeCarried(app.carried)] as const]),
  ];
  const lines = rows.map(([title, value]) => `  ${colors.dim(title.padEnd(8))} ${value}`);
  const title = `${colors.bold(app.name)} for ${options.board}, ${options.debug ? "debug" : "release"}`;
  process.stdout.write(`${[title, ...lines].join("\n")}\n`);
}

export function showWarnings(warnings: readonly string[]): void {
  const colors = colorsFor(process.stderr);
  for (const warning of warnings) say(`${colors.yellow("warning")} ${warning}`);
}

/** @returns the exit status. */
export async function build(path: string, options: BuildArguments): Promise<number> {
  const { board, debug, json } = options;
  const progress = new Progress();
  try {
    await readyCompiler(progress);
    const app = await buildApp(path, { board, debug, progress: progress.update });
    progress.done();
    const archive = archiveDigest(readFileSync(app.image));
    if (json) {
      const { name, image, size, digest, abi, modules, carried, warnings } = app;
      const variant = debug ? "debug" : "release";
      const facts = { ok: true, name, board, variant, image, size, imageDigest: digest, archiveDigest: archive, abi };
      printJson({ ...facts, modules, carried, warnings });
    } else {
      print(app, options, archive);
      showWarnings(app.warnings);
    }
    return ExitStatus.ok;
  } catch (error) {
    progress.done();
    return await showError(error, json, appFolder(path));
  }
}
