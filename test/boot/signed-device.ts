// SPDX-License-Identifier: Apache-2.0
/** Devices with a signed firmware, app and trust record in their flash, and OTP as provisioning leaves it. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OTP_OFFSET } from "../../host-sim/board/layout.js";
import type { FlashSlot } from "../../host-sim/board/programmer.js";
import { type RunOptions, type RunResult, runBoard } from "../../host-sim/board/run.js";
import { DeviceState } from "../../host-sim/board/window.js";
import { enginePath, firmwareImagePath } from "../../host-sim/engine/paths.js";
import { type Signer, type SignOptions, signImage } from "../../host-sim/image/sign.js";
import { makeTrustRecord } from "../../host-sim/image/trust-record.js";
import { keyHash, publicKeyOf } from "../../host-sim/keys/public-key.js";
import { generateKey, signerOf } from "../../host-sim/keys/store.js";
import { imageOf, type Machine } from "../refusals/boards.js";

/** Offsets in OTP: devices/boot/fuses.h. */
export const Fuse = Object.freeze({
  uds: 0x000,
  roots: 0x020,
  provisioning: 0x060,
  secured: 0x064,
  decommissioned: 0x068,
  udsMade: 0x06c,
  rootsSet: 0x070,
  firmware: 0x080,
  app: 0x088,
  trust: 0x090,
  ownerSet: 0x0a0,
  owner: 0x0b0,
  debug: 0x130,
} as const);

const ONES = new Uint8Array(4).fill(0xff);

/** The keys of a maker and its owner. */
export class Keys {
  readonly roots = [signerOf(generateKey()), signerOf(generateKey())] as const;
  readonly image = signerOf(generateKey());
  readonly manifest = signerOf(generateKey());

  record(version = 1, image: Signer = this.image, root: Signer = this.roots[0]): Buffer {
    const keys = [
      { role: "image", publicKey: image.publicKey } as const,
      { role: "manifest", publicKey: this.manifest.publicKey } as const,
    ];
    return makeTrustRecord(version, keys, root);
  }
}

function rootHash({ publicKey }: Signer): Buffer {
  return keyHash(publicKeyOf(publicKey));
}

export function firmwareOf({ board, variant }: Machine): Uint8Array {
  return readFileSync(firmwareImagePath(board, variant === "debug" ? "debug" : "release"));
}

export class SignedDevice {
  readonly machine: Machine;
  readonly keys: Keys;
  readonly folder = mkdtempSync(join(tmpdir(), "thimble-boot-"));

  constructor(machine: Machine, keys = new Keys()) {
    this.machine = machine;
    this.keys = keys;
  }

  /** As provisioning leaves a device: its secret, both roots, an owner, secured; firmware 0, app 0 and a trust record. */
  async provision(app: string | Uint8Array = `trace("app runs\\n");`): Promise<this> {
    const { keys } = this;
    this.setFuses({
      [Fuse.uds]: new Uint8Array(32).fill(0x5d),
      [Fuse.roots]: Buffer.concat(keys.roots.map(rootHash)),
      [Fuse.owner]: new Uint8Array(32).fill(0x11),
      ...Object.fromEntries(
        [Fuse.provisioning, Fuse.secured, Fuse.udsMade, Fuse.rootsSet, Fuse.ownerSet].map((at) => [at, ONES]),
      ),
    });
    this.write("trust0", keys.record());
    this.write("fw0", this.signedFirmware());
    this.write("app0", await this.signedApp(app));
    return this;
  }

  signedFirmware(options: SignOptions = {}): Buffer {
    return signImage(firmwareOf(this.machine), { class: "firmware", ...options }, this.keys.image);
  }

  /** @param app - its JavaScript, or an image. */
  async signedApp(app: string | Uint8Array, options: SignOptions = {}): Promise<Buffer> {
    const image = typeof app === "string" ? await imageOf(app) : app;
    return signImage(image, { class: "app", ...options }, this.keys.image);
  }

  setFuses(values: Readonly<Record<number, Uint8Array>>): void {
    this.use((state) => {
      for (const [offset, bytes] of Object.entries(values)) state.write(OTP_OFFSET + Number(offset), bytes);
    });
  }

  write(slot: FlashSlot, bytes: Uint8Array): void {
    this.use(({ programmer }) => programmer.write(slot, bytes));
  }

  /** Flips a bit of a slot. @param offset - from its end when negative. */
  flip(slot: FlashSlot, offset: number): void {
    this.use(({ programmer }) => {
      const bytes = Buffer.from(programmer.read(slot) ?? []);
      const at = offset < 0 ? bytes.length + offset : offset;
      bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
      programmer.write(slot, bytes);
    });
  }

  use<T>(act: (state: DeviceState) => T): T {
    const state = new DeviceState(this.folder);
    try {
      return act(state);
    } finally {
      state.close();
    }
  }

  start(options: Partial<RunOptions> = {}): Promise<RunResult> {
    const { board, variant } = this.machine;
    const program = enginePath(board, variant);
    return runBoard({ board, program, clock: "virtual", untilUs: 1e7, stateFolder: this.folder, ...options });
  }

  /** What it says and how it ends: lines of its console, then reason and text. */
  async told(options: Partial<RunOptions> = {}): Promise<string[]> {
    const { console: said, reason, text } = await this.start(options);
    return [...said.split("\n").slice(0, -1), reason === "refused" ? text : reason];
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
