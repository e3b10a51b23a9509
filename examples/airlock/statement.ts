// SPDX-License-Identifier: Apache-2.0
/**
 * What one door says to the other, and when it is believed. A question is 32 random bytes. The answer is [token, state]: a
 * PSA token whose nonce is the question and the SHA-256 of the state, so that the token vouches for both.
 */
import type { ReferenceValues } from "thimble/attestation/reference-values";
import { appraise } from "thimble/attestation/verify";
import { concatBytes, equalPublicBytes } from "thimble/bytes/bytes";
import { encodeUtf8 } from "thimble/bytes/utf8";
import { decodeCbor } from "thimble/cbor/decode";
import { encodeCbor } from "thimble/cbor/encode";
import type { Crypto, KeyId } from "thimble/contracts/crypto";

export const QUESTION_LENGTH = 32;
/** The client id of an app: the firmware's own service has another. */
export const APP = -1;
const LIMITS = Object.freeze({ length: 1472, depth: 2, count: 4 });

export type DoorState = "shut" | "open";

/** What a door holds another one against. */
export interface Known {
  /** Whose certificate the other door's key has to have. */
  readonly owner: KeyId;
  /** What may run there. */
  readonly references: ReferenceValues;
  /** Our own instance id: an answer of ours that comes back is nobody's. */
  readonly self: Uint8Array;
}

/** What was proved. */
export interface Statement {
  readonly state: DoorState;
  readonly instanceId: Uint8Array;
  /** The version of its app. */
  readonly version: string;
}

/** Why something is not believed. */
export class Refusal extends Error {}

/** The nonce of a token that answers a question with a state: 64 bytes. */
export function nonceFor(crypto: Pick<Crypto, "hashCompute">, question: Uint8Array, state: DoorState): Uint8Array {
  return concatBytes(question, crypto.hashCompute("SHA_256", encodeUtf8(state)));
}

export function encodeAnswer(token: Uint8Array, state: DoorState): Uint8Array {
  return encodeCbor([token, state]);
}

/**
 * Believes an answer, or does not.
 * @param partner - the instance id that it has to be; undefined: any but ours.
 * @throws Refusal - with the verifier's first reason. ProtocolError - it is no CBOR.
 */
export function believe(
  crypto: Crypto,
  answer: Uint8Array,
  question: Uint8Array,
  known: Known,
  partner: Uint8Array | undefined,
): Statement {
  const parts = decodeCbor(answer, { limits: LIMITS });
  const [token, state] = Array.isArray(parts) && parts.length === 2 ? parts : [];
  if (!(token instanceof Uint8Array) || (state !== "shut" && state !== "open")) throw new Refusal("no answer");
  const appraisal = appraise(crypto, token, {
    nonce: nonceFor(crypto, question, state),
    owners: [{ name: "ours", key: known.owner }],
    references: known.references,
    policy: { clientIds: [APP] },
  });
  if (appraisal.result === "refused") throw new Refusal(`${appraisal.reason.code}: ${appraisal.reason.text}`);
  const { instanceId, components } = appraisal.claims;
  if (equalPublicBytes(instanceId, known.self)) throw new Refusal("my own words");
  if (partner !== undefined && !equalPublicBytes(instanceId, partner)) throw new Refusal("another door than mine");
  const version = components.find(({ type }) => type === "app")?.version ?? "unknown";
  return { state, instanceId: instanceId.slice(), version };
}
