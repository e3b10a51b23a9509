// SPDX-License-Identifier: Apache-2.0
/** Decoders that are wrapped to have a bug, which the fuzzer has to find. */
import { createNodeCrypto } from "../../../devices/node/crypto.js";
import { parseCorim } from "../../../sdk/attestation/corim.js";
import { readPsaEndorsements } from "../../../sdk/attestation/corim-psa.js";
import { compareBytes } from "../../../sdk/bytes/bytes.js";
import { decodeItem } from "../../../sdk/cbor/decode.js";
import { encodeCbor } from "../../../sdk/cbor/encode.js";
import { CborReader } from "../../../sdk/cbor/reader.js";
import type { Crypto } from "../../../sdk/contracts/crypto.js";
import { SecurityError } from "../../../sdk/errors/security-error.js";
import { eatDecoder, tokenDecoder } from "./attestation.js";
import { cborDecoders } from "./cbor.js";
import { corimDecoder } from "./corim.js";
import { coseDecoders } from "./cose.js";
import { type Decoder, Finding, fuzzDecoder } from "./decoder.js";

/** Executions within which each is found, from any seed. */
export const PLANTED_RUNS = 2000;

const cbor = cborDecoders()[0] as Decoder;
const eat = eatDecoder();

/** A decoder that does not look at what follows the item. */
function passingTrailingBytes(bytes: Uint8Array): void {
  const written = encodeCbor(decodeItem(new CborReader(bytes)));
  if (compareBytes(written, bytes) !== 0) throw new Finding("it encodes to something else");
}

/** A decoder in front of which a caller's mistake and a stranger's are the same. */
function throwingRangeError(bytes: Uint8Array): void {
  try {
    cbor.check(bytes);
  } catch (error) {
    throw error instanceof SecurityError && error.message.includes("LIMIT") ? new RangeError("too much") : error;
  }
}

/** A parser of EAT that takes a stranger's mistakes for its caller's. */
function throwingAtClaims(bytes: Uint8Array): void {
  try {
    eat.check(bytes);
  } catch (error) {
    throw error instanceof SecurityError && error.message.startsWith("EAT_CLAIM") ? new RangeError("claim") : error;
  }
}

/** A crypto back-end that finds each signature right. */
function trustingCrypto(): Crypto {
  const crypto = createNodeCrypto();
  return new Proxy(crypto, {
    get(target, name) {
      if (name === "verifyMessage") return () => undefined;
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

function trustingSign1(): Decoder {
  return coseDecoders(trustingCrypto())[0] as Decoder;
}

/** With a reader of CoRIM that believes a key to be PEM. */
function believingKeys(): Decoder {
  return corimDecoder((bytes) => {
    try {
      return readPsaEndorsements(parseCorim(bytes));
    } catch (error) {
      throw error instanceof SecurityError && error.message.includes(" key: ") ? new TypeError("no PEM") : error;
    }
  });
}

interface PlantedDecoder {
  readonly what: string;
  readonly make: () => Decoder;
  /** What is found, so that it is no accident. */
  readonly shows: RegExp;
}

export const PLANTED_DECODERS: readonly PlantedDecoder[] = Object.freeze([
  {
    what: "accepts trailing bytes",
    make: () => ({ ...cbor, check: passingTrailingBytes }),
    shows: /encodes to something else$/,
  },
  {
    what: "throws a RangeError where a count is too large",
    make: () => ({ ...cbor, check: throwingRangeError }),
    shows: /threw RangeError/,
  },
  { what: "believes a key to be PEM", make: believingKeys, shows: /threw TypeError/ },
  { what: "accepts any signature", make: trustingSign1, shows: /a forgery is accepted/ },
  {
    what: "throws a RangeError for a stranger's claim",
    make: () => ({ ...eat, check: throwingAtClaims }),
    shows: /threw RangeError/,
  },
  { what: "accepts any token", make: () => tokenDecoder(trustingCrypto()), shows: /a forgery is accepted/ },
  {
    what: "writes into its input",
    make: () => ({ ...cbor, check: (bytes) => void bytes.fill(0, 0, 1) }),
    shows: /it changed its input$/,
  },
]);

/** @returns What was found; undefined when the bug was not. */
export function findPlantedDecoder({ make, shows }: PlantedDecoder, seed: number): string | undefined {
  try {
    fuzzDecoder(make(), seed, PLANTED_RUNS);
  } catch (error) {
    if (error instanceof Finding && shows.test(error.message)) return error.message;
    throw error;
  }
  return undefined;
}
