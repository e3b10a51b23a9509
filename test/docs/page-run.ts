// SPDX-License-Identifier: Apache-2.0
/**
 * One page, read by somebody who does what it says: its files are written and its commands run in a folder of its own, from
 * top to bottom. Code that no command takes is built, or tested, before the page replaces it or ends.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { appTaken, type Example, expectStatus, goesOn, readExamples, splitContinued, type Taken } from "./console.js";
import { applyEdit } from "./edit.js";
import { checkHexdump } from "./hexdump.js";
import type { Block, Frame, Page } from "./page.js";
import { PageApps } from "./page-apps.js";
import { RunningLine, runLine } from "./shell.js";
import { expectShown } from "./shown.js";
import { checkC, checkJson, checkManifest, checkRecording, checkShell } from "./snippets.js";

const BOARDS = ["host", "mps2-an505"] as const;
const PATIENCE_MS = 60_000;
/** Status of a command that goes on, after Ctrl-C. */
const INTERRUPTED = 130;

function isCode(path: string): boolean {
  return /\.(ts|js|mjs)$/.test(path) || basename(path) === "manifest.json";
}

export class PageRun {
  readonly #page: Page;
  readonly #folder: string;
  readonly #patienceMs: number;
  readonly #apps: PageApps;
  /** Where the reader is, after `cd`. */
  #current: string;
  /** A command that goes on, and the app that it has. */
  #running: { readonly command: RunningLine; readonly taken: Taken | undefined } | undefined;
  readonly #fragments = new Map<Frame, string[]>();
  /** Files of code that no command has taken yet. */
  readonly #waiting = new Set<string>();

  /**
   * @param folder - empty.
   * @param patienceMs - for what a command that goes on writes.
   */
  constructor(page: Page, folder: string, patienceMs = PATIENCE_MS) {
    this.#page = page;
    this.#patienceMs = patienceMs;
    this.#folder = folder;
    this.#apps = new PageApps(join(folder, "block-apps"));
    this.#current = folder;
  }

