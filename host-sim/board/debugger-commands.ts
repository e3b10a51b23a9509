// SPDX-License-Identifier: Apache-2.0
/**
 * What a debugger says to a machine, in the protocol of xsbug: XML elements without a root. Read from a stream that may
 * be cut anywhere, and from a peer that may be anything: what is not XML of this kind is refused, and what an element is
 * cut to before it ends is bounded.
 */

/** Elements that name a line of a file, or with these words for a file something else to stop at. */
export const STOP_AT_START = "start";
export const STOP_AT_EXCEPTIONS = "exceptions";

type LineElement = "breakpoint" | "set-breakpoint" | "clear-breakpoint";
type SlotElement = "select" | "toggle";
const PLAIN = Object.freeze([
  "abort",
  "clear-all-breakpoints",
  "go",
  "logout",
  "set-all-breakpoints",
  "step",
  "step-inside",
  "step-outside",
] as const);

export interface LineCommand {
  readonly element: LineElement;
  readonly path: string;
  readonly line: number;
}

/** An element without attributes. */
export type PlainCommand<Element = (typeof PLAIN)[number]> = Element extends string
  ? { readonly element: Element }
  : never;

export type DebugCommand = LineCommand | { readonly element: SlotElement; readonly id: string } | PlainCommand;

const ELEMENT_MAX = 64 * 1024;
const NAME = "[A-Za-z_][\\w.:-]*";
const ATTRIBUTE = `(${NAME})\\s*=\\s*"([^"]*)"`;
const START_TAG = new RegExp(`^<(${NAME})((?:\\s+${ATTRIBUTE})*)\\s*/?>$`);
const OTHER_TAG = new RegExp(`^<(?:/${NAME}\\s*|\\?[^<>]*\\?)>$`);
const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** The peer said something that is none of it. */
export class DebugProtocolError extends Error {
  override readonly name = "DebugProtocolError";
}

function unescapeEntities(text: string): string {
  return text.replace(/&(?:#(\d{1,3})|(amp|lt|gt|quot|apos));/g, (_, number: string | undefined, name: string) =>
    number === undefined ? (ENTITIES[name] ?? "") : String.fromCharCode(Number(number) & 0xff),
  );
}

/** Bytes of the protocol, which this file holds as Latin-1, as text. */
function decodeText(latin1: string): string {
  return Buffer.from(unescapeEntities(latin1), "latin1").toString("utf8");
}

/** @returns undefined for an element that XS 13.3 or a run on a simulated board has no use for. */
function toCommand(element: string, attributes: ReadonlyMap<string, string>): DebugCommand | undefined {
  switch (element) {
    case "breakpoint":
    case "set-breakpoint":
    case "clear-breakpoint": {
      const line = Number(attributes.get("line") ?? "0");
      return { element, path: decodeText(attributes.get("path") ?? ""), line: Number.isInteger(line) ? line : 0 };
    }
    case "select":
    case "toggle": {
      const [, id] = /^@([0-9A-F]{1,16})$/.exec(attributes.get("id") ?? "") ?? [];
      return id === undefined ? undefined : { element, id };
    }
    default: {
      const plain = PLAIN.find((name) => name === element);
      return plain === undefined ? undefined : { element: plain };
    }
  }
}

function parseTag(tag: string): DebugCommand | undefined {
  const [, element, list] = START_TAG.exec(tag) ?? [];
  if (element === undefined) {
    if (OTHER_TAG.test(tag)) return undefined;
    throw new DebugProtocolError(`"${tag.slice(0, 40)}"`);
  }
  const attributes = new Map<string, string>();
  for (const [, name = "", value = ""] of (list ?? "").matchAll(new RegExp(ATTRIBUTE, "g")))
    attributes.set(name, value);
  return toCommand(element, attributes);
}

/** Cuts a stream into commands. Holds at most one incomplete element. */
export class DebugCommandReader {
  #pending = "";
  #isInTag = false;
  #isInValue = false;

  /**
   * @returns the commands that `chunk` completes; elements that mean nothing here are left out.
   * @throws DebugProtocolError - not the protocol; the reader is of no use afterwards.
   */
  push(chunk: Uint8Array): DebugCommand[] {
    const commands: DebugCommand[] = [];
    for (const byte of chunk) {
      const character = String.fromCharCode(byte);
      if (!this.#isInTag) {
        if (/\s/.test(character)) continue;
        if (character !== "<") throw new DebugProtocolError(`text outside of an element: "${character}"`);
        this.#isInTag = true;
      }
      this.#pending += character;
      if (this.#pending.length > ELEMENT_MAX) throw new DebugProtocolError("an element without an end");
      if (character === '"') this.#isInValue = !this.#isInValue;
      if (character !== ">" || this.#isInValue) continue;
      const command = parseTag(this.#pending);
      if (command !== undefined) commands.push(command);
      this.#pending = "";
      this.#isInTag = false;
    }
    return commands;
  }
}

/** A command as the board's XS reads it: one line, a path as it is. */
export function encodeCommand(command: DebugCommand): string {
  switch (command.element) {
    case "breakpoint":
    case "set-breakpoint":
    case "clear-breakpoint":
      return `<${command.element} path="${command.path}" line="${command.line}"/>`;
    case "select":
    case "toggle":
      return `<${command.element} id="@${command.id}"/>`;
    default:
      return `<${command.element}/>`;
  }
}
