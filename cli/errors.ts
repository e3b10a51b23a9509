// SPDX-License-Identifier: Apache-2.0
/**
 * Errors as people and scripts see them. An error in what the user gave (an app, a manifest, a recording, a state
 * folder) is shown in its own words; anything else is a fault of ours and comes with its stack and a request.
 */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { BoardError } from "../host-sim/board/error.js";
import type { CompileError } from "../host-sim/compiler/compile-error.js";
import { packageRoot } from "../host-sim/engine/paths.js";
import type { ImageError } from "../host-sim/image/error.js";
import type { KeyError } from "../host-sim/keys/error.js";
import type { ManifestError } from "../host-sim/manifest/error.js";
import { nameFrom } from "../host-sim/manifest/name-from.js";
import type { ProvisionError } from "../host-sim/provision/error.js";
import type { VerifierError } from "../verifier/error.js";
import { ExitStatus } from "./exit-status.js";
import { isNotWritable } from "./not-writable.js";
import { colorsFor, printJson, say } from "./terminal.js";

/** Something that the user can mend, and how. */
export class CommandError extends Error {
  override readonly name = "CommandError";
  /** For scripts, where one may want to act on it. */
  readonly code: string | null;
  readonly advice: string;

  constructor(message: string, advice: string, options: ErrorOptions & { readonly code?: string } = {}) {
    super(message, options);
    this.code = options.code ?? null;
    this.advice = advice;
  }
}

/** The JSON of an error. */
interface ErrorReport {
  readonly kind: string;
  readonly code: string | null;
  readonly message: string;
  readonly file: string | null;
  readonly line: number | null;
  readonly column: number | null;
  /** Further errors of the same build: `file:line:column: message`. */
  readonly others: readonly string[];
  readonly advice: string | null;
  readonly console?: string;
}

interface Shown {
  /** For people: first line, then details. */
  readonly text: string;
  /** For people: what to do about the first line, where the details are about others. */
  readonly advice?: string;
  readonly report: ErrorReport;
  /** Where the code frame is cut from. */
  readonly file?: string;
}

const NO_PLACE = { file: null, line: null, column: null, others: [], advice: null };

/** How a board's failure reads to someone who runs an app. */
const BOARD_ADVICE: Partial<Record<BoardError["code"], string>> = {
  BOARD_LOST: "The board's program ended without saying why: a fault of the engine. `--debug` may say more.",
  BOARD_HANG: "--busy-limit gives the app more time.",
  RESET_LOOP: "The lines above say what reset it each time; a new device (another --state folder) may start well.",
  BOARD_START: "`thimble doctor` says what is missing.",
  UDP_BIND: "Another program has that port, perhaps another run of the app; ports below 1024 are for root.",
  DEBUG_PORT: "`--debug-port 0` takes one that is free, and says which.",
};

/** Names in compile errors are relative to the app's folder, or to this package for modules of the SDK. */
function findSource(file: string, folder: string): string | undefined {
  return [resolve(folder, file), resolve(packageRoot, file)].find((path) => existsSync(path));
}

function ofCompileError(error: CompileError, folder: string): Shown {
  const { place, message, others, advice } = error;
  const column = place !== undefined && place.column > 0 ? place.column : null;
  const report = { ...NO_PLACE, kind: error.name, code: null, message, others, file: place?.file ?? null };
  const file = place === undefined ? undefined : findSource(place.file, folder);
  return {
    text: error.describe(),
    report: { ...report, line: place?.line ?? null, column, advice: advice === "" ? null : advice },
    advice,
    ...(file === undefined ? {} : { file }),
  };
}

/** Names in a manifest's errors, too, are relative to the app's folder; of a file as a whole, to the current one. */
function ofManifestError(error: ManifestError, folder: string): Shown {
  const { file, line = null, column = null } = error;
  const from = line === null || !existsSync(folder) ? process.cwd() : folder;
  const [named, message] = [nameFrom(from, file), nameFrom(from, error.reason)];
  const report = { ...NO_PLACE, kind: error.name, code: null, message, file: named, line, column };
  return { text: nameFrom(from, error.message), report, file };
}

