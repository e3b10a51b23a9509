// SPDX-License-Identifier: Apache-2.0
/** Options that verbs share, and values of options, checked. */
import { Argument, InvalidArgumentError, Option } from "commander";
import { BOARD_PROFILES, type BoardProfile } from "../host-sim/board/profile.js";

const SEED_DIGITS = 64;
const PORT_MAX = 65535;
/** Ten years: beyond it microseconds are still exact numbers. */
const MILLISECONDS_MAX = 10 * 366 * 86_400_000;

/** The same for all verbs: an app that passes its specs is not ended for this when it is run, nor the other way round. */
const BUSY_LIMIT_MS = 20_000;
const COUNT_MAX = 0x7fff_ffff;

export const JSON_HELP = "print one JSON object instead";

export function folderArgument(): Argument {
  return new Argument("[dir]", "folder with the app's manifest.json, or the manifest itself").default(".");
}

export function boardOption(): Option {
  return new Option("-b, --board <board>", "the board").choices(["host", "mps2-an505"]).default("host");
}

/** Of a new device; one that is there has what it was made with. */
export function boardProfileOption(): Option {
  const words = "the chip of a new device: iak, or dice for one that never gets a secure world (default: iak)";
  return new Option("--board-profile <profile>", words).choices(BOARD_PROFILES);
}

/** @returns what is wrong with it on this board; undefined: nothing. */
export function wrongProfile(board: string, profile: BoardProfile | undefined): string | undefined {
  if (board === "host" || profile !== "dice") return undefined;
  return `option '--board-profile dice' needs '--board host': ${board} has a chip that is to get a secure world`;
}

export function busyLimitOption(): Option {
  return new Option("--busy-limit <ms>", "real time that a board may compute without a pause")
    .argParser(parseMilliseconds)
    .default(BUSY_LIMIT_MS);
}

/** For whole numbers from `min` on. Its result throws InvalidArgumentError. */
export function countFrom(min: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : -1;
    if (value >= min && value <= COUNT_MAX) return value;
    throw new InvalidArgumentError(`Expected a whole number from ${min} to ${COUNT_MAX}.`);
  };
}

/** @throws InvalidArgumentError - not a decimal number above 0. */
export function parseMilliseconds(text: string): number {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : 0;
  if (value <= 0 || value > MILLISECONDS_MAX) {
    throw new InvalidArgumentError(`Expected milliseconds: a number above 0, at most ${MILLISECONDS_MAX}.`);
  }
  return value;
}

/** A seed of 32 bytes; fewer digits are filled with zeros in front. @throws InvalidArgumentError - not hexadecimal. */
export function parseSeed(text: string): Uint8Array {
  if (!/^[0-9a-fA-F]+$/.test(text) || text.length > SEED_DIGITS) {
    throw new InvalidArgumentError(`Expected 1 to ${SEED_DIGITS} hexadecimal digits.`);
  }
  return Buffer.from(text.padStart(SEED_DIGITS, "0"), "hex");
}

/** A TCP port. @throws InvalidArgumentError - not a whole number from `least` to 65535. */
export function parsePort(text: string, least = 1): number {
  const value = /^\d{1,5}$/.test(text) ? Number(text) : -1;
  if (value < least || value > PORT_MAX) throw new InvalidArgumentError(`Expected a port: ${least} to ${PORT_MAX}.`);
  return value;
}
