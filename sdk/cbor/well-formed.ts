// SPDX-License-Identifier: Apache-2.0
/**
 * Any well-formed CBOR (RFC 8949 §3): indefinite lengths, longer forms and keys in any order, too. For peers that do not
 * write deterministically; apart from the strict reader, so that who needs that one alone has nothing of this.
 */
import { joinBytes } from "../bytes/bytes.js";
import { decodeItem } from "./decode.js";
import { encodeItem } from "./encode.js";
import { CborReader, Major, type ReaderOptions } from "./reader.js";
import type { CborLimits, CborValue } from "./value.js";
import { CborWriter } from "./writer.js";

export interface WellFormedOptions {
  /** Default DEFAULT_LIMITS. */
  readonly limits?: CborLimits | undefined;
  /** As in ReaderOptions. */
  readonly base?: number;
}

/**
 * Parses one data item, in any of its encodings, that fills `bytes`. Twice the same key is refused, whatever its encodings.
 * @returns Its value; byte strings are views into `bytes`, valid while the caller leaves it alone. (Of an indefinite length
 * they are new bytes.)
 * @throws ProtocolError - as `decodeCbor`, without CBOR_NON_SHORTEST, CBOR_INDEFINITE_LENGTH and CBOR_UNSORTED_KEYS; and
 * CBOR_CHUNK - in a string of indefinite length, a chunk of another type or with no definite length itself.
 */
export function decodeWellFormed(bytes: Uint8Array, options: WellFormedOptions = {}): CborValue {
  const reader = new WellFormedReader(bytes, options);
  const value = decodeItem(reader);
  reader.end();
  return value;
}

/**
 * A CborReader of any well-formed encoding. After a head of indefinite length `argument` is infinite; `readHead` also
 * returns `Major.break`, and whether one may be there is the caller's to check. `readArray` and `readMap`, which tell how
 * many items follow, throw CBOR_INDEFINITE_LENGTH where nobody knows.
 */
export class WellFormedReader extends CborReader {
  constructor(bytes: Uint8Array, options: WellFormedOptions = {}) {
    super(bytes, { ...options, form: "anyOrder" });
  }

  override announced(major: number): number {
    return this.isIndefinite ? Number.POSITIVE_INFINITY : super.announced(major);
  }

  override readArray(): number {
    return this.requireKnown(super.readArray());
  }

  override readMap(): number {
    return this.requireKnown(super.readMap());
  }

  /** After `readHead`: the bytes of a byte string: a view, or of chunks new bytes. */
  override content(): Uint8Array {
    if (!this.isIndefinite) return super.content();
    const chunks: Uint8Array[] = [];
    while (this.readChunk(Major.bytes)) chunks.push(super.content());
    return joinBytes(chunks);
  }

  /** Each chunk is UTF-8 by itself (RFC 8949 §3.2.3). */
  override text(): string {
    if (!this.isIndefinite) return super.text();
    const chunks: string[] = [];
    while (this.readChunk(Major.text)) chunks.push(super.text());
    return chunks.join("");
  }

  /** Of a key that may stand there in several encodings, the deterministic one is compared. */
  override encodingOf(value: CborValue): Uint8Array {
    const writer = new CborWriter();
    // As deep as it was read: the encoder's own limit would take a deep key for the caller's mistake.
    encodeItem(writer, value, this.limits.depth);
    return writer.finish();
  }

  override refuseLonger(): void {}

  protected override readIndefinite(major: number): number {
    if (major === Major.simple) return Major.break;
    return major >= Major.bytes && major <= Major.map ? major : super.readIndefinite(major);
  }

  protected override over(content: Uint8Array, options: ReaderOptions): CborReader {
    return new WellFormedReader(content, options);
  }

  private get isIndefinite(): boolean {
    return this.argument === Number.POSITIVE_INFINITY;
  }

  private requireKnown(count: number): number {
    if (this.isIndefinite) this.fail("CBOR_INDEFINITE_LENGTH", "definite lengths only");
    return count;
  }

  /** The head of a chunk, which counts as an item. @returns false - there is the break instead. */
  private readChunk(major: number): boolean {
    const found = this.readHead();
    if (found === Major.break) return false;
    if (found !== major || this.isIndefinite) {
      this.fail("CBOR_CHUNK", `expected a chunk of ${major === Major.text ? "text" : "bytes"}`);
    }
    return true;
  }
}

Object.freeze(WellFormedReader.prototype);
