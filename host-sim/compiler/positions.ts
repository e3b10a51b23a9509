// SPDX-License-Identifier: Apache-2.0
/**
 * Lines for byte code that carries none. Of one source xs-compile makes the code that ships and a twin with file and line
 * in it. The twin has the same instructions in the same order, but for FILE, LINE and PROFILE, and for what XS's
 * optimizer then leaves as it is: it takes out an `unwind` before an end, an end before an end, a branch to the next
 * instruction, and makes a branch to an end an end. So both are walked side by side, each instruction is compared with
 * its twin, and anything else that differs is an error.
 */
import type { ByteCode, Positions } from "./byte-code.js";
import type { EngineInfo } from "./engine-info.js";

interface Instruction {
  readonly at: number;
  readonly end: number;
  /** Its name without the size of its operand. */
  readonly kind: string;
  /** What must be equal in a twin: an operand, with its name for an identifier. Empty for a distance in the code. */
  readonly operand: string;
}

/** Instructions whose operand is a distance, which grows with what lies between. */
const DISTANCE = /^(branch.*|catch|code)$/;
const NOT_IN_RELEASE = new Set(["file", "line", "profile"]);
const END = /^end(_|$)/;
/** Of the twin alone, where the optimizer of the release code took it out. */
const LEFT_OUT = /^(unwind$|branch$|end(_|$))/;

/** @throws RangeError when an instruction is cut or not known. */
function decode({ code, symbols }: ByteCode, engine: EngineInfo): Instruction[] {
  const view = new DataView(code.buffer, code.byteOffset, code.byteLength);
  const found: Instruction[] = [];
  for (let at = 0; at < code.length; ) {
    const [name = "", size = 0] = engine.codes[view.getUint8(at)] ?? [];
    if (name === "") throw new RangeError(`positions: unknown instruction at ${at}`);
    const kind = name.replace(/_[124]$/, "");
    const end = at + sizeOf(view, at, size);
    const bytes = () => Buffer.from(code.subarray(at + 1, end)).toString("hex");
    const operand = size === 0 ? JSON.stringify(symbols[view.getUint16(at + 1, true)]) : bytes();
    found.push({ at, end, kind, operand: DISTANCE.test(kind) ? "" : operand });
    at = end;
  }
  return found;
}

function sizeOf(view: DataView, at: number, size: number): number {
  if (size > 0) return size;
  if (size === 0) return 3;
  if (size === -1) return 2 + view.getUint8(at + 1);
  return size === -2 ? 3 + view.getUint16(at + 1, true) : 5 + view.getUint32(at + 1, true);
}

/** The line of each of the twin's instructions. A function's body stands in the middle of the code that makes it. */
class LineOf {
  readonly #code: ByteCode;
  readonly #twin: readonly Instruction[];
  /** Bodies that we are in: where each ends, and the line outside it. */
  readonly #bodies: { readonly end: number; readonly line: number }[] = [];
  #line = 0;

  constructor(code: ByteCode, twin: readonly Instruction[]) {
    this.#code = code;
    this.#twin = twin;
  }

  /** Called for each instruction in turn. @returns its line; 0 when there is none. */
  next(index: number): number {
    const { at = 0, end = 0, kind = "" } = this.#twin[index] ?? {};
    while (at === this.#bodies.at(-1)?.end) this.#line = this.#bodies.pop()?.line ?? 0;
    const line = kind === "line" ? this.#readLine(at) : this.#line;
    this.#line = line;
    if (kind === "code") {
      this.#bodies.push({ end: end + this.#distance(at, end), line });
      // A body says its line after its first instruction.
      this.#line = this.#firstLine(index + 1);
    }
    return line;
  }

  #view(): DataView {
    const { code } = this.#code;
    return new DataView(code.buffer, code.byteOffset, code.byteLength);
  }

  #readLine(at: number): number {
    return this.#view().getUint16(at + 1, true);
  }

  #distance(at: number, end: number): number {
    if (end - at === 2) return this.#view().getUint8(at + 1);
    return end - at === 3 ? this.#view().getUint16(at + 1, true) : this.#view().getUint32(at + 1, true);
  }

  #firstLine(index: number): number {
    const next = this.#twin.slice(index, index + 3).find(({ kind }) => kind === "line");
    return next ? this.#readLine(next.at) : 0;
  }
}

function isReplacedBranch(release: Instruction, twin: Instruction): boolean {
  return twin.kind === "branch" && END.test(release.kind);
}

/**
 * Lines of release code, found in its twin.
 * @throws RangeError when the two are not of one source.
 */
export function findPositions(release: ByteCode, twin: ByteCode, engine: EngineInfo): Positions {
  const shipped = decode(release, engine);
  const withLines = decode(twin, engine);
  const lineOf = new LineOf(twin, withLines);
  const files = new Set<string>();
  const pairs: number[] = [];
  let next = 0;
  withLines.forEach((instruction, i) => {
    const line = lineOf.next(i);
    const { kind, operand } = instruction;
    if (kind === "file") files.add(operand);
    if (NOT_IN_RELEASE.has(kind)) return;
    const other = shipped[next];
    const isSame = other?.kind === kind && other.operand === operand;
    if (other && (isSame || isReplacedBranch(other, instruction))) {
      next++;
      if (line !== (pairs.at(-1) ?? 0)) pairs.push(other.at, line);
    } else if (!LEFT_OUT.test(kind)) {
      throw new RangeError(`positions: ${kind} at ${instruction.at} of the twin is not at ${other?.at} of the release`);
    }
  });
  if (next < shipped.length) throw new RangeError(`positions: the twin has no ${shipped[next]?.kind}`);
  if (files.size > 1) throw new RangeError(`positions: more than one file: ${[...files].join(", ")}`);
  const [file = '""'] = files;
  return { file: JSON.parse(file) as string, pairs };
}
