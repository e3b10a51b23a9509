// SPDX-License-Identifier: Apache-2.0
/** A token as people hand it on: bytes in a file or on standard input, or as text, hexadecimal or base64url. */
import { existsSync, readSync } from "node:fs";
import { resolve } from "node:path";
import { KeyError } from "../host-sim/keys/error.js";
import { readBounded } from "../host-sim/keys/private-file.js";
import { CommandError } from "./errors.js";

/** As text; a token has at most 8192 bytes. */
const TEXT_MAX = 32_768;
/** Shorter than any token: a name that somebody mistyped. */
const TEXT_LEAST = 100;
const ADVICE = "Name a file with a token, - for standard input, or give the token itself in hexadecimal or base64url.";

function fail(message: string, cause?: unknown): never {
  throw new CommandError(message, ADVICE, { code: "ATTEST_TOKEN", cause });
}

function readStandardInput(): Buffer {
  const parts: Buffer[] = [];
  let length = 0;
  for (;;) {
    const part = Buffer.alloc(4096);
    const count = readPart(part);
    if (count === 0) return Buffer.concat(parts);
    parts.push(part.subarray(0, count));
    length += count;
    if (length > TEXT_MAX) fail(`standard input has more than ${TEXT_MAX} bytes`);
  }
}

function readPart(part: Buffer): number {
  try {
    return readSync(0, part, 0, part.length, null);
  } catch (cause) {
    return fail(`standard input cannot be read: ${(cause as Error).message}`, cause);
  }
}

/** @returns undefined: neither of the two. */
function decodeText(text: string): Buffer | undefined {
  const digits = text.replace(/\s/g, "");
  if (/^([0-9a-fA-F]{2})+$/.test(digits)) return Buffer.from(digits, "hex");
  if (!/^[A-Za-z0-9_+/-]+={0,2}$/.test(digits)) return undefined;
  return Buffer.from(digits.replace(/\+/g, "-").replace(/\//g, "_"), "base64url");
}

/** COSE begins with a byte that no text has. */
function looksLikeText(bytes: Buffer): boolean {
  return bytes.every((byte) => (byte >= 0x20 && byte < 0x7f) || byte === 0x0a || byte === 0x0d || byte === 0x09);
}

function readFile(path: string): Buffer | undefined {
  try {
    return readBounded(resolve(path), { limit: TEXT_MAX });
  } catch (error) {
    if (!(error instanceof KeyError)) throw error;
    return fail(error.message, error);
  }
}

/**
 * @param token - a file's name, "-", or the token as text.
 * @throws CommandError ATTEST_TOKEN - there is no such file, it is too long, or text that is no token.
 */
export function readToken(token: string): Uint8Array {
  if (token.length > TEXT_MAX) fail(`the token has more than ${TEXT_MAX} characters`);
  const isText = token.length >= TEXT_LEAST && !existsSync(resolve(token));
  const given = isText ? decodeText(token) : undefined;
  if (given !== undefined) return new Uint8Array(given);
  const bytes = token === "-" ? readStandardInput() : readFile(token);
  const name = token === "-" ? "standard input" : token;
  if (bytes === undefined) return fail(`there is no file ${name}`);
  if (bytes.length === 0) fail(`${name} is empty`);
  return new Uint8Array(
    looksLikeText(bytes) ? (decodeText(bytes.toString("latin1")) ?? fail(`${name} holds no token`)) : bytes,
  );
}
