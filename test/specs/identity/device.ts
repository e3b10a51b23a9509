// SPDX-License-Identifier: Apache-2.0
/** For specs of sdk/identity: a device whose calls are noted, an owner with a key, a flash that is a Map. */
import type { Crypto, KeyId } from "../../../sdk/contracts/crypto.js";
import type { BootRecord, DeviceLifecycle, IdentityKey, LifecycleStatus } from "../../../sdk/contracts/lifecycle.js";
import { encodeSubjectPublicKeyInfo } from "../../../sdk/crypto/der.js";
import type { CredentialStorage } from "../../../sdk/identity/device-credentials.js";

const ALG = "DETERMINISTIC_ECDSA_SHA_256";
export const DEVICE_ID = Uint8Array.from({ length: 16 }, (_, i) => i);
export const NO_TIME = Object.freeze({ earliest: () => undefined, latest: () => undefined });

/** A P-256 key pair, and its public half in both forms. */
export interface Party {
  readonly key: KeyId;
  readonly publicKey: Uint8Array;
  readonly hash: Uint8Array;
}

export function makeParty(crypto: Crypto): Party {
  const usage = ["signMessage", "verifyMessage"] as const;
  const key = crypto.generateKey({ type: "ECC_KEY_PAIR_SECP_R1", bits: 256, usage, alg: ALG });
  const publicKey = crypto.exportPublicKey(key);
  return { key, publicKey, hash: crypto.hashCompute("SHA_256", encodeSubjectPublicKeyInfo("P-256", publicKey)) };
}

/** As a device's partition for settings. */
export class MapStorage implements CredentialStorage {
  readonly map = new Map<string, Uint8Array>();
  read(key: string): ArrayBuffer | undefined {
    return this.map.get(key)?.slice().buffer as ArrayBuffer | undefined;
  }
  write(key: string, value: Uint8Array): void {
    this.map.set(key, value.slice());
  }
}

/** Notes what is done to it; each challenge is another one. */
export class NotedDevice implements DeviceLifecycle {
  readonly calls: string[] = [];
  readonly keys: Readonly<Record<IdentityKey, Uint8Array>>;
  owner: Uint8Array | undefined;
  deviceId: Uint8Array | undefined = DEVICE_ID;
  /** What the next change throws. */
  failure: Error | undefined;

  constructor(keys: Readonly<Record<IdentityKey, Uint8Array>>) {
    this.keys = keys;
  }
  bootRecord(): BootRecord {
    const component = { version: "1.2.3+4", counter: 5, slot: 1, digest: new Uint8Array(32).fill(6) };
    const firmware = { ...component, signer: undefined };
    const app = { ...component, signer: new Uint8Array(32).fill(7) };
    const flags = { isTrial: true, isReverted: false, trustVersion: 8, wipeEpoch: 9 };
    return { lifecycle: "debug", start: "service", ...flags, firmware, app, deviceId: this.deviceId };
  }
  status(): LifecycleStatus {
    const owners = this.owner === undefined ? 0 : 1;
    const counters = { leastFirmwareCounter: 3, leastAppCounter: 64 };
    return { lifecycle: "provisioning", hasSecret: true, hasRoots: false, owners, owner: this.owner, ...counters };
  }
  #note(...words: readonly unknown[]): void {
    if (this.failure !== undefined) throw this.failure;
    this.calls.push(words.map((word) => (word instanceof Uint8Array ? `${word.length}:${word[0]}` : word)).join(" "));
  }
  makeSecret(): void {
    this.#note("makeSecret");
  }
  setRoots(first: Uint8Array, second: Uint8Array): void {
    this.#note("setRoots", first, second);
  }
  setOwner(hash: Uint8Array): void {
    this.#note("setOwner", hash);
  }
  secure(): void {
    this.#note("secure");
  }
  installTrust(record: Uint8Array): void {
    this.#note("installTrust", record);
  }
  challenge(): Uint8Array {
    this.#note("challenge");
    return new Uint8Array(16).fill(this.calls.length);
  }
  order(...parts: Parameters<DeviceLifecycle["order"]>): void {
    this.#note("order", ...parts);
  }
  confirm(): void {
    this.#note("confirm");
  }
  identityKey(): KeyId {
    throw new Error("not asked for here");
  }
  identityPublicKey(which: IdentityKey): Uint8Array {
    return this.keys[which];
  }
  restart(): never {
    throw new Error("the service leaves that to whoever sends the answer");
  }
}
