// SPDX-License-Identifier: Apache-2.0
/**
 * JSON (RFC 8259) that remembers on which line everything stands, so that an error can name it. Stricter than
 * JSON.parse in two points: a key that stands twice in one object and the key `__proto__` are errors.
 */
import { ManifestError, type Place } from "./error.js";

export type Json = null | boolean | number | string | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json;
}

export interface JsonNode {
  readonly value: Json;
  /** The line on which the value begins, from 1. */
  readonly line: number;
  /** For an object: its members in the order of the text. */
  readonly members?: ReadonlyMap<string, JsonMember>;
  /** For an array: its elements. */
  readonly items?: readonly JsonNode[];
}

export interface JsonMember {
  readonly keyLine: number;
  readonly node: JsonNode;
}

/** Objects and arrays inside one another. */
const MAX_DEPTH = 64;

const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const WORDS: readonly (readonly [string, Json])[] = [
  ["true", true],
  ["false", false],
  ["null", null],
];
const ESCAPES = '"\\/bfnrt';
const FOUR_HEX = /^[0-9a-fA-F]{4}$/;

const BYTE_ORDER_MARK = "\ufeff";

/**
 * Reads one JSON text.
 * @param file - name for the error messages.
 * @param includedFrom - for the error messages.
 * @throws ManifestError - with line and column of the first character that is wrong.
 */
export function parseJson(text: string, file: string, includedFrom?: Place): JsonNode {
  return new Parser(text, file, includedFrom).parse();
}

class Parser {
  readonly #text: string;
  readonly #file: string;
  readonly #includedFrom: Place | undefined;
  #at = 0;
  #line = 1;
  #lineStart = 0;
  /** Where the last comma is. */
  #comma = { at: 0, line: 0, lineStart: 0 };

  constructor(text: string, file: string, includedFrom: Place | undefined) {
    this.#text = text;
    this.#file = file;
    this.#includedFrom = includedFrom;
  }

  parse(): JsonNode {
    if (this.#text.trim() === "") this.#fail("the file is empty");
    if (this.#text.startsWith(BYTE_ORDER_MARK)) {
      this.#fail("the file begins with a byte order mark, which JSON has not: save it as UTF-8 without one");
    }
    const node = this.#value(0);
    this.#space();
    if (this.#at < this.#text.length) this.#fail(`unexpected ${this.#here()} after the end of the JSON text`);
    return node;
  }

  #value(depth: number): JsonNode {
    this.#space();
    const line = this.#line;
    const character = this.#text.charAt(this.#at);
    if (character === "{") return this.#object(depth + 1);
    if (character === "[") return this.#array(depth + 1);
    if (character === '"') return { value: this.#string(), line };
    for (const [word, value] of WORDS) {
      if (this.#text.startsWith(word, this.#at)) {
        this.#at += word.length;
        return { value, line };
      }
    }
    NUMBER.lastIndex = this.#at;
    const number = NUMBER.exec(this.#text);
    if (number === null) this.#fail(`expected a JSON value, got ${this.#here()}`);
    const value = Number(number[0]);
    if (!Number.isFinite(value)) this.#fail("the number is too large");
    this.#at += number[0].length;
    return { value, line };
  }

  #object(depth: number): JsonNode {
    const line = this.#open(depth);
    const value: JsonObject = {};
    const members = new Map<string, JsonMember>();
    if (this.#accept("}")) return { value, line, members };
    do {
      this.#space();
      this.#refuseLastComma("}");
      if (this.#text.charAt(this.#at) !== '"') this.#fail(`expected a key in double quotes, got ${this.#here()}`);
      const keyLine = this.#line;
      const keyAt = this.#at;
      const key = this.#string();
      if (members.has(key)) this.#failAt(keyAt, `the key "${key}" stands twice in one object`);
      if (key === "__proto__") this.#failAt(keyAt, 'the key "__proto__" is not allowed');
      this.#expect(":", "after a key");
      const node = this.#value(depth);
      members.set(key, { keyLine, node });
      value[key] = node.value;
    } while (this.#accept(","));
    this.#expect("}", 'or "," in an object');
    return { value, line, members };
  }

  #array(depth: number): JsonNode {
    const line = this.#open(depth);
    const items: JsonNode[] = [];
    if (this.#accept("]")) return { value: [], line, items };
    do {
      this.#space();
      this.#refuseLastComma("]");
      items.push(this.#value(depth));
    } while (this.#accept(","));
    this.#expect("]", 'or "," in an array');
    return { value: items.map((item) => item.value), line, items };
  }

  #string(): string {
    const start = this.#at++;
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (Number.isNaN(code)) this.#failAt(start, "the string has no closing quote");
      if (code < 0x20) this.#fail("a string may not contain a line end or another control character");
      this.#at++;
      if (code === 0x22) break;
      if (code === 0x5c) this.#escape();
    }
    return JSON.parse(this.#text.slice(start, this.#at)) as string;
  }

  /** Checks what follows a backslash; JSON.parse decodes it. */
  #escape(): void {
    const letter = this.#text.charAt(this.#at);
    if (letter === "u") {
      if (!FOUR_HEX.test(this.#text.slice(this.#at + 1, this.#at + 5))) {
        this.#fail("expected four hexadecimal digits after \\u");
      }
      this.#at += 5;
    } else if (letter !== "" && ESCAPES.includes(letter)) {
      this.#at++;
    } else {
      this.#fail("a backslash in a string is written \\\\");
    }
  }

  #open(depth: number): number {
    if (depth > MAX_DEPTH) this.#fail(`more than ${MAX_DEPTH} objects and arrays inside one another`);
    this.#at++;
    return this.#line;
  }

  #accept(character: string): boolean {
    this.#space();
    if (this.#text.charAt(this.#at) !== character) return false;
    if (character === ",") this.#comma = { at: this.#at, line: this.#line, lineStart: this.#lineStart };
    this.#at++;
    return true;
  }

  /** After a comma; before the first item there was none, and then `}` or `]` has been accepted already. */
  #refuseLastComma(end: string): void {
    if (this.#text.charAt(this.#at) !== end) return;
    const { at, line, lineStart } = this.#comma;
    this.#line = line;
    this.#lineStart = lineStart;
    this.#failAt(at, `nothing follows this comma but '${end}', and JSON has no such comma: remove it`);
  }

  #expect(character: string, where: string): void {
    if (!this.#accept(character)) this.#fail(`expected "${character}" ${where}, got ${this.#here()}`);
  }

  #space(): void {
    for (; this.#at < this.#text.length; this.#at++) {
      const character = this.#text.charAt(this.#at);
      if (character === "\n") {
        this.#line++;
        this.#lineStart = this.#at + 1;
      } else if (character !== " " && character !== "\t" && character !== "\r") return;
    }
  }

  #here(): string {
    const code = this.#text.codePointAt(this.#at);
    if (code === undefined) return "the end of the file";
    if (this.#text.startsWith("//", this.#at) || this.#text.startsWith("/*", this.#at)) {
      return "a comment (JSON has none)";
    }
    if (code > 0x20 && code < 0x7f) return `'${String.fromCodePoint(code)}'`;
    return `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
  }

  #fail(reason: string): never {
    this.#failAt(this.#at, reason);
  }

  /** All places that fail lie on the current line: a string has no line end and other tokens are short. */
  #failAt(at: number, reason: string): never {
    const column = at - this.#lineStart + 1;
    throw new ManifestError(reason, { file: this.#file, line: this.#line, column, includedFrom: this.#includedFrom });
  }
}
