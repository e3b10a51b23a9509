// SPDX-License-Identifier: Apache-2.0
/**
 * The other end of the example: takes datagrams, learns the device's public key from the first, and believes a batch only
 * when the npm package cose-js, which nobody here wrote, finds its signature right. cbor2 reads what is inside.
 */
import { createSocket, type Socket } from "node:dgram";
import { decode, Tag } from "cbor2";
import cose from "cose-js";

export interface Sample {
  /** Unix time, seconds. */
  readonly time: number;
  readonly celsius: number;
}

export interface Batch {
  readonly name: string;
  readonly samples: readonly Sample[];
}

/** The public key, as cose-js wants it, and its name. */
interface VerifyKey {
  readonly x: Buffer;
  readonly y: Buffer;
  readonly kid: Buffer;
}

/** COSE_Key (RFC 9052 §7) and SenML (RFC 8428) labels. */
const KEY_ID = 2;
const KEY_X = -2;
const KEY_Y = -3;
const BASE_NAME = -2;
const BASE_TIME = -3;
const VALUE = 2;
const TIME = 6;
const SIGN1_TAG = 18;
const HEADER_KID = 4;

function readKey(datagram: Uint8Array): VerifyKey {
  const map = decode<Map<number, Uint8Array>>(datagram, { preferMap: true });
  const x = map.get(KEY_X);
  const y = map.get(KEY_Y);
  const kid = map.get(KEY_ID);
  if (x?.length !== 32 || y?.length !== 32 || kid === undefined) {
    throw new Error("the first datagram is no P-256 public key with a name");
  }
  return { x: Buffer.from(x), y: Buffer.from(y), kid: Buffer.from(kid) };
}

/** The signature covers neither the tag nor the unprotected header: both must be what a batch of this key has. */
function checkUnsigned(datagram: Uint8Array, key: VerifyKey): void {
  const message = decode<Tag>(datagram, { preferMap: true });
  const header = message instanceof Tag && message.tag === SIGN1_TAG ? (message.contents as unknown[])[1] : undefined;
  if (!(header instanceof Map) || header.size !== 1) throw new Error("not a COSE_Sign1 with a key's name alone");
  const kid: unknown = header.get(HEADER_KID);
  if (!(kid instanceof Uint8Array) || !key.kid.equals(kid)) throw new Error("a batch of another key");
}

/** @returns the payload. @throws Error - in cose-js's words, in quotes. */
async function verify(datagram: Uint8Array, key: VerifyKey): Promise<Uint8Array> {
  try {
    return await cose.sign.verify(Buffer.from(datagram), { key });
  } catch (error) {
    throw new Error(`cose-js: "${wordsOf(error)}"`);
  }
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function readBatch(payload: Uint8Array): Batch {
  const records = decode<Map<number, unknown>[]>(payload, { preferMap: true });
  const first = records[0];
  const base = Number(first?.get(BASE_TIME));
  const samples = records.map((record) => ({
    time: base + Number(record.get(TIME) ?? 0),
    celsius: Number(record.get(VALUE)),
  }));
  return { name: String(first?.get(BASE_NAME)), samples };
}

/** Receives one device's run. */
export class Receiver {
  readonly batches: Batch[] = [];
  /** Why datagrams were refused, in order. */
  readonly refusals: string[] = [];
  /** The last batch that was believed, as it came. */
  lastMessage: Uint8Array | undefined;
  readonly #socket: Socket = createSocket("udp4");
  #key: VerifyKey | undefined;
  #onBatch: (count: number) => void = () => {};
  #work: Promise<void> = Promise.resolve();

  /** Binds a free port of this machine. @returns the port. */
  async open(address: string, onBatch: (count: number) => void): Promise<number> {
    this.#onBatch = onBatch;
    this.#socket.on("message", (datagram) => {
      // One after another: the key comes before the batches.
      this.#work = this.#work.then(() => this.take(datagram));
    });
    await new Promise<void>((resolve, reject) => {
      this.#socket.once("error", reject);
      this.#socket.bind(0, address, resolve);
    });
    return this.#socket.address().port;
  }

  /** Takes one datagram: believed and kept, or refused with a reason. */
  async take(datagram: Uint8Array): Promise<void> {
    try {
      if (this.#key === undefined) {
        this.#key = readKey(datagram);
        return;
      }
      checkUnsigned(datagram, this.#key);
      this.batches.push(readBatch(await verify(datagram, this.#key)));
      this.lastMessage = datagram;
      this.#onBatch(this.batches.length);
    } catch (error) {
      this.refusals.push(wordsOf(error));
    }
  }

  get samples(): Sample[] {
    return this.batches.flatMap((batch) => batch.samples);
  }

  /** Waits until all that has arrived is checked, then lets go of the port. */
  async close(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 50));
    await this.#work;
    await new Promise<void>((resolve) => this.#socket.close(() => resolve()));
  }
}
