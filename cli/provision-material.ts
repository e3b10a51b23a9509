// SPDX-License-Identifier: Apache-2.0
/** What a device is provisioned with: found in the key store and the project, signed where it is not, and checked. */
import { readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { buildApp } from "../host-sim/compiler/app.js";
import { firmwareImagePath } from "../host-sim/engine/paths.js";
import { Tlv } from "../host-sim/image/format.js";
import { parseImage, single } from "../host-sim/image/parse.js";
import { type Signer, signImage } from "../host-sim/image/sign.js";
import type { NamedKey } from "../host-sim/image/signature.js";
import { isListed, readRecord } from "../host-sim/keys/record.js";
import type { KeyRole } from "../host-sim/keys/roles.js";
import type { KeyStore } from "../host-sim/keys/store.js";
import type { StoredKey } from "../host-sim/keys/stored-key.js";
import { ProvisionError } from "../host-sim/provision/error.js";
import { checkMaterial, type Material, type NamedBytes } from "../host-sim/provision/material.js";
import type { OwnerIdentity } from "../host-sim/provision/owner.js";
import type { LifecycleStatus } from "../sdk/contracts/lifecycle.js";
import { readyEngine } from "./engines.js";
import { privateHalfOf, requireInUse, requireRole } from "./keys-store.js";
import type { Passphrases } from "./passphrases.js";
import { Progress } from "./progress.js";
import type { ProvisionArguments } from "./provision-look.js";
import { findKey, readImageFile } from "./read-image.js";

const IMAGE_MAGIC = 0x96f3b83d;

function inUse(store: KeyStore, role: KeyRole): StoredKey[] {
  return store.list().filter((key) => key.role === role && key.revoked === undefined);
}

/** The owner key that is named, or all that there are. @throws ProvisionError PROVISION_KEY; KeyError */
export function ownerCandidates(store: KeyStore, named: string | undefined): readonly StoredKey[] {
  if (named !== undefined) {
    const key = store.find(named);
    requireRole(key, "owner");
    requireInUse(key);
    return [key];
  }
  const found = inUse(store, "owner");
  if (found.length > 0) return found;
  const first = store.list().length === 0 ? `\`${createLine(store, "")}\` makes those of a product, and then ` : "";
  const advice = `${first}\`${createLine(store, "owner")}\` makes one.`;
  throw new ProvisionError("PROVISION_KEY", `there is no owner key in ${store.folder}`, advice);
}

/** The one whose device it is; of a device without an owner the only one. @throws ProvisionError PROVISION_KEY */
export function chooseOwner(candidates: readonly StoredKey[], status: LifecycleStatus | undefined): StoredKey {
  const [only, ...more] = candidates;
  const owner = status?.owner;
  const its = owner === undefined ? undefined : candidates.find(({ hash }) => hash.equals(Buffer.from(owner)));
  const found = its ?? (more.length === 0 ? only : undefined);
  if (found !== undefined) return found;
  const names = candidates.map(({ name }) => name).join(", ");
  const message =
    owner === undefined ? `there are several owner keys: ${names}` : "the device is none of these owners'";
  throw new ProvisionError(
    "PROVISION_KEY",
    `${message}${owner === undefined ? "" : `: ${names}`}`,
    "--owner names one.",
  );
}

/** What somebody types to make a key there. */
function createLine({ folder }: KeyStore, role: KeyRole | ""): string {
  return `thimble keys create ${role}`.trimEnd() + (folder === "keys" ? "" : ` --keys ${folder}`);
}

/** Signs what is not signed; asks for the key's passphrase only then. */
class Signing {
  readonly #store: KeyStore;
  readonly #named: string | undefined;
  readonly #passphrases: Passphrases;
  #signer: Signer | undefined;

  constructor(store: KeyStore, named: string | undefined, passphrases: Passphrases) {
    this.#store = store;
    this.#named = named;
    this.#passphrases = passphrases;
  }

  async signed({ name, bytes }: NamedBytes): Promise<NamedBytes> {
    if (single(parseImage(bytes).tlvs, Tlv.KEYHASH) !== undefined) return { name, bytes };
    this.#signer ??= await this.#passphrases.signer(this.#store, this.#key());
    return { name, bytes: signImage(Buffer.from(bytes), {}, this.#signer) };
  }

  #key(): StoredKey {
    if (this.#named !== undefined) {
      const key = this.#store.find(this.#named);
      requireRole(key, "image");
      requireInUse(key);
      return key;
    }
    const record = readRecord(this.#store);
    const listed = inUse(this.#store, "image").filter((key) => record !== undefined && isListed(record, key));
    const found = listed.find((key) => privateHalfOf(this.#store, key) !== "elsewhere");
    if (found !== undefined) return found;
    const message = `there is no image key in ${this.#store.folder} that the trust record lists`;
    const advice = `\`${createLine(this.#store, "")}\` makes all that a product begins with; or name images that are signed.`;
    throw new ProvisionError("PROVISION_KEY", message, advice);
  }
}

function isImage(path: string): boolean {
  if (statSync(resolve(path), { throwIfNoEntry: false })?.isFile() !== true) return false;
  const start = readFileSync(resolve(path)).subarray(0, 4);
  return start.length === 4 && start.readUInt32LE(0) === IMAGE_MAGIC;
}

async function appOf(path: string, { board }: ProvisionArguments, progress: Progress): Promise<NamedBytes> {
  if (isImage(path)) return { name: path, bytes: readImageFile(path) };
  const app = await buildApp(path, { board, debug: false, progress: progress.update });
  return { name: `app ${app.name}`, bytes: readFileSync(app.image) };
}

function firmwareOf({ firmware, board }: ProvisionArguments): NamedBytes {
  if (firmware !== undefined) return { name: firmware, bytes: readImageFile(firmware) };
  return { name: `firmware for ${board}`, bytes: readFileSync(firmwareImagePath(board, "release")) };
}

async function rootsOf(
  store: KeyStore,
  named: readonly string[] | undefined,
  passphrases: Passphrases,
): Promise<NamedKey[]> {
  if (named === undefined) return inUse(store, "root");
  const roots: NamedKey[] = [];
  for (const name of named) roots.push(await findKey(store, name, passphrases));
  return roots;
}

function trustOf(store: KeyStore, named: string | undefined): NamedBytes {
  if (named !== undefined) return { name: named, bytes: readImageFile(named) };
  const bytes = store.readTrust();
  if (bytes !== undefined) return { name: store.trustPath, bytes };
  const advice = `\`${createLine(store, "")}\` makes keys and a record.`;
  throw new ProvisionError("PROVISION_KEY", `there is no trust record in ${store.folder}`, advice);
}

/** The program of the board's engine; it is built when it is not there. */
export async function readyBoard({ board }: ProvisionArguments): Promise<string> {
  const progress = new Progress();
  try {
    return await readyEngine(board, "release", progress);
  } finally {
    progress.done();
  }
}

/** @throws ProvisionError PROVISION_KEY, PROVISION_IMAGE; KeyError, ImageError, CompileError, Interrupted */
export async function gatherMaterial(
  options: ProvisionArguments,
  store: KeyStore,
  owner: OwnerIdentity,
  passphrases: Passphrases,
): Promise<Material> {
  const progress = new Progress();
  try {
    const trust = trustOf(store, options.trust);
    const roots = await rootsOf(store, options.root, passphrases);
    const signing = new Signing(store, options.imageKey, passphrases);
    const firmware = firmwareOf(options);
    const app = await appOf(options.app ?? ".", options, progress);
    progress.done();
    return checkMaterial({
      firmware: await signing.signed(firmware),
      app: await signing.signed(app),
      trust,
      roots,
      owner,
      known: store.list(),
    });
  } finally {
    progress.done();
  }
}
