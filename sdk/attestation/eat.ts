// SPDX-License-Identifier: Apache-2.0
/**
 * The claims set of an Entity Attestation Token (RFC 9711), to CBOR and back. What it says is worth what its proof is worth:
 * verify the message first (`verifyCwt`, `verifySign1`), then parse its payload.
 */
import { encodeCbor } from "../cbor/encode.js";
import type { CborLimits, CborValue } from "../cbor/value.js";
import { ClaimLabel, type Claims, claimsFromMap, claimsToMap } from "../cwt/claims.js";
import { ProtocolError } from "../errors/security-error.js";
import { decodeDefinite } from "./definite.js";
import type { EatClaims } from "./eat-claims.js";
import { readSubmods, writeSubmods } from "./eat-submods.js";
import {
  booleanCodec,
  bytesCodec,
  type Codec,
  contentsCodec,
  dloasCodec,
  hwmodelCodec,
  locationCodec,
  measresCodec,
  namesCodec,
  nonceCodec,
  oemidCodec,
  profileCodec,
  sueidsCodec,
  textCodec,
  ueidCodec,
  uintCodec,
  versionCodec,
  wrong,
} from "./eat-values.js";

const SUBMODS = 266;

type Name = Exclude<keyof EatClaims, keyof Claims | "submods">;

interface Row {
  readonly label: number;
  readonly codec: Codec<unknown>;
}

function row<Value>(label: number, codec: Codec<Value>): Row {
  return Object.freeze({ label, codec: codec as Codec<unknown> });
}

/** The registry of RFC 9711 §10.2; but for submods, which have claims in them. */
const EAT: Readonly<Record<Name, Row>> = Object.freeze({
  eat_nonce: row(10, nonceCodec),
  ueid: row(256, ueidCodec),
  sueids: row(257, sueidsCodec),
  oemid: row(258, oemidCodec),
  hwmodel: row(259, hwmodelCodec),
  hwversion: row(260, versionCodec),
  uptime: row(261, uintCodec),
  oemboot: row(262, booleanCodec),
  dbgstat: row(
    263,
    namesCodec(
      ["enabled", "disabled", "disabled-since-boot", "disabled-permanently", "disabled-fully-and-permanently"] as const,
      0,
    ),
  ),
  location: row(264, locationCodec),
  eat_profile: row(265, profileCodec),
  bootcount: row(267, uintCodec),
  bootseed: row(268, bytesCodec),
  dloas: row(269, dloasCodec),
  swname: row(270, textCodec),
  swversion: row(271, versionCodec),
  manifests: row(272, contentsCodec),
  measurements: row(273, contentsCodec),
  measres: row(274, measresCodec),
  intuse: row(275, namesCodec(["generic", "registration", "provisioning", "csr", "pop"] as const, 1)),
});

const NAMES = Object.freeze(Object.keys(EAT) as Name[]);

/**
 * Parses a claims set. Claims that have no name here are in `others`; RFC 9711 §4 has them passed over.
 * @returns Byte strings are views into `encoded`.
 * @throws ProtocolError EAT_CLAIM - a claim of the wrong type, length or range. EAT_UNSUPPORTED - a form that is not carried out.
 * @throws ProtocolError CWT_CLAIM, COSE_KEY_... - about CWT's own claims. CBOR codes.
 */
export function parseEat(encoded: Uint8Array, limits?: CborLimits): EatClaims {
  return readClaims(decodeDefinite(encoded, limits), 0);
}

/**
 * Writes a claims set.
 * @returns Deterministic CBOR, new bytes.
 * @throws TypeError, RangeError - a claim that `parseEat` would refuse.
 */
export function encodeEat(claims: EatClaims): Uint8Array {
  const map = writeClaims(claims);
  try {
    readClaims(map, 0);
  } catch (error) {
    // What a stranger must not write we must not either; but then it is the caller's mistake.
    if (error instanceof ProtocolError) throw new RangeError(error.message);
    throw error;
  }
  return encodeCbor(map);
}

function readClaims(value: CborValue, level: number): EatClaims {
  if (!(value instanceof Map)) return wrong("claims", "a map");
  const { others = new Map(), ...claims } = claimsFromMap(value);
  // §4.3.1: dates with fractions are CWT's, not EAT's.
  if (value.has(ClaimLabel.iat) && !Number.isSafeInteger(value.get(ClaimLabel.iat))) wrong("iat", "whole seconds");
  const unnamed = new Map(others);
  const named: { [Key in Name]?: unknown } = {};
  for (const name of NAMES) {
    const { label, codec } = EAT[name];
    if (!unnamed.delete(label)) continue;
    named[name] = codec.read(value.get(label), name);
  }
  const submods = unnamed.delete(SUBMODS) ? { submods: readSubmods(value.get(SUBMODS), level, readClaims) } : {};
  return Object.freeze({ ...claims, ...(named as Pick<EatClaims, Name>), ...submods, others: unnamed });
}

function writeClaims(claims: EatClaims): Map<CborValue, CborValue> {
  const { submods, others = new Map() } = claims;
  const map = claimsToMap({ ...cwtOf(claims), others });
  for (const name of NAMES) {
    const { label, codec } = EAT[name];
    if (map.has(label)) throw new RangeError(`others: label ${label} has a name of its own`);
    const value: unknown = claims[name];
    if (value !== undefined) map.set(label, codec.write(value));
  }
  if (map.has(SUBMODS)) throw new RangeError(`others: label ${SUBMODS} has a name of its own`);
  if (submods !== undefined) map.set(SUBMODS, writeSubmods(submods, writeClaims));
  return map;
}

function cwtOf({ iss, sub, aud, exp, nbf, iat, cti, cnf }: EatClaims): Claims {
  const claims = { iss, sub, aud, exp, nbf, iat, cti, cnf };
  return Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined)) as Claims;
}
