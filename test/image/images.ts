// SPDX-License-Identifier: Apache-2.0
/** Images to sign and to break: small ones, made by hand where the maker would not make them. */
import { encodeHeader, TLV_MAGIC, TLV_PROTECTED_MAGIC, Tlv, tlv, tlvArea } from "../../host-sim/image/format.js";
import { makeImage } from "../../host-sim/image/make.js";
import { parseImage } from "../../host-sim/image/parse.js";
import { type Signer, seal } from "../../host-sim/image/sign.js";
import type { NamedKey } from "../../host-sim/image/signature.js";
import { type Against, type Verdict, verifyImage } from "../../host-sim/image/verify.js";
import { keyHash, publicHalf, publicKeyOf } from "../../host-sim/keys/public-key.js";
import { generateKey, signerOf } from "../../host-sim/keys/store.js";

export const VERSION = Object.freeze({ major: 1, minor: 2, revision: 3, build: 4 });
export const PAYLOAD = Buffer.from("an archive of an app, as far as an image cares");
export const ABI = Buffer.alloc(32, 0xab);

export interface TestKey {
  readonly named: NamedKey;
  readonly signer: Signer;
}

export function testKey(name: string): TestKey {
  const key = generateKey();
  return { named: { name, key: publicHalf(key) }, signer: signerOf(key) };
}

/** Whole, not signed. */
export function plainApp(): Uint8Array {
  return makeImage(PAYLOAD, { version: [0, 1, 0], abi: ABI, heapBytes: 65536, stackSlots: 0 });
}

type Entry = readonly [type: number, value: Uint8Array];

/** An image with just these protected TLVs, rightly signed. */
export function signedWith(
  entries: readonly Entry[],
  { signer }: TestKey,
  change: (hashed: Buffer) => void = () => undefined,
): Buffer {
  const area = tlvArea(
    TLV_PROTECTED_MAGIC,
    entries.map(([type, value]) => tlv(type, value)),
  );
  const hashed = Buffer.concat([encodeHeader(PAYLOAD.length, area.length, VERSION), PAYLOAD, area]);
  change(hashed);
  return seal(hashed, [tlv(Tlv.KEYHASH, keyHash(publicKeyOf(signer.publicKey)))], signer);
}

/** The same image with other TLVs behind what is hashed; its digest is right. */
export function withTlvs(image: Uint8Array, change: (entries: Entry[]) => readonly Entry[]): Buffer {
  const { hashed, tlvs } = parseImage(image);
  const entries = change(tlvs.map(({ type, value }) => [type, value]));
  return Buffer.concat([
    hashed,
    tlvArea(
      TLV_MAGIC,
      entries.map(([type, value]) => tlv(type, value)),
    ),
  ]);
}

export function protectedEntries(image: Uint8Array): Entry[] {
  return parseImage(image).protectedTlvs.map(({ type, value }): Entry => [type, value]);
}

/** The codes of the checks that failed. */
export function codesOf({ checks }: Verdict): string[] {
  return checks.flatMap(({ code }) => (code === null ? [] : [code]));
}

export function failures(image: Uint8Array, against: Against): string[] {
  const verdict = verifyImage(image, against);
  const codes = codesOf(verdict);
  if (verdict.ok !== (codes.length === 0)) throw new Error(`ok is ${verdict.ok}, with ${codes.join()}`);
  return codes;
}

export function by(...keys: readonly TestKey[]): Against {
  return { kind: "keys", keys: keys.map(({ named }) => named) };
}
