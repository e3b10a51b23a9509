// SPDX-License-Identifier: Apache-2.0
/** What a device will say that it runs: its components, computed from the same bytes that boot measures. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { appPlaces } from "../host-sim/compiler/app-places.js";
import { type Board, bootCodePath, firmwareImagePath, type Variant } from "../host-sim/engine/paths.js";
import { ImageError } from "../host-sim/image/error.js";
import { formatVersion, Tlv } from "../host-sim/image/format.js";
import { type ParsedImage, parseImage, single } from "../host-sim/image/parse.js";
import { classOf } from "../host-sim/image/profile.js";
import type { ReferenceComponent } from "../sdk/attestation/reference-values.js";
import { CommandError } from "./errors.js";
import { readImageFile } from "./read-image.js";

const IMPLEMENTATION_ID_LENGTH = 32;
const KEY_HASH_LENGTH = 32;
/** As devices/secure/token.c has it: of another boot program the number is another one. */
const IMPLEMENTATION = "thimble-boot-1/";

export interface Measured extends ReferenceComponent {
  readonly type: "boot" | "firmware" | "app";
  /** 32 zeros: nobody signed it. */
  readonly signerId: Uint8Array;
  /** Where the bytes are. */
  readonly file: string;
}

export function implementationIdOf(board: Board): Uint8Array {
  const id = new Uint8Array(IMPLEMENTATION_ID_LENGTH);
  id.set(Buffer.from(`${IMPLEMENTATION}${board}`, "latin1"));
  return id;
}

const sha256 = (bytes: Uint8Array): Uint8Array => new Uint8Array(createHash("sha256").update(bytes).digest());

/** The boot program's version is not in its image; its digest says all. */
export function measureBoot(board: Board, variant: Variant): Measured {
  const file = bootCodePath(board, variant);
  const signerId = new Uint8Array(KEY_HASH_LENGTH);
  return { type: "boot", version: undefined, value: sha256(readFileSync(file)), signerId, file };
}

export function measureFirmware(board: Board, variant: Exclude<Variant, "sanitize">): Measured {
  const file = firmwareImagePath(board, variant);
  return measureImage(readFileSync(file), file);
}

/**
 * The image of an app's folder: the signed one, where there is one, for that is what devices with keys run.
 * @throws CommandError IMAGE_FILE - nothing was built there.
 */
export function imageIn(folder: string, board: Board, isDebug: boolean): string {
  if (statSync(resolve(folder), { throwIfNoEntry: false })?.isDirectory() !== true) return folder;
  const { output } = appPlaces(folder, { board, debug: isDebug });
  const found = [join(output.folder, "app.signed.img"), output.image].find((path) => existsSync(path));
  if (found !== undefined) return found;
  const advice = `\`thimble build --board ${board}\` makes one there; or name an image.`;
  throw new CommandError(`there is no image of ${folder} for ${board}`, advice, { code: "IMAGE_FILE" });
}

/** @throws CommandError IMAGE_FILE; ImageError - it is no image of ours, or damaged. */
export function measureFile(path: string): Measured {
  return measureImage(readImageFile(path), path);
}

/** As boot's record has it: the digest over header, payload and protected TLVs, and the hash of the key that signed. */
function measureImage(bytes: Uint8Array, file: string): Measured {
  const image = parseImage(bytes);
  const value = sha256(image.hashed);
  const stated = single(image.tlvs, Tlv.SHA256);
  if (stated === undefined || Buffer.compare(stated, value) !== 0) {
    throw new ImageError("IMAGE_E_DIGEST", `${file} is damaged: its digest is not the one that it names`);
  }
  return {
    type: typeOf(image, file),
    version: formatVersion(image.version),
    value,
    signerId: signerOf(image, file),
    file,
  };
}

/** An app that is not signed does not say what it is; every firmware does. */
function typeOf(image: ParsedImage, file: string): "firmware" | "app" {
  const name = classOf(image);
  if (name === "trust record") {
    throw new ImageError("IMAGE_E_CLASS", `${file} is a trust record`, "Devices run images: name those.");
  }
  return name ?? "app";
}

function signerOf({ tlvs }: ParsedImage, file: string): Uint8Array {
  if (!tlvs.some(({ type }) => type === Tlv.KEYHASH)) return new Uint8Array(KEY_HASH_LENGTH);
  const hash = single(tlvs, Tlv.KEYHASH);
  if (hash?.length === KEY_HASH_LENGTH) return new Uint8Array(hash);
  throw new ImageError("IMAGE_E_TLV", `${file}: KEYHASH stands there more than once, or is not of 32 bytes`);
}
