// SPDX-License-Identifier: Apache-2.0
/** The service that bench/verifier.ts asks: `node verifier-child.js FOLDER KEY`, KEY the device's public key in hexadecimal. Says its port. */
import { generateKeyPairSync } from "node:crypto";
import { createNodeCrypto } from "../devices/node/crypto.js";
import { appraise } from "../sdk/attestation/verify.js";
import { decodeHex } from "../sdk/bytes/hex.js";
import { resultKey } from "../verifier/result-key.js";
import { VerifierService } from "../verifier/service.js";
import { BENCH_REFERENCES } from "./verifier-token.js";

const [state = "", point = ""] = process.argv.slice(2);
const crypto = createNodeCrypto();
const attributes = {
  type: "ECC_PUBLIC_KEY_SECP_R1",
  bits: 256,
  usage: ["verifyMessage"],
  alg: "DETERMINISTIC_ECDSA_SHA_256",
} as const;
const device = crypto.importKey(attributes, decodeHex(point));
const service = await VerifierService.start({
  state,
  address: "127.0.0.1",
  port: 0,
  appraise: (evidence, nonce) =>
    appraise(crypto, evidence, { nonce, devices: () => device, references: BENCH_REFERENCES }),
  key: resultKey(generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey),
  verifier: { developer: "thimble", build: "bench" },
  limits: { rate: 1_000_000 },
});
process.stdout.write(`${service.address.port}\n`);
process.once("SIGTERM", () => void service.stop());
