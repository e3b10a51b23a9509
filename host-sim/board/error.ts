// SPDX-License-Identifier: Apache-2.0
/** What can go wrong between the simulator and a board, by code. */

export type BoardErrorCode =
  /** The board ended or closed its link without saying why. */
  | "BOARD_LOST"
  /** The board neither became idle nor stopped within the time that a run may take. */
  | "BOARD_HANG"
  /** The program of the board (or QEMU) could not be started. */
  | "BOARD_START"
  /** The board started again and again by itself. */
  | "RESET_LOOP"
  /** A frame that is malformed, unknown or out of turn. */
  | "LINK_FRAME"
  /** The state folder is in use, or its files are not ours. */
  | "STATE"
  /** The device has another board profile, or the board never has it. */
  | "BOARD_PROFILE"
  /** An app image that does not fit its slot. */
  | "APP_SIZE"
  /** Another image, or a record, that does not fit its place in the flash. */
  | "IMAGE_SIZE"
  /** A recording that does not parse; the message has file and line. */
  | "RECORDING"
  /** A UDP port of the app could not be opened on this machine. */
  | "UDP_BIND"
  /** The port that a debugger is to connect to could not be opened on this machine. */
  | "DEBUG_PORT";

export class BoardError extends Error {
  override readonly name = "BoardError";
  readonly code: BoardErrorCode;
  /** The last of what the board wrote on its console, when it is known. */
  console = "";

  constructor(code: BoardErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
