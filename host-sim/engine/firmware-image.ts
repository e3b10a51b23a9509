// SPDX-License-Identifier: Apache-2.0
/** The firmware image of an engine: what CMake linked, in the format that boot loads, of the version of this package. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type ImageVersion, parseVersion } from "../image/format.js";
import { makeFirmwareImage } from "../image/make.js";
import { writeWhole } from "../whole-file.js";
import {
  type Board,
  firmwareFolder,
  firmwareImagePath,
  firmwarePayloadPath,
  packageVersion,
  type Variant,
} from "./paths.js";

/** A pre-release has the version that it comes before: an image has numbers only. */
function imageVersion(): ImageVersion {
  const version = parseVersion(packageVersion().replace(/-.*$/, ""));
  if (version === undefined) throw new RangeError(`package.json: version ${packageVersion()} fits no image`);
  return version;
}

export function writeFirmwareImage(board: Board, variant: Exclude<Variant, "sanitize">): void {
  const { abi } = JSON.parse(readFileSync(join(firmwareFolder(), "firmware.json"), "utf8")) as { abi: string };
  const payload = readFileSync(firmwarePayloadPath(board, variant));
  writeWhole(firmwareImagePath(board, variant), makeFirmwareImage(payload, imageVersion(), Buffer.from(abi, "hex")));
}
