// SPDX-License-Identifier: Apache-2.0
/** The public vectors of PSA tokens and of EAT as suites, a folder each. What a file has to come to is what the specification says of it. */
import { createPublicKey } from "node:crypto";
import { encodeHex } from "../../../sdk/bytes/hex.js";
import { CborTag, type CborValue } from "../../../sdk/cbor/value.js";
import { decodeWellFormed } from "../../../sdk/cbor/well-formed.js";
import type { Vectors } from "../../harness/vectors.js";
import type { Case, Suite } from "../suite.js";
import { claimsHex, isInvalidName, profilesOf } from "./json-claims.js";
import type { AttestationCase, KeyData } from "./run-case.js";

interface Jwk {
  readonly kty: string;
  readonly x?: string;
  readonly y?: string;
  readonly k?: string;
}

const NO_ALG = "alg is nowhere in the message (docs/deviations.md); its claims were read";
const NO_KEY = "the suite does not have the MAC's key; its claims were read";
const CCA = "a token of CCA, which is not one of PSA";

function fromBase64url(text = ""): string {
  return Buffer.from(text, "base64url").toString("hex");
}

function keyOfJwk({ kty, x, y, k }: Jwk): KeyData {
  return kty === "oct" ? { mac: fromBase64url(k) } : { publicKey: `04${fromBase64url(x)}${fromBase64url(y)}` };
}

function keyOfPem(pem: Uint8Array): KeyData {
  return keyOfJwk(createPublicKey(Buffer.from(pem)).export({ format: "jwk" }) as Jwk);
}

/** What a message says of itself: its kind and algorithm, where it has them. */
interface Message {
  readonly tag: number | bigint | undefined;
  readonly algorithm: CborValue;
  readonly payload: Uint8Array | undefined;
}

function look(bytes: Uint8Array): Message {
  const value = decodeWellFormed(bytes, { limits: { length: 65536, depth: 16, count: 4096 } });
  const tag = value instanceof CborTag ? value.tag : undefined;
  const items: readonly CborValue[] = value instanceof CborTag && Array.isArray(value.value) ? value.value : [];
  const [header, , payload] = items;
  const isMap = header instanceof Uint8Array && header.length > 0;
  const inside = isMap ? decodeWellFormed(header) : undefined;
  const algorithm = inside instanceof Map ? (inside.get(1) as CborValue) : undefined;
  return { tag, algorithm, payload: payload instanceof Uint8Array ? payload : undefined };
}

/** Whether it is one CBOR item at all. */
function isItem(bytes: Uint8Array): boolean {
  try {
    look(bytes);
    return true;
  } catch {
    return false;
  }
}

const isMac = ({ tag }: Message): boolean => tag === 17;

function claimsCase(id: string, bytes: Uint8Array, isInvalid: boolean, why?: string): Case {
  const data: AttestationCase = {
    kind: "claims",
    hex: encodeHex(bytes),
    isInvalid,
    ...(why === undefined ? {} : { why }),
  };
  return { id, data };
}

/** psa-rfc9783: tokens of the appendix with the keys that it prints. */
function readRfc(vectors: Vectors): Case[] {
  const keys = vectors.list(".", ".json").map((file) => keyOfJwk(vectors.json(file) as Jwk));
  return vectors.list(".", ".cbor").map((file) => {
    const bytes = vectors.bytes(file);
    const key = keys.find((one) => "mac" in one === isMac(look(bytes)));
    if (key === undefined) return claimsCase(file, look(bytes).payload as Uint8Array, false, NO_KEY);
    const data: AttestationCase = { kind: "token", hex: encodeHex(bytes), key };
    return { id: file, data };
  });
}

