// SPDX-License-Identifier: Apache-2.0
/**
 * A page of the documentation, cut into its fenced code blocks. What the words around them mean:
 *
 * - The line before a block may be `` `path/name` `` and nothing else: the block is that file.
 * - A comment `<!-- frame NAME: path/name ... -->` holds code around a line `…`. All blocks ```` ```ts NAME ```` of the
 *   page together stand in place of the line.
 */

export interface Block {
  /** Path of the page, for messages. */
  readonly page: string;
  /** Line of the page on which the opening fence stands. */
  readonly line: number;
  readonly language: string;
  /** What follows the language in the info string. */
  readonly words: readonly string[];
  /** The file that this block is. */
  readonly path: string | undefined;
  /** The lines in it, each with its line end. */
  readonly text: string;
}

/** Code that stands around fragments. */
export interface Frame {
  readonly name: string;
  readonly path: string;
  readonly before: string;
  readonly after: string;
}

export interface Page {
  readonly name: string;
  readonly blocks: readonly Block[];
  readonly frames: ReadonlyMap<string, Frame>;
}

/** What may stand before a fence (a list's mark, a quotation's), the fence, the info string. */
const OPENING = /^(\s*(?:(?:[-*+>]|\d+[.)])\s+)*)(`{3,}|~{3,})\s*(.*)$/;
const CLOSING = /^[\s>]*(`{3,}|~{3,})\s*$/;
const FILE = /^\s*`([\w.-]+(?:\/[\w.-]+)*)`$/;
const FRAME = /^<!-- frame ([\w-]+): ([\w./-]+)$/;

function textOf(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join("");
}

/** Goes down a page once. */
class Reader {
  readonly blocks: Block[] = [];
  readonly frames = new Map<string, Frame>();
  readonly #name: string;
  readonly #lines: readonly string[];
  #at = 0;

  constructor(name: string, text: string) {
    this.#name = name;
    this.#lines = text.split("\n");
  }

  read(): void {
    let previous = "";
    while (this.#at < this.#lines.length) {
      const line = this.#lines[this.#at++] ?? "";
      const fence = OPENING.exec(line);
      const frame = FRAME.exec(line);
      if (fence !== null) this.#readBlock(fence, FILE.exec(previous)?.[1]);
      else if (frame !== null) this.#readFrame(frame[1] ?? "", frame[2] ?? "");
      if (line.trim() !== "" || fence !== null) previous = fence === null ? line : "";
    }
  }

  /** @throws Error when nothing closes it: the rest of the page would be its content. */
  #readBlock(opening: RegExpExecArray, path: string | undefined): void {
    const [, indent = "", fence = "", info = ""] = opening;
    const line = this.#at;
    const content: string[] = [];
    for (;;) {
      const next = this.#lines[this.#at++];
      if (next === undefined) throw new Error(`${this.#name}:${line}: nothing closes this code block`);
      const closing = CLOSING.exec(next)?.[1];
      if (closing?.startsWith(fence)) break;
      content.push(next.slice(0, indent.length).trim() === "" ? next.slice(indent.length) : next);
    }
    const [language = "", ...words] = info.trim().split(/\s+/);
    this.blocks.push({ page: this.#name, line, language, words, path, text: textOf(content) });
  }

  #readFrame(name: string, path: string): void {
    const line = this.#at;
    const end = this.#lines.indexOf("-->", this.#at);
    const lines = this.#lines.slice(this.#at, Math.max(end, this.#at));
    const hole = lines.findIndex((text) => text.trim() === "…");
    if (end < 0 || hole < 0)
      throw new Error(`${this.#name}:${line}: a frame has a line "…" and ends with a line "-->"`);
    if (this.frames.has(name)) throw new Error(`${this.#name}:${line}: a second frame "${name}"`);
    const [before, after] = [textOf(lines.slice(0, hole)), textOf(lines.slice(hole + 1))];
    this.frames.set(name, { name, path, before, after });
    this.#at = end + 1;
  }
}

/** @throws Error - a block that nothing closes, a frame that is none; with page and line. */
export function readPage(name: string, text: string): Page {
  const reader = new Reader(name, text);
  reader.read();
  return { name, blocks: reader.blocks, frames: reader.frames };
}
