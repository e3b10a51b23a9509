// SPDX-License-Identifier: Apache-2.0
/** A CoRIM of the PSA profile part by part, as the drafts have it, for specs to change one of them. Not made by our encoder of them. */
import { encodeCbor } from "../../../sdk/cbor/encode.js";
import { CborTag, type CborValue } from "../../../sdk/cbor/value.js";
import type { Crypto, KeyId } from "../../../sdk/contracts/crypto.js";
import { createSign1 } from "../../../sdk/cose/sign1.js";

export type Part = Map<CborValue, CborValue>;
export const PROFILE = "tag:arm.com,2025:psa#1.0.0";
export const IMPLEMENTATION_ID = new Uint8Array(32).fill(0x11);
export const DIGEST = new Uint8Array(32).fill(0x22);
export const SIGNER_ID = new Uint8Array(32).fill(0x33);
export const INSTANCE_ID = Uint8Array.from({ length: 33 }, (_, i) => (i === 0 ? 1 : 0x44));
/** A key on P-256 from RFC 6979 A.2.5. */
export const PEM = `-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEYP7UuiVanTHJYet0xjVtaMBJuJI7
Yfps5mliLmDyn7Z5A/4QCLi8maQa6elWKLxk8vGyDC1+n1F3o8KU1EYimQ==
-----END PUBLIC KEY-----`;

export const map = (...entries: [CborValue, CborValue][]): Part => new Map(entries);
export const uri = (text: string): CborTag => new CborTag(32, text);
export const time = (seconds: CborValue): CborTag => new CborTag(1, seconds);
export const opaque = (bytes: CborValue): CborTag => new CborTag(560, bytes);

/** A number in a tag in a tag ... */
export function nested(levels: number): CborTag {
  let inner = new CborTag(9, 1);
  for (let i = 0; i < levels; i++) inner = new CborTag(9, inner);
  return inner;
}

/** All that a spec may want to change. */
export interface Parts {
  readonly corim: Part;
  readonly tags: CborValue[];
  readonly module: Part;
  readonly triples: Part;
  readonly references: CborValue[];
  readonly reference: CborValue[];
  readonly environment: Part;
  readonly classMap: Part;
  readonly measurements: CborValue[];
  readonly measurement: Part;
  readonly values: Part;
  readonly keys: CborValue[];
  readonly keyRecord: CborValue[];
  readonly keyEnvironment: Part;
}

function parts(): Parts {
  const classMap = map([0, opaque(IMPLEMENTATION_ID)]);
  const environment = map([0, classMap]);
  const version = map([0, "1.2.3"]);
  const values = map([0, version], [2, [["sha-256", DIGEST]]], [11, "app"], [13, [opaque(SIGNER_ID)]]);
  const measurement = map([0, "psa.software-component"], [1, values]);
  const measurements = [measurement];
  const reference = [environment, measurements];
  const references = [reference];
  const keyEnvironment = map([0, map([0, opaque(IMPLEMENTATION_ID)])], [1, new CborTag(550, INSTANCE_ID)]);
  const keyRecord = [keyEnvironment, [new CborTag(554, PEM)]];
  const keys = [keyRecord];
  const triples = map([0, references], [3, keys]);
  const module = map([1, map([0, "module"])], [4, triples]);
  const tags: CborValue[] = [];
  const corim = map([0, "example"], [1, tags], [3, uri(PROFILE)]);
  return {
    ...{ corim, tags, module, triples, references, reference, environment, classMap, measurements, measurement },
    ...{ values, keys, keyRecord, keyEnvironment },
  };
}

/** The encoding after a change of parts. Its module goes in front of what `tags` has. */
export function corimWith(change: (all: Parts) => void = () => undefined): Uint8Array {
  const all = parts();
  change(all);
  all.tags.unshift(new CborTag(506, encodeCbor(all.module)));
  return encodeCbor(new CborTag(501, all.corim));
}

export function metaWith(change: (meta: Part, signer: Part) => void = () => undefined): Part {
  const signer = map([0, "Maker"], [1, uri("https://maker.example")]);
  const meta = map([0, signer], [1, map([0, time(1000)], [1, time(2000)])]);
  change(meta, signer);
  return meta;
}

/** The protected header without alg. */
export function headerWith(change: (header: Map<number, CborValue>) => void = () => undefined): Map<number, CborValue> {
  const header = new Map<number, CborValue>([
    [3, "application/rim+cbor"],
    [8, encodeCbor(metaWith())],
  ]);
  change(header);
  return header;
}

export function signedWith(
  crypto: Pick<Crypto, "signMessage">,
  key: KeyId,
  { payload = corimWith(), header = headerWith(), tagged = true } = {},
): Uint8Array {
  return createSign1(crypto, key, { algorithm: -7, payload, protectedHeader: header, tagged });
}
