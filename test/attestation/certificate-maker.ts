// SPDX-License-Identifier: Apache-2.0
/** An owner's certificate for an attestation key: a CWT (RFC 8392) with the key in cnf (RFC 8747) and the instance id in claim 256. */
import { array, bytes, type Entry, type Item, int, map, text } from "./cbor-bytes.js";
import { type Envelope, type Parties, type Party, sign1 } from "./token-maker.js";

const DEVICE_ID = "00112233445566778899aabbccddeeff";

export interface KeyParts {
  readonly kty?: Item;
  readonly alg?: Item | undefined;
  readonly keyOps?: Item | undefined;
  readonly crv?: Item;
  readonly more?: readonly Entry[];
}

/** COSE_Key (RFC 9052 §7, RFC 9053 §7.1.1). */
export function coseKey({ publicKey }: Pick<Party, "publicKey">, parts: KeyParts = {}): Item {
  const { kty = int(2), crv = int(1), more = [] } = parts;
  const { alg = int(-7), keyOps = array(int(2)) } = parts;
  const uses: Entry[] = [];
  if (!("alg" in parts) || parts.alg !== undefined) uses.push([int(3), alg]);
  if (!("keyOps" in parts) || parts.keyOps !== undefined) uses.push([int(4), keyOps]);
  const [x, y] = [bytes(publicKey.subarray(1, 33)), bytes(publicKey.subarray(33))];
  return map([int(1), kty], ...uses, [int(-1), crv], [int(-2), x], [int(-3), y], ...more);
}

/** Claims in the order of their labels; one that is undefined is left out. */
export interface CertificateParts {
  readonly iss?: Item | undefined;
  readonly sub?: Item | undefined;
  readonly aud?: Item;
  readonly exp?: Item;
  readonly nbf?: Item;
  readonly cnf?: Item | undefined;
  readonly instanceId?: Item | undefined;
  readonly more?: readonly Entry[];
}

const LABELS = Object.freeze({ iss: 1, sub: 2, aud: 3, exp: 4, nbf: 5, cnf: 8, instanceId: 256 } as const);

export function confirmation(key: Item): Item {
  return map([int(1), key]);
}

/** A good one for the device, by the owner, but for the parts given. */
export function certificate(
  parties: Parties,
  parts: CertificateParts = {},
  envelope: Envelope = {},
  subject: Party = parties.device,
): Item {
  const all: CertificateParts = {
    iss: text("owner"),
    sub: text(DEVICE_ID),
    cnf: confirmation(coseKey(subject)),
    instanceId: bytes(subject.instanceId),
    ...parts,
  };
  const names = Object.keys(LABELS) as (keyof typeof LABELS)[];
  const entries = names.flatMap((name) => {
    const value = all[name];
    return value === undefined ? [] : [[int(LABELS[name]), value] as const];
  });
  return sign1(parties, map(...entries, ...(parts.more ?? [])), { signer: parties.owner, ...envelope });
}