/** psa-veraison: claims sets in CBOR and JSON, and two tokens of TF-M. */
function readVeraison(vectors: Vectors): Case[] {
  const cbor = vectors
    .list("cbor", ".cbor")
    .map((file) => claimsCase(`cbor/${file}`, vectors.bytes(`cbor/${file}`), isInvalidName(file)));
  const json = vectors.list("json", ".json").flatMap((file) => {
    const content = vectors.json(`json/${file}`) as Readonly<Record<string, unknown>>;
    return profilesOf(file, content).map((profile): Case => {
      const data: AttestationCase = {
        kind: "claims",
        hex: claimsHex(content, profile),
        isInvalid: isInvalidName(file),
      };
      return { id: `json/${file}, profile ${profile + 1}`, data };
    });
  });
  const key = keyOfPem(vectors.bytes("tf-m/public.pem"));
  const tokens = vectors.list("tf-m", ".bin").map((file): Case => {
    const bytes = vectors.bytes(`tf-m/${file}`);
    const message = look(bytes);
    if (isMac(message)) return claimsCase(`tf-m/${file}`, message.payload as Uint8Array, false, NO_KEY);
    const data: AttestationCase = { kind: "token", hex: encodeHex(bytes), key };
    return { id: `tf-m/${file}`, data };
  });
  return [...cbor, ...json, ...tokens];
}

/** psa-iat-verifier: what its tool is tested with. Keys are in the folder; claims are often in a profile of examples. */
function readIatVerifier(vectors: Vectors): Case[] {
  const publicKey = keyOfPem(vectors.bytes("data/key.pem"));
  const mac: KeyData = { mac: encodeHex(vectors.bytes("data/hmac.key")) };
  return ["data", "synthetic_data"].flatMap((folder) =>
    vectors.list(folder, ".cbor").map((file): Case => {
      const id = `${folder}/${file}`;
      const bytes = vectors.bytes(id);
      if (!isItem(bytes)) return { id, data: { kind: "token", hex: encodeHex(bytes), key: publicKey, refusal: "any" } };
      const message = look(bytes);
      if (file.startsWith("cca") || (message.tag !== 18 && message.tag !== 17)) return { id, unsupported: CCA };
      if (message.algorithm === -35 || message.algorithm === -36)
        return { id, unsupported: "ES384 and ES512 are not carried out" };
      const whole = isWhole(message);
      if (message.algorithm === undefined && whole) {
        return claimsCase(id, message.payload as Uint8Array, false, NO_ALG);
      }
      const key = isMac(message) ? mac : publicKey;
      const hex = encodeHex(bytes);
      // Its examples have a profile that is nobody's, and the synthetic ones no claim of PSA at all.
      const refusal = message.algorithm === undefined ? "structure: COSE_ALG_MISSING" : refusalOf(message);
      return {
        id,
        data: { kind: "token", hex, key, ...(refusal === undefined ? {} : { refusal }) } satisfies AttestationCase,
      };
    }),
  );
}

function mapOf({ payload }: Message): ReadonlyMap<CborValue, CborValue> {
  const value = payload === undefined ? undefined : decodeWellFormed(payload);
  return value instanceof Map ? value : new Map();
}

/** Whether it has a profile of PSA, by its own words. */
function isWhole(message: Message): boolean {
  const map = mapOf(message);
  return map.get(265) === "http://arm.com/psa/2.0.0" || map.get(265) === "tag:psacertified.org,2023:psa#tfm";
}

/** RFC 9783 §4: without an instance id nobody's; with another profile none of PSA's. */
function refusalOf(message: Message): string | undefined {
  const map = mapOf(message);
  if (!map.has(256) && !map.has(-75009)) return "key: ATTEST_CLAIM";
  const profile = map.get(-75000) ?? map.get(265) ?? "PSA_IOT_PROFILE_1";
  return isWhole(message) || profile === "PSA_IOT_PROFILE_1" ? undefined : "profile: ATTEST_PROFILE";
}

/** eat-examples: claims sets of the drafts before RFC 9711. */
function readEatExamples(vectors: Vectors): Case[] {
  return vectors.list(".", ".cbor").map((file) => {
    const data: AttestationCase = { kind: "eat", hex: encodeHex(vectors.bytes(file)) };
    return { id: file, data };
  });
}

function suite(name: string, read: (vectors: Vectors) => Case[]): (vectors: Vectors) => Suite[] {
  return (vectors) => [{ name, runner: "attestation", cases: read(vectors), isSlow: false }];
}

export const ATTESTATION_FOLDERS: Readonly<Record<string, (vectors: Vectors) => Suite[]>> = Object.freeze({
  "psa-rfc9783": suite("psa-rfc9783", readRfc),
  "psa-veraison": suite("psa-veraison", readVeraison),
  "psa-iat-verifier": suite("psa-iat-verifier", readIatVerifier),
  "eat-examples": suite("eat-examples", readEatExamples),
});
