// SPDX-License-Identifier: Apache-2.0
/**
 * A `thimble sim --watch` for a test, on a terminal or without one. The terminal is made by util-linux's `script`: a real
 * pseudo-terminal, where Debian has one without anything to install or to compile.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";

const THIMBLE = fileURLToPath(new URL("../../cli/thimble.js", import.meta.url));
const LIMIT_MS = 30_000;
const LEFT_LIMIT_MS = 3000;
const SHOWN = 2000;

/** Settings before and after, the terminal's name and the command's status are left in files beside the output. */
const ON_TERMINAL = `trap : INT QUIT
stty cols "$COLUMNS_WANTED" rows 24
tty > "$NOTES/tty"; stty -g > "$NOTES/before"
"$@"
echo $? > "$NOTES/status"; stty -g > "$NOTES/after"`;

export interface SessionOptions {
  /** Undefined: no terminal, but pipes. */
  readonly columns?: number;
  /** Set before the signal of a keyboard could reach a command that ignores it. */
  readonly env?: Readonly<Record<string, string>>;
}

function quote(words: readonly string[]): string {
  return words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
}

export class Session {
  /** All that was written, on stdout and stderr. */
  output = "";
  readonly #child: ChildProcess;
  readonly #mark = randomUUID();
  readonly #notes = mkdtempSync(join(tmpdir(), "thimble-notes-"));
  readonly #temporary = mkdtempSync(join(tmpdir(), "thimble-temporary-"));
  readonly #closed: Promise<number | null>;
  #seen = 0;

  constructor(args: readonly string[], { columns, env = {} }: SessionOptions = {}) {
    const command = [process.execPath, THIMBLE, "sim", "--watch", ...args];
    const words = ["sh", "-c", ON_TERMINAL, "sh", ...command];
    const [program = "", ...rest] = columns === undefined ? command : ["script", "-qefc", quote(words), "/dev/null"];
    this.#child = spawn(program, rest, {
      env: {
        ...process.env,
        ...env,
        TERM: env.TERM ?? "xterm",
        SHELL: "/bin/sh",
        TMPDIR: this.#temporary,
        NOTES: this.#notes,
        THIMBLE_TEST_MARK: this.#mark,
        COLUMNS_WANTED: String(columns ?? 0),
      },
      stdio: [columns === undefined ? "ignore" : "pipe", "pipe", "pipe"],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        this.output += text;
      });
    }
    this.#closed = new Promise((resolve) => this.#child.on("close", resolve));
  }

  /** What was written, whether it is still there or not; a line that was drawn over by another is one of its own. */
  get text(): string {
    return stripVTControlCharacters(this.output).replaceAll("\r\n", "\n").replaceAll("\r", "\n");
  }

  /** Waits for a text after what was seen before. */
  async see(wanted: string | RegExp): Promise<void> {
    const pattern = typeof wanted === "string" ? new RegExp(wanted.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")) : wanted;
    for (const startMs = performance.now(); ; await pause(10)) {
      const rest = this.text.slice(this.#seen);
      const found = pattern.exec(rest);
      if (found !== null) {
        this.#seen += found.index + found[0].length;
        return;
      }
      if (performance.now() - startMs > LIMIT_MS)
        throw new Error(`${pattern} did not come; the last was:\n${rest.slice(-SHOWN)}`);
    }
  }

  /** What is written from now on is looked at only: what a terminal repeats has been seen. */
  skip(): void {
    this.#seen = this.text.length;
  }

  press(keys: string): void {
    this.#child.stdin?.write(keys);
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** Another size, as when a window is dragged. */
  resize(columns: number): void {
    const terminal = readFileSync(join(this.#notes, "tty"), "utf8").trim();
    spawn("stty", ["-F", terminal, "cols", String(columns)], { stdio: "ignore" });
  }

  /**
   * Waits for the end.
   * @returns the exit status; whether the terminal is as it was; what is left: processes and temporary files.
   */
  async end(): Promise<{ status: number | null; isRestored: boolean; left: readonly string[] }> {
    const late = setTimeout(() => this.#child.kill("SIGKILL"), LIMIT_MS);
    const status = await this.#closed;
    clearTimeout(late);
    const note = (name: string): string => readFileSync(join(this.#notes, name), "utf8").trim();
    const hasTerminal = readdirSync(this.#notes).includes("before");
    const left = [...(await this.#processesLeft()), ...readdirSync(this.#temporary)];
    const end = {
      status: hasTerminal ? Number(note("status")) : status,
      isRestored: !hasTerminal || note("before") === note("after"),
      left,
    };
    for (const folder of [this.#notes, this.#temporary]) rmSync(folder, { recursive: true, force: true });
    return end;
  }

  /** A process that is being ended is waited for, a little. */
  async #processesLeft(): Promise<string[]> {
    for (const startMs = performance.now(); ; await pause(20)) {
      const left = this.processes();
      if (left.length === 0 || performance.now() - startMs > LEFT_LIMIT_MS) return left;
    }
  }

  /** Command lines of the processes that this session started, and of those that they started. */
  processes(): string[] {
    const found: string[] = [];
    for (const id of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
      try {
        if (!readFileSync(join("/proc", id, "environ"), "latin1").includes(this.#mark)) continue;
        const line = readFileSync(join("/proc", id, "cmdline"), "utf8")
          .replaceAll("\0", " ")
          .trim();
        // A process that has ended, and waits to be fetched, has no command line.
        if (line !== "") found.push(line);
      } catch {
        // It is gone, or another user's.
      }
    }
    return found;
  }
}

const sessions: Session[] = [];

/** Ends with the suite, whatever becomes of it. */
export function watchApp(args: readonly string[], options: SessionOptions = {}): Session {
  const session = new Session(args, options);
  sessions.push(session);
  return session;
}

export function endSessions(): void {
  for (const session of sessions.splice(0)) session.signal("SIGKILL");
}

/** Saves as a simple editor does. */
export function save(folder: string, name: string, text: string): void {
  writeFileSync(join(folder, name), text);
}
