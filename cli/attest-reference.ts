// SPDX-License-Identifier: Apache-2.0
/** `thimble attest reference`: what devices may run, as a CoRIM that a verifier believes. */
import { createHash } from "node:crypto";
import { resolve } from "node:path";
import { createNodeCrypto } from "../devices/node/crypto.js";
import type { Board } from "../host-sim/engine/paths.js";
import { pointOf } from "../host-sim/keys/public-key.js";
import type { StoredKey } from "../host-sim/keys/stored-key.js";
import { ownerKeyOf } from "../host-sim/provision/owner.js";
import { writeWhole } from "../host-sim/whole-file.js";
import type { Validity } from "../sdk/attestation/corim.js";
import { createCorim } from "../sdk/attestation/corim-create.js";
import type { DeviceKey } from "../sdk/attestation/corim-psa.js";
import type { VerifiedCorim } from "../sdk/attestation/corim-signed.js";
import { printable } from "../sdk/attestation/printable.js";
import type { ReferenceComponent, ReferenceValues } from "../sdk/attestation/reference-values.js";
import { encodeHex } from "../sdk/bytes/hex.js";
import { type CorimSigner, readCorim, requireReadable } from "./attest-corim.js";
import { describeSecond } from "./attest-dates.js";
import { readDeviceKeys } from "./attest-known.js";
import {
  imageIn,
  implementationIdOf,
  type Measured,
  measureBoot,
  measureFile,
  measureFirmware,
} from "./attest-measured.js";
import { shortest, showWarnings } from "./build.js";
import { readyEngine } from "./engines.js";
import { CommandError } from "./errors.js";
import { ending, openStore, printResult, type SecretArguments } from "./keys-store.js";
import { Passphrases } from "./passphrases.js";
import { Progress } from "./progress.js";
import { groupDigits } from "./terminal.js";
import { findVerifier } from "./verifier-key.js";

export interface ReferenceArguments extends SecretArguments {
  readonly board: Board;
  readonly debug: boolean;
  readonly key?: string;
  readonly add: readonly string[];
  readonly devices?: string;
  readonly from?: number;
  readonly until?: number;
  readonly output: string;
}

const NO_TIME = Object.freeze({ earliest: () => undefined, latest: () => undefined });

async function measure(paths: readonly string[], options: ReferenceArguments): Promise<Measured[]> {
  const { board, debug } = options;
  const variant = debug ? "debug" : "release";
  const images = paths.map((path) => measureFile(imageIn(path, board, debug)));
  const progress = new Progress();
  try {
    await readyEngine(board, variant, progress);
  } finally {
    progress.done();
  }
  const firmware = images.some(({ type }) => type === "firmware") ? [] : [measureFirmware(board, variant)];
  return [measureBoot(board, variant), ...firmware, ...images];
}

/** What a device with keys would never run. */
function warningsOf(measured: readonly Measured[]): string[] {
  const unsigned = measured.filter(({ type, signerId }) => type !== "boot" && signerId.every((byte) => byte === 0));
  if (unsigned.length === 0) return [];
  const names = unsigned.map(({ type, file }) => `the ${type} ${shortest(resolve(file))}`).join(", ");
  return [`nobody has signed ${names}: a device with root keys runs a signed one, which has another digest`];
}

/** What one device or another may run, each release once. */
class Known {
  readonly #values: { readonly implementationId: Uint8Array; readonly components: ReferenceComponent[] }[] = [];
  readonly #keys = new Map<string, DeviceKey>();

  add({ implementationId, components }: ReferenceValues): void {
    const id = encodeHex(implementationId);
    let values = this.#values.find((one) => encodeHex(one.implementationId) === id);
    if (values === undefined) {
      values = { implementationId, components: [] };
      this.#values.push(values);
    }
    const known = new Set(values.components.map(nameOf));
    values.components.push(...components.filter((one) => !known.has(nameOf(one))));
  }

  addKeys(keys: readonly DeviceKey[]): void {
    for (const key of keys) this.#keys.set(encodeHex(key.instanceId), key);
  }

  get values(): readonly ReferenceValues[] {
    return this.#values;
  }

