// SPDX-License-Identifier: Apache-2.0
/** `thimble attest serve`: the verifier's service, with what it knows, and a line for each round. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createNodeCrypto } from "../devices/node/crypto.js";
import { packageRoot } from "../host-sim/engine/paths.js";
import { KeyError } from "../host-sim/keys/error.js";
import type { KeyStore } from "../host-sim/keys/store.js";
import type { StoredKey } from "../host-sim/keys/stored-key.js";
import type { LifecycleName } from "../sdk/attestation/appraisal-options.js";
import { printable } from "../sdk/attestation/printable.js";
import type { PsaProfile } from "../sdk/attestation/psa-claims.js";
import { appraise } from "../sdk/attestation/verify.js";
import { encodeHex } from "../sdk/bytes/hex.js";
import type { KeyId } from "../sdk/contracts/crypto.js";
import { appraisalJson } from "../verifier/answer.js";
import { DEFAULT_LIMITS } from "../verifier/limits.js";
import { resultKey } from "../verifier/result-key.js";
import { VerifierService } from "../verifier/service.js";
import type { Appraise, SessionRecord } from "../verifier/verify-round.js";
import { Endorsed } from "./attest-endorsed.js";
import { readDevices, readOwners } from "./attest-known.js";
import { CommandError } from "./errors.js";
import { ExitStatus } from "./exit-status.js";
import { Interrupt } from "./interrupt.js";
import { ending, openStore, type SecretArguments } from "./keys-store.js";
import { Passphrases } from "./passphrases.js";
import { findKey } from "./read-image.js";
import { colorsFor, say } from "./terminal.js";
import { findVerifier } from "./verifier-key.js";

export interface ServeArguments extends SecretArguments {
  readonly state: string;
  readonly reference: readonly string[];
  readonly referenceKey?: string;
  readonly devices?: string;
  readonly owner: readonly string[];
  readonly key?: string;
  readonly claimsProfile: readonly PsaProfile[];
  readonly allow: readonly LifecycleName[];
  readonly address: string;
  readonly port: number;
  readonly sessionTime: number;
  readonly resultTime: number;
  readonly maxSessions: number;
  readonly maxClientSessions: number;
  readonly rate: number;
}

const ID_SHOWN = 16;
const RFC_PROFILE = "tag:psacertified.org,2023:psa#tfm";

/** @throws KeyError - in a token: each result would wait for it. */
function requireFile({ name, token }: StoredKey): void {
  if (token === undefined) return;
  const advice = "Make a key for the service in the key store: it signs many results a second, and can be replaced.";
  throw new KeyError("KEY_PUBLIC_ONLY", `the private half of ${name} is in a token`, advice);
}

interface Known {
  readonly appraise: Appraise;
  readonly counts: { readonly devices: number; readonly owners: number; readonly implementations: number };
}

async function learn(
  options: ServeArguments,
  store: KeyStore,
  verifier: StoredKey,
  passphrases: Passphrases,
): Promise<Known> {
  const crypto = createNodeCrypto();
  const signer =
    options.referenceKey === undefined ? verifier : await findKey(store, options.referenceKey, passphrases);
  const endorsed = new Endorsed(crypto, signer, options.reference);
  const devices = options.devices === undefined ? new Map<string, KeyId>() : await readDevices(crypto, options.devices);
  const owners = await readOwners(crypto, store, options.owner, passphrases);
  if (devices.size + endorsed.deviceCount + owners.length === 0) {
    throw new CommandError(
      "this verifier would know no device",
      "Name them: --devices, --owner, or keys in --reference.",
      {
        code: "ATTEST_KNOWN",
      },
    );
  }
  const seconds = () => Math.floor(Date.now() / 1000);
  const fixed = {
    owners,
    devices: (instanceId: Uint8Array) => devices.get(encodeHex(instanceId)) ?? endorsed.device(instanceId, seconds()),
    endorsements: (publicKey: Uint8Array) => endorsed.endorsements(publicKey, seconds()),
    time: { earliest: seconds, latest: seconds },
    policy: {
      profiles: [RFC_PROFILE, ...options.claimsProfile],
      lifecycles: ["secured", ...options.allow],
    },
  } as const;
  return {
    appraise: (evidence, nonce) =>
      appraise(crypto, evidence, { ...fixed, nonce, references: endorsed.references(seconds()) }),
    counts: {
      devices: devices.size + endorsed.deviceCount,
      owners: owners.length,
      implementations: endorsed.references(seconds()).length,
    },
  };
}

