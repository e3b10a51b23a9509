// SPDX-License-Identifier: Apache-2.0
/** Runs on the board: an appraisal, and the signature check that is in it. */
import { crypto } from "../../devices/psa/crypto.js";
import { appraise } from "../../sdk/attestation/verify.js";
import { decodeHex } from "../../sdk/bytes/hex.js";
import { decodeCbor } from "../../sdk/cbor/decode.js";
import type { CborTag } from "../../sdk/cbor/value.js";
import { sigStructure } from "../../sdk/cose/sign1.js";
import { time } from "./time.js";

const ALG = "DETERMINISTIC_ECDSA_SHA_256";

/** Bytes are hexadecimal. */
export interface AppraisalPlan {
  readonly repeats: number;
  readonly token: string;
  readonly nonce: string;
  readonly publicKey: string;
  readonly implementationId: string;
  readonly references: readonly {
    readonly type: string;
    readonly version: string;
    readonly value: string;
    readonly signerId: string;
  }[];
}

export function run(plan: AppraisalPlan): void {
  const token = decodeHex(plan.token);
  const attributes = { type: "ECC_PUBLIC_KEY_SECP_R1", bits: 256, usage: ["verifyMessage"], alg: ALG } as const;
  const key = crypto.importKey(attributes, decodeHex(plan.publicKey));
  const [header, , payload, signature] = (decodeCbor(token, { form: "anyOrder" }) as CborTag).value as Uint8Array[];
  const signed = sigStructure(header as Uint8Array, new Uint8Array(0), payload as Uint8Array);
  time("appraisal", "check", plan.repeats, () => crypto.verifyMessage(key, ALG, signed, signature as Uint8Array));
  const components = plan.references.map(({ type, version, value, signerId }) => ({
    ...{ type, version },
    value: decodeHex(value),
    signerId: decodeHex(signerId),
  }));
  const references = { implementationId: decodeHex(plan.implementationId), components };
  const options = { nonce: decodeHex(plan.nonce), devices: () => key, references };
  time("appraisal", "appraise", plan.repeats, () => {
    if (appraise(crypto, token, options).result !== "accepted") throw new Error("the token was refused");
  });
}