  get keys(): readonly DeviceKey[] {
    return [...this.#keys.values()];
  }
}

/** All that it says. */
function nameOf({ type, version, value, signerId }: ReferenceComponent): string {
  return JSON.stringify([type ?? null, version ?? null, encodeHex(value), encodeHex(signerId ?? new Uint8Array(0))]);
}

/** The same content has the same id. */
function idOf({ values, keys }: Known, validity: Validity | undefined): string {
  const releases = values.map(({ implementationId, components }) => [
    encodeHex(implementationId),
    components.map(nameOf),
  ]);
  const content = JSON.stringify([releases, keys.map(({ instanceId }) => encodeHex(instanceId)), validity ?? null]);
  return `thimble/${createHash("sha256").update(content).digest("hex").slice(0, 32)}`;
}

/** @throws CommandError ATTEST_DATES - from without until, or the wrong way round. */
function validityOf({ from, until }: ReferenceArguments): Validity | undefined {
  const fail = (message: string): never => {
    throw new CommandError(message, "--until says how long it holds, --from from when on.", { code: "ATTEST_DATES" });
  };
  if (until === undefined) return from === undefined ? undefined : fail("--from needs --until: CoRIM has no open end");
  if (from !== undefined && from > until) return fail("--until is before --from");
  return { notBefore: from, notAfter: until };
}

function earlier(files: readonly string[], signer: StoredKey): VerifiedCorim[] {
  const crypto = createNodeCrypto();
  const by: CorimSigner = { name: signer.name, publicKey: pointOf(signer.key) };
  // What has expired may go on in a new one: that is what --add is for.
  return files.map((file) => readCorim(crypto, by, file, { time: NO_TIME, whenTimeUnknown: "accept" }));
}

/** Of the board, as what they run is. */
async function endorse({ devices, board }: ReferenceArguments): Promise<readonly DeviceKey[]> {
  if (devices === undefined) return [];
  const implementationId = implementationIdOf(board);
  return (await readDeviceKeys(createNodeCrypto(), devices)).map((device) => ({ ...device, implementationId }));
}

function describe({ type, version, value, signerId }: ReferenceComponent): string {
  const isSigned = signerId?.some((byte) => byte !== 0) ?? false;
  const signer = isSigned ? `signed by ${encodeHex(signerId as Uint8Array).slice(0, 16)}...` : "not signed";
  const [name, which] = [type, version].map((text) => (text === undefined ? "-" : printable(text)));
  return `  ${(name as string).padEnd(8)}  ${(which as string).padEnd(12)}  ${encodeHex(value).slice(0, 16)}...  ${signer}`;
}

function describeKeys(count: number): string {
  return `has the keys of ${groupDigits(count)} device${count === 1 ? "" : "s"}`;
}

function factsOf({ type, version, value, signerId }: ReferenceComponent): Record<string, unknown> {
  const signer = signerId === undefined ? null : encodeHex(signerId);
  return { type: type ?? null, version: version ?? null, digest: encodeHex(value), signerId: signer };
}

/** @returns the exit status. */
export function makeReference(paths: readonly string[], options: ReferenceArguments): Promise<number> {
  return ending(options.json, async () => {
    const validity = validityOf(options);
    const store = openStore(options);
    const key = findVerifier(store, options.key);
    const measured = await measure(paths, options);
    const known = new Known();
    known.add({ implementationId: implementationIdOf(options.board), components: measured });
    for (const { referenceValues, deviceKeys } of earlier(options.add, key)) {
      for (const values of referenceValues) known.add(values);
      known.addKeys(deviceKeys);
    }
    known.addKeys(await endorse(options));
    const signer = ownerKeyOf(await new Passphrases(options.passphraseFile).signer(store, key));
    const id = idOf(known, validity);
    const corim = createCorim(signer.crypto, signer.key, {
      ...{ id, signer: key.name, referenceValues: known.values, deviceKeys: known.keys, kid: key.hash },
      ...(validity === undefined ? {} : { validity }),
    });
    requireReadable(options.output, corim);
    writeWhole(resolve(options.output), corim);
    const warnings = warningsOf(measured);
    if (!options.json) showWarnings(warnings);
    const dates = validity && {
      from: validity.notBefore === undefined ? null : describeSecond(validity.notBefore),
      until: describeSecond(validity.notAfter),
    };
    const facts = {
      file: options.output,
      size: corim.length,
      id,
      key: key.name,
      validity: dates ?? null,
      implementations: known.values.map(({ implementationId, components }) => ({
        implementationId: encodeHex(implementationId),
        components: components.map(factsOf),
      })),
      deviceKeys: known.keys.length,
      warnings,
    };
    const from = dates?.from === undefined || dates.from === null ? "" : `from ${dates.from} `;
    const until = dates === undefined ? "good for ever" : `good ${from}until ${dates.until}`;
    const lines = [
      `wrote ${options.output}: ${groupDigits(corim.length)} bytes, signed by ${key.name}, ${until}`,
      ...known.values.flatMap(({ implementationId, components }) => [
        `devices ${printable(Buffer.from(implementationId).toString("latin1").replace(/\0+$/, ""))} may run`,
        ...components.map(describe),
      ]),
      ...(known.keys.length === 0 ? [] : [describeKeys(known.keys.length)]),
    ];
    return printResult(options.json, facts, lines);
  });
}
