// SPDX-License-Identifier: Apache-2.0
/**
 * Images of MCUboot's imgtool. They do not say a class, a counter or an ABI, so a device runs none of them: those that are
 * signed with P-256 are refused for that alone, which is looked at after the signature has been verified.
 */
import { createPublicKey } from "node:crypto";
import type { Vectors } from "../harness/vectors.js";
import { type Case, NO_POLICY, type Policy } from "./cases.js";
import { CLASS, ROLE, sha256 } from "./maker.js";

interface Described {
  readonly name: string;
  readonly file: string;
  readonly key: string | null;
  readonly expect: "valid" | "invalid";
}

/** What is signed otherwise, or not at all, is refused before. */
const REFUSED: Readonly<Record<string, string>> = Object.freeze({
  "hash-only": "IMAGE_E_UNSIGNED",
  "ed25519-confirmed": "IMAGE_E_TLV",
  "ed25519-fullkey": "IMAGE_E_TLV",
  "ed25519-enc-x25519": "IMAGE_E_HEADER",
  "ed25519-enc-x25519-aes256": "IMAGE_E_HEADER",
  "neg-ed25519-imgsize": "IMAGE_E_SIZE",
  "neg-ed25519-truncated": "IMAGE_E_TLV",
  "neg-p256-tlvmagic": "IMAGE_E_TLV",
  "neg-p256-nosig": "IMAGE_E_UNSIGNED",
});

function spkiOf(pem: Uint8Array): Buffer {
  return createPublicKey(Buffer.from(pem)).export({ type: "spki", format: "der" });
}

export function mcubootCases(vectors: Vectors): readonly Case[] {
  const { cases } = vectors.json("cases.json") as { cases: readonly Described[] };
  const spki = spkiOf(vectors.bytes("keys/root-ec-p256.pem"));
  const apps: Policy = {
    ...NO_POLICY,
    imageClass: CLASS.APP,
    keys: [[ROLE.IMAGE, spki.subarray(27)]],
    abi: Buffer.alloc(32),
  };
  const records: Policy = { ...NO_POLICY, imageClass: CLASS.TRUST, roots: [{ hash: sha256(spki), isValid: true }] };
  const all = cases.map(({ name, file }): Case => {
    const isP256 = /^p256/.test(name);
    // the whole key, as only a trust record has it here
    const policy = name === "p256-fullkey" ? records : apps;
    const expected = isP256 ? "IMAGE_E_TLV_MISSING" : (REFUSED[name] ?? "IMAGE_E_TLV_UNKNOWN");
    return { name: `imgtool: ${name}`, kind: "image", bytes: vectors.bytes(file), expected, policy };
  });
  const signed = all.filter(({ expected }) => expected === "IMAGE_E_TLV_MISSING");
  const damaged = signed.flatMap((one): Case[] => {
    const payload = Buffer.from(one.bytes);
    payload.writeUInt8(payload.readUInt8(100) ^ 1, 100);
    const signature = Buffer.from(one.bytes);
    signature.writeUInt8(signature.readUInt8(signature.length - 1) ^ 1, signature.length - 1);
    return [
      { ...one, name: `${one.name}, a bit of the payload flipped`, bytes: payload, expected: "IMAGE_E_DIGEST" },
      { ...one, name: `${one.name}, a bit of the signature flipped`, bytes: signature, expected: "IMAGE_E_SIGNATURE" },
    ];
  });
  return [...all, ...damaged];
}
