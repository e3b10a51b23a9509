// SPDX-License-Identifier: Apache-2.0
/**
 * What a board's XS says to a debugger: `<xsbug>` elements. They are handed on as they are, but for the names of files,
 * which become paths, and the machine's name, which becomes the app's. XS puts names of functions into them unescaped;
 * so this reads tags one by one, and a tag that makes no sense is handed on like any other.
 */
import type { DebugPaths } from "./debugger-paths.js";

/** Tags with a path are short; a longer one is handed on in pieces. */
const TAG_MAX = 64 * 1024;
const WITH_PATH = /^<(?:break|bubble|frame|local|log)\s/;
const PLACE = / path="([^"]*)"(?= line="\d+"\/?>$)/;

/** What the board has just said to the end: that its machine is there, or that it has stopped. */
export type DebugEvent = "login" | "break";

/** As XS does: the bytes that XML gives a meaning, and control characters, as numbers. */
function escapeValue(text: string): string {
  const latin1 = Buffer.from(text, "utf8").toString("latin1");
  return latin1.replace(/[^ !#-%'-;=?-~\x80-\xff]/g, (character) => `&#${character.charCodeAt(0)};`);
}

function unescapeValue(latin1: string): string {
  const text = latin1.replace(/&#(\d{1,3});/g, (_, number: string) => String.fromCharCode(Number(number) & 0xff));
  return Buffer.from(text, "latin1").toString("utf8");
}

export class DebugReportTranslator {
  readonly #name: string;
  readonly #paths: DebugPaths;
  readonly #files = new Map<string, string>();
  readonly #onEvent: (event: DebugEvent) => void;
  #pending = "";
  #event: DebugEvent | undefined;

  /** @param name - the app's. */
  constructor(name: string, paths: DebugPaths, onEvent: (event: DebugEvent) => void) {
    this.#name = name;
    this.#paths = paths;
    this.#onEvent = onEvent;
  }

  /** @returns what a debugger is to be told now: all of it but for a tag that has not ended. */
  push(chunk: Buffer): Buffer {
    this.#pending += chunk.toString("latin1");
    let out = "";
    let at = 0;
    for (;;) {
      const start = this.#pending.indexOf("<", at);
      const end = start < 0 ? -1 : this.#pending.indexOf(">", start);
      out += this.#pending.slice(at, start < 0 ? undefined : start);
      at = start < 0 ? this.#pending.length : start;
      if (end < 0) break;
      out += this.#translate(this.#pending.slice(start, end + 1));
      at = end + 1;
    }
    this.#pending = this.#pending.slice(at);
    if (this.#pending.length > TAG_MAX) {
      out += this.#pending;
      this.#pending = "";
    }
    return Buffer.from(out, "latin1");
  }

  #translate(tag: string): string {
    if (tag === "</xsbug>" && this.#event !== undefined) {
      const event = this.#event;
      this.#event = undefined;
      this.#onEvent(event);
    }
    if (tag.startsWith("<login ")) {
      this.#event = "login";
      return tag.replace(/ name="[^"]*"/, () => ` name="${escapeValue(this.#name)}"`);
    }
    if (/^<break[\s>]/.test(tag)) this.#event = "break";
    return WITH_PATH.test(tag) ? tag.replace(PLACE, (_, name: string) => ` path="${this.#fileOf(name)}"`) : tag;
  }

  #fileOf(name: string): string {
    let file = this.#files.get(name);
    if (file === undefined) {
      file = escapeValue(this.#paths.toFile(unescapeValue(name)));
      this.#files.set(name, file);
    }
    return file;
  }
}
