// SPDX-License-Identifier: Apache-2.0
/** `thimble build --firmware`: the firmware of a board as an image that boot loads, whole and not signed. */
import { createHash } from "node:crypto";
import { copyFileSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { firmwareImagePath } from "../host-sim/engine/paths.js";
import { formatVersion } from "../host-sim/image/format.js";
import { parseImage } from "../host-sim/image/parse.js";
import { type BuildArguments, shortest } from "./build.js";
import { readyEngine } from "./engines.js";
import { CommandError, showError } from "./errors.js";
import { ExitStatus } from "./exit-status.js";
import { Progress } from "./progress.js";
import { colorsFor, groupDigits, printJson } from "./terminal.js";

export interface FirmwareArguments extends BuildArguments {
  readonly output?: string;
}

/** @throws CommandError - the file cannot be written. */
function copyOut(image: string, output: string | undefined): string {
  if (output === undefined) return image;
  try {
    copyFileSync(image, output);
  } catch (cause) {
    const message = `the image cannot be written: ${(cause as Error).message}`;
    throw new CommandError(message, "--output takes a file in a folder that is there.", { cause });
  }
  return resolve(output);
}

/** @returns the exit status. */
export async function buildFirmware(options: FirmwareArguments): Promise<number> {
  const { board, debug, json, output } = options;
  const variant = debug ? "debug" : "release";
  const progress = new Progress();
  try {
    await readyEngine(board, variant, progress);
    progress.done();
    const image = copyOut(firmwareImagePath(board, variant), output);
    const bytes = readFileSync(image);
    const version = formatVersion(parseImage(bytes).version);
    const imageDigest = createHash("sha256").update(bytes).digest("hex");
    if (json) {
      printJson({ ok: true, firmware: true, board, variant, image, size: bytes.length, imageDigest, version });
      return ExitStatus.ok;
    }
    const colors = colorsFor(process.stdout);
    const rows = [
      ["image", shortest(image)],
      ["size", `${groupDigits(bytes.length)} bytes`],
      ["digest", `${imageDigest} (SHA-256 of the image)`],
      ["version", version],
    ] as const;
    const lines = rows.map(([title, value]) => `  ${colors.dim(title.padEnd(8))} ${value}`);
    process.stdout.write(`${[`${colors.bold("firmware")} for ${board}, ${variant}`, ...lines].join("\n")}\n`);
    return ExitStatus.ok;
  } catch (error) {
    progress.done();
    return await showError(error, json, ".");
  }
}
