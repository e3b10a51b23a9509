// SPDX-License-Identifier: Apache-2.0
/** The programs of the operating system that building and running need. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { normalize } from "node:path";
import type { Check } from "./doctor-check.js";

const TIME_LIMIT_MS = 10_000;
const DEBIAN = "sudo apt-get install --no-install-recommends";

interface Program {
  readonly id: string;
  readonly title: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly debianPackage: string;
  /** The board that alone needs it; without one nothing is built. */
  readonly board?: string;
  /** What it prints when it is right; by default anything. */
  readonly isRight?: (output: string) => boolean;
}

const ARM_BOARD = "mps2-an505";

const PROGRAMS: readonly Program[] = Object.freeze([
  { id: "cmake", title: "CMake", command: "cmake", args: ["--version"], debianPackage: "cmake" },
  {
    id: "cc",
    title: "C compiler",
    command: process.env.CC || "cc",
    args: ["--version"],
    debianPackage: "build-essential",
  },
  {
    id: "arm-none-eabi-gcc",
    title: "Arm compiler",
    command: "arm-none-eabi-gcc",
    args: ["--version"],
    debianPackage: "gcc-arm-none-eabi",
    board: ARM_BOARD,
  },
  {
    id: "newlib",
    title: "newlib for Arm",
    command: "arm-none-eabi-gcc",
    args: ["-print-file-name=nano.specs"],
    debianPackage: "libnewlib-arm-none-eabi",
    board: ARM_BOARD,
    // The compiler echoes the name of a file that it does not find.
    isRight: (output) => output !== "nano.specs" && existsSync(output),
  },
  {
    id: "qemu",
    title: "QEMU",
    command: "qemu-system-arm",
    args: ["--version"],
    debianPackage: "qemu-system-arm",
    board: ARM_BOARD,
  },
]);

/** First line that a program prints; undefined when it is not there or fails. */
function firstLine(command: string, args: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(command, args, { encoding: "utf8", timeout: TIME_LIMIT_MS }, (error, stdout) => {
      resolve(error ? undefined : stdout.trim().split("\n")[0]);
    });
  });
}

async function checkProgram(program: Program): Promise<Check> {
  const { id, title, command, args, debianPackage, board, isRight = () => true } = program;
  const said = await firstLine(command, args);
  const line = said?.startsWith("/") ? normalize(said) : said;
  if (line !== undefined && isRight(line)) {
    return { id, title, state: "ok", detail: line, facts: { program: command, version: line } };
  }
  const advice = `On Debian: ${DEBIAN} ${debianPackage}`;
  const facts = { program: command, version: null };
  const detail = `not found (${command} ${args.join(" ")})`;
  if (board === undefined) return { id, title, state: "missing", detail, advice, facts };
  return { id, title, state: "optional", detail: `${detail}; --board ${board} needs it`, advice, facts };
}

export function checkPrograms(): Promise<Check[]> {
  return Promise.all(PROGRAMS.map(checkProgram));
}