/** A round, for people. What a stranger wrote is printable, and short. */
function lineOf({ session, outcome }: SessionRecord & { readonly state: "complete" }): string {
  const colors = colorsFor(process.stdout);
  const { appraisal } = outcome;
  const time = new Date(1000 * outcome.issuedAt).toISOString().slice(11, 19);
  const from = colors.dim(`from ${session.client}`);
  if (appraisal.result === "refused") {
    const { step, code, text } = appraisal.reason;
    return `${time}  ${colors.red("refused ")}  ${step}: ${code}: ${text}  ${from}`;
  }
  const { instanceId, components } = appraisal.claims;
  const runs = components.map(({ type = "?", version = "?" }) => `${printable(type)} ${printable(version)}`).join(", ");
  return `${time}  ${colors.green("accepted")}  ${encodeHex(instanceId).slice(0, ID_SHOWN)}...  ${runs}  ${from}`;
}

/** What scripts read: one object a line, also of the start and the end. */
class Log {
  readonly #json: boolean;
  #isLost = false;

  /** Whoever reads it may go away, and a disk may fill up: the service goes on. */
  constructor(json: boolean) {
    this.#json = json;
    process.stdout.on("error", ({ message }) => {
      if (!this.#isLost) say(`fault the log is lost from here on, the service goes on: ${message}`);
      this.#isLost = true;
    });
  }

  write(event: string, facts: Record<string, unknown>, line: string): void {
    if (this.#isLost) return;
    const object = { event, time: new Date().toISOString(), ...facts };
    process.stdout.write(`${this.#json ? JSON.stringify(object) : line}\n`);
  }

  fault(error: unknown): void {
    const { message, cause } = error as Error;
    say(`fault ${message}${cause instanceof Error ? `: ${cause.message}` : ""}`);
  }
}

/** @returns the exit status, when somebody has ended it. */
export function attestServe(options: ServeArguments): Promise<number> {
  return ending(options.json, async () => {
    const store = openStore(options);
    const verifier = findVerifier(store, options.key);
    requireFile(verifier);
    const passphrases = new Passphrases(options.passphraseFile);
    const { appraise: look, counts } = await learn(options, store, verifier, passphrases);
    const key = resultKey(await passphrases.unlock(store, verifier));
    const log = new Log(options.json);
    const { version } = JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8")) as { version: string };
    const interrupt = new Interrupt();
    const service = await VerifierService.start({
      state: options.state,
      address: options.address,
      port: options.port,
      appraise: look,
      key,
      verifier: { developer: "thimble", build: `thimble ${version}` },
      limits: {
        ...DEFAULT_LIMITS,
        sessions: options.maxSessions,
        clientSessions: options.maxClientSessions,
        sessionSeconds: options.sessionTime,
        resultSeconds: options.resultTime,
        rate: options.rate,
      },
      onRound: (session, record) => {
        const { session: opened, outcome } = record;
        log.write("round", { session, client: opened.client, ...appraisalJson(outcome) }, lineOf(record));
      },
      onFault: (error) => log.fault(error),
    });
    const { address, port, family } = service.address;
    const url = `http://${family === "IPv6" ? `[${address}]` : address}:${port}`;
    const facts = { url, address, port, openSessions: service.openSessions, key: verifier.name, ...counts };
    log.write("listening", facts, `verifier at ${url}, results signed by ${verifier.name}`);
    if (!options.json) process.stdout.write(`${describeKnown(counts, service.openSessions)}\n`);
    await stopped(interrupt);
    await service.stop();
    log.write(
      "stopped",
      { openSessions: service.openSessions },
      `stopped; ${count(service.openSessions, "session")} open`,
    );
    interrupt.close();
    return interrupt.status ?? ExitStatus.ok;
  });
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}

function describeKnown({ devices, owners, implementations }: Known["counts"], open: number): string {
  const knows = `${count(devices, "device")}, ${count(owners, "owner")} and the software of ${count(implementations, "implementation")}`;
  return `knows ${knows}. When these change, start it anew. ${count(open, "session")} open`;
}

function stopped({ signal }: Interrupt): Promise<void> {
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
