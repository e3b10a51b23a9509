// SPDX-License-Identifier: Apache-2.0
/** A device for specs of the sealed log: a flash in memory, a counter, the machine's crypto, and power that can be cut. */
import { decodeUtf8, encodeUtf8 } from "../../../sdk/bytes/utf8.js";
import type { Freshness } from "../../../sdk/contracts/counter.js";
import type { KeyId } from "../../../sdk/contracts/crypto.js";
import type { Change, EntryLog } from "../../../sdk/storage/entries.js";
import type { LogOptions } from "../../../sdk/storage/log-parts.js";
import { mountLog, type SealedLog } from "../../../sdk/storage/sealed-log.js";
import { crypto } from "../../harness/machine.js";
import { CounterModel } from "../../storage/counter-model.js";
import { FlashModel, type FlashShape } from "../../storage/flash-model.js";
import { Power } from "../../storage/power.js";

export const SMALL: FlashShape = Object.freeze({ blockLength: 512, blocks: 16, writeAlign: 16, eraseValue: 0xff });

export function put(name: string, value: Uint8Array | string, domain = 1, format = 2): Change {
  return { domain, name: encodeUtf8(name), format, value: typeof value === "string" ? encodeUtf8(value) : value };
}

export function remove(name: string, domain = 1): Change {
  return { domain, name: encodeUtf8(name), format: 0, value: undefined };
}

export function bytesOf(log: EntryLog, name: string, domain = 1): Uint8Array | undefined {
  const bytes = encodeUtf8(name);
  const found = log.find(domain, bytes);
  return found && new Uint8Array(found.bytes(0, found.length));
}

export function textOf(log: EntryLog, name: string, domain = 1): string | undefined {
  const value = bytesOf(log, name, domain);
  return value && decodeUtf8(value);
}

/** All entries of a domain, "name=text", in order of name. */
export function texts(log: EntryLog, domain = 1): string {
  const names = log.names(domain).map((name) => decodeUtf8(name));
  return names
    .sort()
    .map((name) => `${name}=${textOf(log, name, domain)}`)
    .join(" ");
}

/** Bytes that a spec can tell from others. */
export function pattern(length: number, seed = 1): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i++) bytes[i] = (i * 7 + seed * 31 + (i >> 8)) & 255;
  return bytes;
}

export class LogDevice {
  readonly power = new Power();
  readonly flash: FlashModel;
  readonly counter = new CounterModel(this.power);
  every = 1;
  wipeEpoch = 0;
  /** Of the sealing key: each byte. */
  secret = 7;
  #log: SealedLog | undefined;
  #key: KeyId | undefined;

  constructor(shape: FlashShape = SMALL) {
    this.flash = new FlashModel(shape, this.power);
  }

  get freshness(): Freshness | undefined {
    return this.every === 0
      ? undefined
      : { counter: this.counter.open(), every: this.every, wipeEpoch: this.wipeEpoch };
  }

  /** Power is back, or off and on; what the log of before had is destroyed. */
  options(): LogOptions {
    this.end();
    this.power.restart();
    this.#key = crypto.importKey(
      { type: "DERIVE", bits: 256, usage: ["derive"], alg: "HKDF_EXPAND_SHA_256" },
      new Uint8Array(32).fill(this.secret),
    );
    return { flash: this.flash.open(), crypto, key: this.#key, name: "storage", freshness: this.freshness };
  }

  mount(more: Partial<LogOptions> = {}): SealedLog {
    return this.keep(mountLog({ ...this.options(), ...more }));
  }

  /** A log that was made otherwise; it is closed with the device. */
  keep(log: SealedLog): SealedLog {
    this.#log = log;
    return log;
  }

  end(): void {
    this.#log?.close();
    this.#log = undefined;
    if (this.#key !== undefined) crypto.destroyKey(this.#key);
    this.#key = undefined;
  }
}
