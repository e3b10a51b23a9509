// SPDX-License-Identifier: Apache-2.0
/** For tests of provisioning: a maker's keys, an owner, images, and devices on a bench. The app says what it has. */
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BoardProfile } from "../../host-sim/board/profile.js";
import type { FlashCut } from "../../host-sim/board/start.js";
import { WINDOW_NAME } from "../../host-sim/board/state-folder.js";
import { enginePath } from "../../host-sim/engine/paths.js";
import { type Signer, signImage } from "../../host-sim/image/sign.js";
import { publicKeyOf } from "../../host-sim/keys/public-key.js";
import { generateKey, signerOf } from "../../host-sim/keys/store.js";
import { BenchDevice } from "../../host-sim/provision/bench-device.js";
import type { Certified } from "../../host-sim/provision/certify.js";
import { checkMaterial, type Material, type RawMaterial } from "../../host-sim/provision/material.js";
import { type Ordered, orderDevice } from "../../host-sim/provision/order.js";
import { type OwnerIdentity, ownerIdentity, ownerKeyOf } from "../../host-sim/provision/owner.js";
import { type Provisioned, provisionDevice } from "../../host-sim/provision/provision.js";
import type { OwnerOrder } from "../../sdk/contracts/lifecycle.js";
import { firmwareOf, Keys } from "../boot/signed-device.js";
import { imageOf, type Machine } from "../refusals/boards.js";

const APP = `
import storage from "embedded:storage/key-value";
import { encodeHex } from "thimble/bytes/hex";
import { attestation } from "thimble/device/attestation";
import { crypto } from "thimble/device/crypto";
import { lifecycle } from "thimble/device/lifecycle";
import { DeviceCredentials } from "thimble/identity/device-credentials";
const say = (what, action) => {
  try { trace(what, " ", String(action()), "\\n"); }
  catch (error) { trace(what, " ", error.detail ?? error.code ?? error.message, "\\n"); }
};
const time = { earliest: () => undefined, latest: () => undefined };
const kept = storage.open({ path: "thimble.identity", format: "buffer" });
const credentials = new DeviceCredentials({ device: lifecycle, attestation, crypto, storage: kept, time, whenTimeUnknown: "accept" });
say("lifecycle", () => lifecycle.status().lifecycle);
for (const use of ["signing", "agreement", "attestation"]) {
  say(use, () => encodeHex(use === "attestation" ? attestation.publicKey() : lifecycle.identityPublicKey(use)));
  say(use + " of", () => credentials.read(use).issuer);
}
`;

/** Somebody who can own devices. */
export interface Owner {
  readonly identity: OwnerIdentity;
  readonly signer: Signer;
}

export function makeOwner(name: string): Owner {
  const signer = signerOf(generateKey());
  return { identity: ownerIdentity(name, signer.publicKey), signer };
}

/** What a maker has, for one board. */
export class Maker {
  readonly machine: Machine;
  readonly keys = new Keys();
  readonly owner = makeOwner("owner-1");

  constructor(machine: Machine) {
    this.machine = machine;
  }

  /** @param app - its JavaScript. */
  async raw(app = APP): Promise<RawMaterial> {
    const { image, roots } = this.keys;
    const [first, second] = roots.map(({ publicKey }, i) => ({ name: `root-${i + 1}`, key: publicKeyOf(publicKey) }));
    if (first === undefined || second === undefined) throw new Error("two roots");
    return {
      firmware: { name: "firmware.img", bytes: signImage(firmwareOf(this.machine), { class: "firmware" }, image) },
      app: { name: "app.img", bytes: signImage(await imageOf(app), { class: "app" }, image) },
      trust: { name: "trust.img", bytes: this.keys.record() },
      roots: [first, second],
      owner: this.owner.identity,
      known: [{ name: "image-1", key: publicKeyOf(image.publicKey) }],
    };
  }

  async material(app?: string): Promise<Material> {
    return checkMaterial(await this.raw(app));
  }
}

/** A device of a maker, off. */
export class Bench {
  readonly folder = mkdtempSync(join(tmpdir(), "thimble-provision-"));
  readonly maker: Maker;
  readonly material: Material;
  /** Of a new device. */
  readonly profile: BoardProfile;
  /** What was saved for the owner's servers, at the last time. */
  saved: readonly Certified[] = [];
  steps: string[] = [];
  /** Operations of the last use. */
  operations = 0;

  constructor(maker: Maker, material: Material, profile: BoardProfile = "iak") {
    this.maker = maker;
    this.material = material;
    this.profile = profile;
  }

  async use<T>(
    act: (device: BenchDevice) => Promise<T>,
    cut?: FlashCut,
    onConsole?: (text: string) => void,
  ): Promise<T> {
    const { board, variant } = this.maker.machine;
    const console = onConsole === undefined ? {} : { onConsole };
    const { folder, profile } = this;
    const device = new BenchDevice({ folder, profile, board, program: enginePath(board, variant), ...console });
    if (cut !== undefined) device.cutAt(cut);
    try {
      return await act(device);
    } finally {
      await device.stop();
      this.operations = device.operations;
      await device.close();
    }
  }

  /** @param cut - where its power fails; undefined: nowhere. */
  provision(cut?: FlashCut, material = this.material): Promise<Provisioned> {
    this.steps = [];
    const save = (_id: Uint8Array, certified: readonly Certified[]): void => {
      this.saved = certified;
    };
    const ownerKey = ownerKeyOf(this.maker.owner.signer);
    const onStep = (step: string) => this.steps.push(step);
    return this.use((device) => provisionDevice({ device, material, ownerKey, save, onStep }), cut);
  }

  order(order: OwnerOrder, { by = this.maker.owner, to, cut }: OrderOptions = {}): Promise<Ordered> {
    const request = { order, owner: by.identity, ...(to === undefined ? {} : { newOwner: to.identity }) };
    return this.use((device) => orderDevice(device, request, ownerKeyOf(by.signer)), cut);
  }

  /** What the app says when the device is started without its jumper. */
  async appSays(): Promise<Record<string, string>> {
    let text = "";
    await this.use(
      (device) => device.start(false),
      undefined,
      (more) => {
        text += more;
      },
    );
    return Object.fromEntries([...text.matchAll(/^(\w+(?: of)?) (\S+)$/gm)].map(([, name, value]) => [name, value]));
  }

  /** Another device with the same flash and OTP. */
  copy(): Bench {
    const copy = new Bench(this.maker, this.material, this.profile);
    copyFileSync(join(this.folder, WINDOW_NAME), join(copy.folder, WINDOW_NAME));
    return copy;
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

interface OrderOptions {
  readonly by?: Owner;
  readonly to?: Owner;
  readonly cut?: FlashCut | undefined;
}

/** The code of what an action throws, and of a refusal the device's. */
export async function codeOf(action: () => Promise<unknown>): Promise<string> {
  try {
    await action();
    return "nothing";
  } catch (error) {
    const { code, refusal } = error as { readonly code?: string; readonly refusal?: string };
    if (code === undefined) throw error;
    return refusal === undefined ? code : `${code} ${refusal}`;
  }
}
