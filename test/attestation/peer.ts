// SPDX-License-Identifier: Apache-2.0
/**
 * An app that attests to another device, and appraises it by a list of releases that its maker has signed. It is sent the
 * list, then asks. Messages are CBOR: ["list", CoRIM], ["question", nonce], ["answer", token].
 */
export const PEER_PORT = 40920;

const MAIN = `import storage from "embedded:storage/key-value";
import UDP from "embedded:io/socket/udp";
import config from "mc/config";
import { attest } from "thimble/attestation/attest";
import { verifyCorim } from "thimble/attestation/corim-signed";
import type { ReferenceValues } from "thimble/attestation/reference-values";
import { appraise } from "thimble/attestation/verify";
import { decodeHex, encodeHex } from "thimble/bytes/hex";
import { decodeCbor } from "thimble/cbor/decode";
import { encodeCbor } from "thimble/cbor/encode";
import { attestation } from "thimble/device/attestation";
import { crypto } from "thimble/device/crypto";
import { lifecycle } from "thimble/device/lifecycle";
import { ProtocolError, SecurityError } from "thimble/errors/security-error";
import { DeviceCredentials } from "thimble/identity/device-credentials";

const p256 = (publicKey: Uint8Array) => {
  const alg = "DETERMINISTIC_ECDSA_SHA_256";
  return crypto.importKey({ type: "ECC_PUBLIC_KEY_SECP_R1", bits: 256, usage: ["verifyMessage"], alg }, publicKey);
};
const noTime = { time: { earliest: () => undefined, latest: () => undefined }, whenTimeUnknown: "accept" } as const;
const kept = storage.open({ path: "thimble.identity", format: "buffer" });
const own = new DeviceCredentials({ device: lifecycle, attestation, crypto, storage: kept, ...noTime }).read("attestation");
if (own === undefined) throw new Error("nobody owns me");
const path = [own.encoded];
const owners = [{ name: "ours", key: p256(own.ownerKey) }];
const maker = p256(decodeHex(config.maker));
let references: readonly ReferenceValues[] = [];
let nonce: Uint8Array | undefined;

function judge(token: Uint8Array): string {
  if (nonce === undefined) return "not asked for";
  const said = appraise(crypto, token, { nonce, owners, references, policy: { clientIds: [-1] } });
  nonce = undefined;
  if (said.result === "refused") return \`refused \${said.reason.code}\`;
  const { components, instanceId } = said.claims;
  return \`accepted \${encodeHex(instanceId)} with app \${components.at(-1)?.version}\`;
}

function reply(what: unknown, bytes: Uint8Array): Uint8Array | undefined {
  if (what === "question") return encodeCbor(["answer", attest(attestation, bytes, { path })]);
  if (what === "answer") trace("peer: ", judge(bytes), "\\n");
  if (what !== "list") return undefined;
  references = verifyCorim(crypto, maker, bytes, noTime).referenceValues;
  trace(\`peer: knows \${references.length} boards\\n\`);
  nonce = crypto.generateRandom(32);
  return encodeCbor(["question", nonce]);
}

new UDP({
  port: config.port,
  onReadable() {
    for (let message = this.read(); message !== undefined; message = this.read()) {
      try {
        const [what, bytes] = decodeCbor(new Uint8Array(message)) as [unknown, Uint8Array];
        const answer = reply(what, bytes);
        if (answer !== undefined) this.write(answer, message.address, config.port);
      } catch (error) {
        const code = error instanceof ProtocolError ? error.detail : error instanceof SecurityError ? error.code : error;
        trace(\`peer: \${code}\\n\`);
      }
    }
  },
});
`;

const INCLUDES = [
  ...["$(MODDABLE)/examples/manifest_base.json", "$(MODDABLE)/modules/io/manifest.json"],
  ...["$(MODDABLE)/modules/io/storage/manifest.json", "$(THIMBLE)/manifests/identity.json"],
  "$(THIMBLE)/manifests/attestation.json",
];

/** @param maker - public key of the lists, 0x04‖x‖y. @returns Files by name. */
export function peerApp(maker: Uint8Array): Readonly<Record<string, string>> {
  const manifest = {
    include: INCLUDES,
    creation: { static: 786_432 },
    modules: { "*": "./main" },
    config: { port: PEER_PORT, maker: Buffer.from(maker).toString("hex") },
  };
  return { "main.ts": MAIN, "manifest.json": JSON.stringify(manifest) };
}
