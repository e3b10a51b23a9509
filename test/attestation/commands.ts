// SPDX-License-Identifier: Apache-2.0
/** For tests of `thimble attest`: a folder with keys and images, and a device that says what it is told to. */
import { createHash } from "node:crypto";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createNodeCrypto } from "../../devices/node/crypto.js";
import { bootCodePath, firmwareImagePath } from "../../host-sim/engine/paths.js";
import { Tlv } from "../../host-sim/image/format.js";
import { makeImage } from "../../host-sim/image/make.js";
import { parseImage, single } from "../../host-sim/image/parse.js";
import { encodePublicKey, publicKeyOf } from "../../host-sim/keys/public-key.js";
import { createCorim } from "../../sdk/attestation/corim-create.js";
import type { DeviceKey } from "../../sdk/attestation/corim-psa.js";
import { encodeCbor } from "../../sdk/cbor/encode.js";
import type { CborValue } from "../../sdk/cbor/value.js";
import { createSign1 } from "../../sdk/cose/sign1.js";
import { instanceIdOf } from "../../sdk/crypto/instance-id.js";
import { createCredential } from "../../sdk/identity/credential.js";
import { makeFolder, runWell } from "../keys/support.js";

export const NONCE = Buffer.alloc(32, 0x5a);
const ECDSA = "DETERMINISTIC_ECDSA_SHA_256";
const NOBODY = Buffer.alloc(32);

export type Claims = Map<CborValue, CborValue>;

export interface Component {
  readonly type: string;
  readonly version: string;
  readonly digest: Uint8Array;
  readonly signer: Uint8Array;
}

/** What boot would say of an image. */
export function componentOf(type: string, path: string): Component {
  const image = parseImage(readFileSync(path));
  const { major, minor, revision, build } = image.version;
  return {
    type,
    version: `${major}.${minor}.${revision}+${build}`,
    digest: single(image.tlvs, Tlv.SHA256) ?? NOBODY,
    signer: single(image.tlvs, Tlv.KEYHASH) ?? NOBODY,
  };
}

export function bootComponent(): Component {
  const digest = createHash("sha256")
    .update(readFileSync(bootCodePath("host", "release")))
    .digest();
  return { type: "boot", version: "1.0.0+0", digest, signer: NOBODY };
}

/** A device of this name, by its own key. */
export class Device {
  readonly #crypto = createNodeCrypto();
  readonly #key;
  readonly publicKey: Uint8Array;
  readonly instanceId: Uint8Array;

  constructor() {
    const usage = ["signMessage"] as const;
    this.#key = this.#crypto.generateKey({ type: "ECC_KEY_PAIR_SECP_R1", bits: 256, usage, alg: ECDSA });
    this.publicKey = this.#crypto.exportPublicKey(this.#key);
    this.instanceId = instanceIdOf(this.#crypto, this.publicKey);
  }

  get pem(): Buffer {
    return Buffer.from(encodePublicKey(publicKeyOf(this.publicKey), "pem"));
  }

  /** Certifies another device's key, as an owner does. */
  certify(device: Device, issuer: string): Uint8Array {
    const subject = { deviceId: new Uint8Array(16).fill(9), use: "attestation", publicKey: device.publicKey } as const;
    return createCredential(this.#crypto, this.#key, { issuer, ...subject });
  }

  /** A CoRIM that vouches for nothing but this key. */
  endorse(deviceKey: DeviceKey): Uint8Array {
    const content = { id: "devices", signer: "maker", referenceValues: [], deviceKeys: [deviceKey] };
    return createCorim(this.#crypto, this.#key, content);
  }

  token(components: readonly Component[], change: (claims: Claims) => void = () => undefined): Buffer {
    const id = Buffer.alloc(32);
    id.write("thimble-boot-1/host");
    const claims: Claims = new Map<CborValue, CborValue>([
      [10, new Uint8Array(NONCE)],
      [256, this.instanceId],
      [265, "tag:psacertified.org,2023:psa#tfm"],
      [268, new Uint8Array(32).fill(7)],
      [2394, -1],
      [2395, 0x3000],
      [2396, new Uint8Array(id)],
      [
        2399,
        components.map(
          ({ type, version, digest, signer }) =>
            new Map<CborValue, CborValue>([
              [1, type],
              [2, new Uint8Array(digest)],
              [4, version],
              [5, new Uint8Array(signer)],
            ]),
        ),
      ],
    ]);
    change(claims);
    const message = { algorithm: -7, payload: encodeCbor(claims) };
    return Buffer.from(createSign1(this.#crypto, this.#key, message));
  }
}

export interface Place {
  readonly folder: string;
  readonly device: Device;
  readonly components: readonly Component[];
}

/** Keys, a signed firmware and a signed app, their CoRIM, a device that runs them, and its token. */
export async function makePlace(): Promise<Place> {
  const folder = makeFolder();
  for (const role of ["verifier", "image"]) await runWell(folder, `keys create ${role}`);
  const abi = Buffer.alloc(32, 1);
  writeFileSync(
    join(folder, "app.img"),
    makeImage(Buffer.from("an app"), { version: [1, 2, 0], abi, heapBytes: 0, stackSlots: 0 }),
  );
  copyFileSync(firmwareImagePath("host", "release"), join(folder, "firmware.img"));
  await runWell(folder, "sign app.img --key image-1 --version 1.2.0");
  await runWell(folder, "sign firmware.img --key image-1 --version 2.0.1+5");
  await runWell(folder, "attest reference app.signed.img firmware.signed.img");
  const device = new Device();
  const components = [
    bootComponent(),
    componentOf("firmware", join(folder, "firmware.signed.img")),
    componentOf("app", join(folder, "app.signed.img")),
  ];
  writeFileSync(join(folder, "device.pem"), device.pem);
  writeFileSync(join(folder, "token.cbor"), device.token(components));
  return { folder, device, components };
}
