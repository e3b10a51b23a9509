// SPDX-License-Identifier: Apache-2.0
/**
 * The board profile: which attestation key a chip has (docs/decisions/0009). It is wired for the chip's life, so a device has
 * the one that it was made with, whatever a later start asks for.
 */
import { BoardError } from "./error.js";

export type BoardProfile = "iak" | "dice";

export const BOARD_PROFILES: readonly BoardProfile[] = Object.freeze<BoardProfile[]>(["iak", "dice"]);

const DEFAULT: BoardProfile = "iak";

/** Of a new device. */
export function newProfile(asked: BoardProfile | undefined): BoardProfile {
  return asked ?? DEFAULT;
}

/** @throws BoardError BOARD_PROFILE - another one than the device was made with. */
export function requireSameProfile(folder: string, has: BoardProfile, asked: BoardProfile | undefined): void {
  if (asked === undefined || asked === has) return;
  const message = `the device in ${folder} was made with board profile ${has}, not ${asked}: it has it for the chip's life`;
  throw new BoardError(
    "BOARD_PROFILE",
    `${message}. Leave the option away, or name another folder. Nothing was changed.`,
  );
}

/** @throws BoardError BOARD_PROFILE - the board is never such a chip. */
export function requireProfileOf(board: string, has: BoardProfile): void {
  if (board === "host" || has === DEFAULT) return;
  const message = `a device with board profile ${has} is one of the board host: ${board} has a chip that is to get a secure world`;
  throw new BoardError("BOARD_PROFILE", `${message}. Nothing was changed.`);
}