/** A board that writes into its window where the disk has no room for it. */
const NO_ROOM = "The disk is full, or gone, where the device's state is kept.";

function ofBoardError(error: BoardError): Shown {
  const advice = error.message.includes("(SIGBUS)") ? NO_ROOM : (BOARD_ADVICE[error.code] ?? null);
  const { code, message, console } = error;
  const text = `${code}: ${message}${advice === null ? "" : `\n${advice}`}`;
  return { text, report: { ...NO_PLACE, kind: error.name, code, message, advice, console } };
}

function ofCommandError(error: CommandError | ImageError | KeyError | ProvisionError | VerifierError): Shown {
  const { message, advice, code } = error;
  const text = `${code === null ? "" : `${code}: `}${message}${advice === "" ? "" : `\n${advice}`}`;
  return { text, report: { ...NO_PLACE, kind: error.name, code, message, advice } };
}

function ofNotWritable({ message }: Error): Shown {
  const advice = "Nothing could be written there: is the disk full, read-only, or somebody else's?";
  const code = "NOT_WRITABLE";
  return {
    text: `${code}: ${message}\n${advice}`,
    report: { ...NO_PLACE, kind: "CommandError", code, message, advice },
  };
}

function ofUnexpected(error: unknown): Shown {
  const message = error instanceof Error ? error.message : String(error);
  const stack = error instanceof Error ? error.stack : undefined;
  const advice = "This is a fault in Thimble. Please report it with the lines above and what you ran.";
  const text = `unexpected: ${stack ?? message}\n${advice}`;
  return { text, report: { ...NO_PLACE, kind: "unexpected", code: null, message, advice } };
}

/** By name: the classes themselves come with modules that most runs do not load. */
function toShown(error: unknown, folder: string): Shown {
  switch (error instanceof Error ? error.name : undefined) {
    case "CompileError":
      return ofCompileError(error as CompileError, folder);
    case "ManifestError":
      return ofManifestError(error as ManifestError, folder);
    case "BoardError":
      return ofBoardError(error as BoardError);
    case "CommandError":
    case "ImageError":
    case "KeyError":
    case "ProvisionError":
    case "VerifierError":
      return ofCommandError(error as CommandError | ImageError | KeyError | ProvisionError | VerifierError);
    default:
      return error instanceof Error && isNotWritable(error) ? ofNotWritable(error) : ofUnexpected(error);
  }
}

async function frameOf({ file, report }: Shown): Promise<string> {
  if (file === undefined || report.line === null) return "";
  const { codeFrame } = await import("../host-sim/compiler/code-frame.js");
  return codeFrame(file, report.line, report.column ?? 0);
}

/** The first message, the code that it speaks of, then the rest. */
function layOut({ text, advice = "" }: Shown, frame: string): string {
  const colors = colorsFor(process.stderr);
  const [first = "", ...rest] = text.split("\n");
  const lines = [`${colors.red("error")} ${first}`, frame, advice].filter((part) => part !== "");
  return [...lines, ...rest].join("\n");
}

/** An error as people read it, with the code that it speaks of. @param folder - that names in messages are relative to. */
export async function describeError(error: unknown, folder: string): Promise<string> {
  const shown = toShown(error, folder);
  return layOut(shown, await frameOf(shown));
}

/**
 * Shows an error: on stderr, or as `{ "ok": false, "error": ... }` on stdout.
 * @param folder - that names in messages are relative to.
 * @returns the exit status.
 */
export async function showError(error: unknown, asJson: boolean, folder = process.cwd()): Promise<number> {
  if (asJson) printJson({ ok: false, error: toShown(error, folder).report });
  else say(await describeError(error, folder));
  return ExitStatus.failed;
}
