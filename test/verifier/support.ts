// SPDX-License-Identifier: Apache-2.0
/** A verifier that runs in this process, with an appraisal of its own: evidence is good when it is the session's nonce. */
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createNodeCrypto } from "../../devices/node/crypto.js";
import { type AttestationResult, verifyResult } from "../../sdk/attestation/result.js";
import type { KeyId } from "../../sdk/contracts/crypto.js";
import { resultKey } from "../../verifier/result-key.js";
import { type ServiceOptions, VerifierService } from "../../verifier/service.js";
import type { Appraise } from "../../verifier/verify-round.js";
import { accepted, CLAIMS, refused } from "../specs/attestation/result-samples.js";

export const NEW = "/challenge-response/v1/newSession";
export const SESSION = "/challenge-response/v1/session/";

const appraiseDouble: Appraise = (evidence, nonce) => {
  const isGood = Buffer.compare(evidence, nonce) === 0;
  return isGood ? accepted([], { ...CLAIMS, nonce }) : refused("nonce", "another nonce");
};

const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const KEY = resultKey(privateKey);

/** Both clocks of a verifier, moved by hand. */
export class HandClock {
  wall = Date.UTC(2027, 0, 1);
  steady = 0;
  now = () => this.wall;
  monotonic = () => this.steady;
  pass(seconds: number): void {
    this.wall += 1000 * seconds;
    this.steady += 1000 * seconds;
  }
}

/** A folder that is gone after the test. */
export function scratchFolder(cleanUp: (() => unknown)[]): string {
  const folder = mkdtempSync(join(tmpdir(), "thimble-verifier-"));
  cleanUp.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export async function startService(state: string, more: Partial<ServiceOptions> = {}): Promise<VerifierService> {
  const verifier = { developer: "https://thimble.example", build: "test" };
  const base = { address: "127.0.0.1", port: 0, appraise: appraiseDouble, key: KEY, verifier };
  return await VerifierService.start({ ...base, state, limits: { rate: 1e6 }, ...more });
}

export interface Opened {
  readonly path: string;
  readonly nonce: Buffer;
  readonly body: Record<string, unknown>;
}

/** A client of one verifier. */
export class Client {
  readonly origin: string;
  readonly port: number;

  constructor(service: Pick<VerifierService, "address">) {
    this.port = service.address.port;
    this.origin = `http://127.0.0.1:${this.port}`;
  }

  ask(path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(`${this.origin}${path}`, init);
  }

  async open(query = ""): Promise<Opened> {
    const response = await this.ask(`${NEW}${query}`, { method: "POST" });
    const body = (await response.json()) as Record<string, unknown>;
    if (response.status !== 201) throw new Error(`newSession: ${JSON.stringify(body)}`);
    return {
      path: response.headers.get("location") ?? "",
      nonce: Buffer.from(String(body.nonce), "base64"),
      body,
    };
  }

  give(path: string, evidence: Uint8Array, headers: Record<string, string> = {}): Promise<Response> {
    const body = Buffer.from(evidence);
    return this.ask(path, { method: "POST", body, headers: { "content-type": "application/eat+cwt", ...headers } });
  }

  /** @returns "200 complete accepted", "409 SESSION_USED". */
  async outcome(path: string, evidence: Uint8Array): Promise<string> {
    return await outcomeOf(await this.give(path, evidence));
  }

  /** Writes bytes as they are. @returns all that comes back until the other side ends. */
  raw(...parts: readonly (string | Uint8Array)[]): Promise<string> {
    return new Promise((resolve) => {
      const socket = connect(this.port, "127.0.0.1", () => {
        for (const part of parts) socket.write(part);
      });
      collect(socket, resolve);
    });
  }
}

export function collect(socket: Socket, resolve: (text: string) => void): void {
  let text = "";
  socket.on("data", (chunk: Buffer) => {
    text += chunk.toString("latin1");
  });
  socket.on("error", () => undefined);
  socket.on("close", () => resolve(text));
}

export async function outcomeOf(response: Response): Promise<string> {
  const body = (await response.json()) as { code?: string; state?: string; appraisal?: { result: string } };
  return [response.status, body.code ?? body.state, body.appraisal?.result]
    .filter((part) => part !== undefined)
    .join(" ");
}

function ownPoint(): Uint8Array {
  const { x, y } = KEY.jwk as { x: string; y: string };
  return Buffer.concat([Buffer.of(4), Buffer.from(x, "base64url"), Buffer.from(y, "base64url")]);
}

/** @param publicKey - the verifier's, 0x04‖x‖y; by default that of `startService`. */
export function readResult(
  bytes: Uint8Array,
  seconds: number,
  nonce?: Uint8Array,
  publicKey: Uint8Array = ownPoint(),
): AttestationResult {
  const crypto = createNodeCrypto();
  const attributes = {
    type: "ECC_PUBLIC_KEY_SECP_R1",
    bits: 256,
    usage: ["verifyMessage"],
    alg: "DETERMINISTIC_ECDSA_SHA_256",
  } as const;
  const key: KeyId = crypto.importKey(attributes, new Uint8Array(publicKey));
  const time = { earliest: () => seconds, latest: () => seconds };
  return verifyResult(crypto, key, bytes, { time, whenTimeUnknown: "refuse", ...(nonce && { nonce }) });
}
