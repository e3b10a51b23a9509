// SPDX-License-Identifier: Apache-2.0
/** Makes signed CoRIMs of the PSA profile. Deterministic CBOR: the same content has the same payload. */
import { requireBytes } from "../bytes/bytes.js";
import { encodeCbor } from "../cbor/encode.js";
import { CborTag, type CborValue } from "../cbor/value.js";
import type { Crypto, KeyId } from "../contracts/crypto.js";
import { CoseAlgorithm } from "../cose/algorithms.js";
import { createSign1 } from "../cose/sign1.js";
import type { Validity } from "./corim.js";
import { encodePkixKey } from "./corim-keys.js";
import {
  type DeviceKey,
  IMPLEMENTATION_ID_LENGTH,
  INSTANCE_ID_LENGTH,
  PSA_COMPONENT_KEY,
  PSA_CORIM_PROFILE,
} from "./corim-psa.js";
import { CorimTag, TripleLabel } from "./corim-shapes.js";
import { CORIM_CONTENT_TYPE, CorimHeader } from "./corim-signed.js";
import type { ReferenceComponent, ReferenceValues } from "./reference-values.js";

const TAG_CREATOR = 0;
const HASH_NAMES = Object.freeze({ 32: "sha-256", 48: "sha-384", 64: "sha-512" } as const);

export interface CorimContent {
  /** Of the CoRIM, unique for its signer. */
  readonly id: string;
  /** Whoever made it and signs it, for people. */
  readonly signer: string;
  readonly validity?: Validity;
  /** At least one, or a device key. */
  readonly referenceValues: readonly ReferenceValues[];
  readonly deviceKeys?: readonly DeviceKey[];
  /** To find the signer's key by. */
  readonly kid?: Uint8Array;
}

/**
 * Signs what is held to be good.
 * @param key - allows `signMessage` with ECDSA.
 * @returns A tagged COSE_Sign1, new bytes.
 * @throws TypeError, RangeError - a part of the wrong type or length; nothing in it.
 * @throws SecurityError - what `Crypto.signMessage` throws.
 */
export function createCorim(crypto: Pick<Crypto, "signMessage">, key: KeyId, content: CorimContent): Uint8Array {
  const { signer, validity, kid } = content;
  const meta = new Map<CborValue, CborValue>([[0, new Map([[0, signer]])]]);
  if (validity !== undefined) meta.set(1, validityMap(validity));
  return createSign1(crypto, key, {
    algorithm: CoseAlgorithm.ES256,
    protectedHeader: new Map<number, CborValue>([
      [CorimHeader.contentType, CORIM_CONTENT_TYPE],
      [CorimHeader.meta, encodeCbor(meta)],
    ]),
    payload: encodeCorim(content),
    ...(kid === undefined ? {} : { kid }),
  });
}

function encodeCorim({ id, signer, validity, referenceValues, deviceKeys = [] }: CorimContent): Uint8Array {
  requireText(id, "id");
  requireText(signer, "signer");
  if (referenceValues.length + deviceKeys.length === 0) throw new RangeError("CoRIM: expected something in it");
  const triples = new Map<CborValue, CborValue>();
  const references = referenceValues.flatMap(({ implementationId, components }) =>
    components.map((component) => [environmentOf(implementationId), [measurementOf(component)]]),
  );
  if (references.length > 0) triples.set(TripleLabel.reference, references);
  const keys = deviceKeys.map(({ instanceId, implementationId, publicKey }) => [
    environmentOf(implementationId, instanceId),
    [new CborTag(CorimTag.pkixKey, encodePkixKey(publicKey))],
  ]);
  if (keys.length > 0) triples.set(TripleLabel.attestKey, keys);
  const module = new Map<CborValue, CborValue>([
    [1, new Map([[0, `${id}/module`]])],
    [2, [new Map<CborValue, CborValue>([[0, signer]]).set(2, [TAG_CREATOR])]],
    [4, triples],
  ]);
  const corim = new Map<CborValue, CborValue>([
    [0, id],
    [1, [new CborTag(CorimTag.comid, encodeCbor(module))]],
    [3, new CborTag(CorimTag.uri, PSA_CORIM_PROFILE)],
  ]);
  if (validity !== undefined) corim.set(4, validityMap(validity));
  return encodeCbor(new CborTag(CorimTag.corim, corim));
}

function requireText(value: unknown, label: string): void {
  if (typeof value !== "string" || value === "") throw new RangeError(`${label}: expected text`);
}

function requireLength(value: Uint8Array, label: string, ...lengths: readonly number[]): void {
  requireBytes(value, label);
  if (!lengths.includes(value.length)) {
    throw new RangeError(`${label}: expected ${lengths.join(" or ")} bytes, got ${value.length}`);
  }
}

function validityMap({ notBefore, notAfter }: Validity): ReadonlyMap<CborValue, CborValue> {
  const map = new Map<CborValue, CborValue>([[1, new CborTag(CorimTag.epochTime, notAfter)]]);
  return notBefore === undefined ? map : map.set(0, new CborTag(CorimTag.epochTime, notBefore));
}

function environmentOf(implementationId: Uint8Array, instanceId?: Uint8Array): ReadonlyMap<CborValue, CborValue> {
  requireLength(implementationId, "implementationId", IMPLEMENTATION_ID_LENGTH);
  const environment = new Map<CborValue, CborValue>([
    [0, new Map([[0, new CborTag(CorimTag.bytes, implementationId)]])],
  ]);
  if (instanceId === undefined) return environment;
  requireLength(instanceId, "instanceId", INSTANCE_ID_LENGTH);
  return environment.set(1, new CborTag(CorimTag.ueid, instanceId));
}

/** The profile wants a signer id: who accepts anybody's has to write that down elsewhere. */
function measurementOf({ type, version, value, signerId }: ReferenceComponent): ReadonlyMap<CborValue, CborValue> {
  requireLength(value, "value", 32, 48, 64);
  if (signerId === undefined)
    throw new TypeError("signerId: expected a Uint8Array: the profile has no reference value without");
  requireLength(signerId, "signerId", 32, 48, 64);
  const values = new Map<CborValue, CborValue>();
  if (version !== undefined) values.set(0, new Map([[0, version]]));
  values.set(2, [[HASH_NAMES[value.length as keyof typeof HASH_NAMES], value]]);
  if (type !== undefined) values.set(11, type);
  values.set(13, [new CborTag(CorimTag.bytes, signerId)]);
  return new Map<CborValue, CborValue>([
    [0, PSA_COMPONENT_KEY],
    [1, values],
  ]);
}