  /** @throws when the block does not hold what it says, or no runner claims it. */
  async run(block: Block): Promise<void> {
    const { language, words, text } = block;
    if (block.path !== undefined) {
      return language === "diff" ? this.#takeEdit(block, block.path) : this.#takeFile(block, block.path);
    }
    if (language === "ts" && words.length === 1) return this.#takeFragment(block, words[0] ?? "");
    if (language === "hexdump" && words.length === 1) return this.#checkDump(text, words[0] ?? "");
    if (words.length > 0) throw new Error(`no runner claims "${[language, ...words].join(" ")}"`);
    const alone = join(this.#folder, `block-${block.line}`);
    if (language === "console") await this.#takeConsole(text);
    else if (language === "ts") await this.#apps.run(text);
    else if (language === "json") checkJson(text, alone);
    else if (language === "csv") checkRecording(text);
    else if (language === "sh") await checkShell(text);
    else if (language === "c") checkC(text);
    else if (language !== "text") throw new Error(`no runner claims a block "${language}"`);
  }

  /** Ends what still runs, builds or tests what no command took. */
  async end(): Promise<void> {
    await this.#interrupt();
    for (const [{ path, before, after }, texts] of this.#fragments) {
      await this.#write(path, before + texts.join("\n") + after);
    }
    for (const path of [...this.#waiting]) await this.#takeWaiting(path);
  }

  /** `broken` after the language: the page goes on to show what we say to it. */
  async #takeFile({ language, words, text }: Block, name: string): Promise<void> {
    const isBroken = words.length === 1 && words[0] === "broken";
    if (words.length > 0 && !isBroken) throw new Error(`no runner claims "${[language, ...words].join(" ")}"`);
    if (!["ts", "js", "json", "csv", "c", "text"].includes(language)) throw new Error(`no runner claims "${language}"`);
    await this.#write(name, text);
    if (isBroken) this.#waiting.delete(resolve(this.#current, name));
    if (isBroken) return;
    if (language === "json") JSON.parse(text);
    if (language === "csv") checkRecording(text);
    if (language === "c") checkC(text);
  }

  /** Also of a file that a command made. `broken` as above. */
  async #takeEdit({ words, text }: Block, name: string): Promise<void> {
    if (words.length > 1 || (words[0] ?? "broken") !== "broken")
      throw new Error(`no runner claims "diff ${words.join(" ")}"`);
    const path = resolve(this.#current, name);
    await this.#write(name, applyEdit(readFileSync(path, "utf8"), text));
    if (words.length > 0) this.#waiting.delete(path);
  }

  #takeFragment({ text }: Block, name: string): void {
    const frame = this.#page.frames.get(name);
    if (frame === undefined) throw new Error(`no runner claims "ts ${name}": the page has no frame of that name`);
    this.#fragments.set(frame, [...(this.#fragments.get(frame) ?? []), text]);
  }

  async #write(name: string, text: string): Promise<void> {
    const path = resolve(this.#current, name);
    if (this.#waiting.has(path)) await this.#takeWaiting(path);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    if (isCode(path)) this.#waiting.add(path);
  }

  #checkDump(text: string, name: string): void {
    checkHexdump(text, readFileSync(resolve(this.#current, name)));
  }

  async #takeConsole(text: string): Promise<void> {
    const [continued, rest] = splitContinued(text);
    if (continued !== "") await this.#goOn(continued);
    for (const example of readExamples(rest)) await this.#takeExample(example);
  }

  async #takeExample({ line, shown, status }: Example): Promise<void> {
    const taken = appTaken(line, this.#current);
    if (taken !== undefined) this.#markTaken(taken);
    if (goesOn(line)) {
      await this.#interrupt();
      this.#running = { command: new RunningLine(line, this.#current, this.#patienceMs), taken };
      return this.#goOn(shown);
    }
    if (line.startsWith("cd ")) this.#current = resolve(this.#current, line.slice(3));
    const result = await runLine(line.startsWith("cd ") ? "true" : line, this.#current);
    expectShown(`$ ${line}`, shown, result.output);
    expectStatus(line, status, result.status);
  }

  /** What a command that goes on writes next; `^C` ends it. */
  async #goOn(shown: string): Promise<void> {
    if (this.#running === undefined) throw new Error('a console block begins with a line "$ command"');
    const { command, taken } = this.#running;
    if (taken !== undefined) this.#markTaken(taken);
    const [before = "", after] = shown.split(/^\^C\n/m);
    await command.expect(before);
    if (after === undefined) return;
    await this.#interrupt();
    await command.expect(after);
  }

  async #interrupt(): Promise<void> {
    const command = this.#running?.command;
    this.#running = undefined;
    if (command !== undefined) expectStatus(command.line, INTERRUPTED, await command.interrupt());
  }

  #markTaken({ verb, folder }: Taken): void {
    for (const path of this.#waiting) {
      const isFitting = !path.endsWith(".spec.ts") || verb === "test";
      if (isFitting && this.#appFolder(path) === folder) this.#waiting.delete(path);
    }
  }

  /** The nearest folder with a manifest. */
  #appFolder(path: string): string {
    let folder = dirname(path);
    while (!existsSync(join(folder, "manifest.json"))) {
      if (folder === this.#folder) throw new Error(`${relative(this.#folder, path)} belongs to no app on this page`);
      folder = dirname(folder);
    }
    return folder;
  }

  async #takeWaiting(path: string): Promise<void> {
    this.#waiting.delete(path);
    const folder = this.#appFolder(path);
    if (basename(path) === "manifest.json") return checkManifest(path);
    for (const board of BOARDS) {
      if (path.endsWith(".spec.ts"))
        await this.#expectGood(`thimble test ${relative(folder, path)} --board ${board}`, folder);
      else await this.#expectGood(`thimble build . --board ${board}`, folder);
    }
  }

  async #expectGood(line: string, folder: string): Promise<void> {
    const { status, output } = await runLine(line, folder);
    if (status !== 0) throw new Error(`$ ${line}: exit status ${status}\n${output}`);
  }
}
