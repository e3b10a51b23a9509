// SPDX-License-Identifier: Apache-2.0
/**
 * Byte code of one module as xs-compile writes it: VERS, SYMB, CODE and (firmware) HOST atoms. What is kept of a release
 * compilation has LINE as well: the positions that its code does not carry.
 */

interface HostFunction {
  readonly name: string;
  /** Number of declared parameters. */
  readonly length: number;
}

/** Where the instructions of a module come from. */
export interface Positions {
  /** Its source, as it was given to the compiler. */
  readonly file: string;
  /** From this offset on in its code (first of each pair) it is this line (second). Offsets ascend. */
  readonly pairs: readonly number[];
}

export interface ByteCode {
  /** XS version: major, minor, patch. */
  readonly version: readonly number[];
  /** Names that the code refers to by index; index 0 is "no name". */
  readonly symbols: readonly string[];
  /** Instructions, with indexes into `symbols` as identifiers. */
  readonly code: Uint8Array;
  readonly hosts: readonly HostFunction[];
  /** Of release code. */
  readonly positions?: Positions;
}

const ATOM_HEADER = 8;

/** XS's UTF-8: U+0000 has two bytes, so that NUL ends a name, and a surrogate without its other half has three. */
function decodeName(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; ) {
    const first = bytes[at++] ?? 0;
    const more = first < 0x80 ? 0 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
    let codePoint = more === 0 ? first : first & (0x3f >> more);
    for (const end = at + more; at < end; at++) codePoint = (codePoint << 6) | ((bytes[at] ?? 0) & 0x3f);
    text += String.fromCodePoint(codePoint);
  }
  return text;
}

/** A name as XS stores it, with the NUL that ends it. */
export function encodeName(name: string): Uint8Array {
  const parts = Array.from(name, (character) => {
    const unit = character.charCodeAt(0);
    if (unit === 0) return Uint8Array.of(0xc0, 0x80);
    const isHalf = character.length === 1 && unit >= 0xd800 && unit < 0xe000;
    if (isHalf) return Uint8Array.of(0xe0 | (unit >> 12), 0x80 | ((unit >> 6) & 0x3f), 0x80 | (unit & 0x3f));
    return Buffer.from(character, "utf8");
  });
  return Buffer.concat([...parts, Uint8Array.of(0)]);
}

/** Splits a run of atoms (u32 big endian size, four letters, content). Throws RangeError when one is cut. */
function readAtoms(bytes: Uint8Array): Map<string, Uint8Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const atoms = new Map<string, Uint8Array>();
  let at = 0;
  while (at < bytes.length) {
    const size = bytes.length - at >= ATOM_HEADER ? view.getUint32(at) : 0;
    if (size < ATOM_HEADER || size > bytes.length - at) throw new RangeError(`byte code: atom cut at ${at}`);
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    atoms.set(type, bytes.subarray(at + ATOM_HEADER, at + size));
    at += size;
  }
  return atoms;
}

function readName(bytes: Uint8Array, at: number): [string, number] {
  const end = bytes.indexOf(0, at);
  if (end < 0) throw new RangeError("byte code: a name does not end");
  return [decodeName(bytes.subarray(at, end)), end + 1];
}

function readSymbols(symb: Uint8Array): string[] {
  const count = new DataView(symb.buffer, symb.byteOffset).getUint16(0, true);
  const symbols = [""];
  let at = 2;
  for (let i = 1; i < count; i++) {
    const [name, next] = readName(symb, at);
    symbols.push(name);
    at = next;
  }
  return symbols;
}

function readHosts(host: Uint8Array): HostFunction[] {
  const view = new DataView(host.buffer, host.byteOffset, host.byteLength);
  const hosts: HostFunction[] = [];
  let at = 2;
  for (let i = view.getUint16(0, true); i > 0; i--) {
    const length = view.getInt8(at);
    const [name, next] = readName(host, at + 3);
    hosts.push({ name, length });
    at = next;
  }
  return hosts;
}

/** An atom with positions, to be added to what xs-compile wrote. */
export function encodePositions(positions: Positions): Uint8Array {
  const content = Buffer.from(JSON.stringify(positions), "utf8");
  const header = Buffer.alloc(ATOM_HEADER);
  header.writeUInt32BE(content.length + ATOM_HEADER, 0);
  header.write("LINE", 4, "latin1");
  return Buffer.concat([header, content]);
}

/** Reads what xs-compile wrote: trusted input, made a moment ago on this machine. */
export function decodeByteCode(bytes: Uint8Array): ByteCode {
  const atoms = readAtoms(bytes);
  const version = atoms.get("VERS");
  const symb = atoms.get("SYMB");
  const code = atoms.get("CODE");
  if (!version || !symb || !code) throw new RangeError("byte code: an atom is missing");
  const host = atoms.get("HOST");
  const line = atoms.get("LINE");
  const positions = line && { positions: JSON.parse(Buffer.from(line).toString("utf8")) as Positions };
  return { version: [...version], symbols: readSymbols(symb), code, hosts: host ? readHosts(host) : [], ...positions };
}
