// SPDX-License-Identifier: Apache-2.0
/** Rounds a second with the verifier's service: a challenge, a token, a signed result, with nonces that are on disk before each answer. */
import { spawn } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { encodeHex } from "../sdk/bytes/hex.js";
import { duration, number, table } from "./table.js";
import { type BenchDevice, makeBenchDevice } from "./verifier-token.js";

export const VERIFIER_METHOD =
  "thimble attest serve's service in a process of its own, on loopback; node:crypto; 16 clients, 2000 rounds; a round is a new session and its evidence";
const CLIENTS = 16;
const WARM_UP = 200;
const ROUNDS = 2000;
const BUDGET = 200;

export interface VerifierFigures {
  readonly roundsPerSecond: number;
  /** Microseconds of a round. */
  readonly median: number;
  readonly p99: number;
  readonly most: number;
}

interface Answer {
  readonly status: number;
  readonly location: string;
  readonly body: Buffer;
}

class Client {
  readonly #port: number;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });

  constructor(port: number) {
    this.#port = port;
  }

  async round(device: BenchDevice): Promise<void> {
    const opened = await this.#post("/challenge-response/v1/newSession");
    const { nonce } = JSON.parse(opened.body.toString()) as { nonce: string };
    const evidence = device.token(new Uint8Array(Buffer.from(nonce, "base64")));
    const { status, body } = await this.#post(opened.location, evidence);
    const isAccepted =
      (JSON.parse(body.toString()) as { appraisal?: { result: string } }).appraisal?.result === "accepted";
    if (status !== 200 || !isAccepted) throw new Error(`the verifier answered ${status}: ${body.toString()}`);
  }

  close(): void {
    this.#agent.destroy();
  }

  #post(path: string, body?: Uint8Array): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const headers = { "content-type": "application/eat+cwt", "content-length": body?.length ?? 0 };
      const asked = request(
        { host: "127.0.0.1", port: this.#port, agent: this.#agent, method: "POST", path, headers },
        (response) => {
          const chunks: Buffer[] = [];
          response.on("data", (chunk: Buffer) => chunks.push(chunk));
          response.on("end", () => {
            const { statusCode: status = 0, headers: got } = response;
            resolve({ status, location: got.location ?? "", body: Buffer.concat(chunks) });
          });
        },
      );
      asked.on("error", reject);
      asked.end(body);
    });
  }
}

/** @returns microseconds of each round, in ascending order; and of all of them together. */
async function run(port: number, device: BenchDevice, rounds: number): Promise<{ each: number[]; all: number }> {
  const each: number[] = [];
  let left = rounds;
  const start = performance.now();
  const work = async () => {
    const client = new Client(port);
    while (left-- > 0) {
      const begin = performance.now();
      await client.round(device);
      each.push(1000 * (performance.now() - begin));
    }
    client.close();
  };
  await Promise.all(Array.from({ length: CLIENTS }, work));
  return { each: each.sort((a, b) => a - b), all: 1000 * (performance.now() - start) };
}

export async function measureVerifier(): Promise<VerifierFigures> {
  const folder = mkdtempSync(join(tmpdir(), "thimble-bench-"));
  const device = makeBenchDevice();
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL("./verifier-child.js", import.meta.url)), folder, encodeHex(device.publicKey)],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const ended = new Promise((resolve) => child.once("exit", resolve));
  try {
    const first = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next();
    const port = Number(first.value);
    await run(port, device, WARM_UP);
    const { each, all } = await run(port, device, ROUNDS);
    const at = (share: number) => each[Math.min(each.length - 1, Math.floor(share * each.length))] ?? Number.NaN;
    return { roundsPerSecond: ROUNDS / (all / 1e6), median: at(0.5), p99: at(0.99), most: at(1) };
  } finally {
    child.kill("SIGTERM");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  }
}

export function describeVerifier({ roundsPerSecond, median, p99, most }: VerifierFigures): string {
  const judged = roundsPerSecond >= BUDGET ? "within" : "UNDER";
  const rows = [
    ["rounds a second", number(roundsPerSecond)],
    ["a round, median", duration(median)],
    ["a round, p99", duration(p99)],
    ["a round, longest", duration(most)],
  ];
  return `${table(rows)}\n  ${judged} ${BUDGET} rounds a second`;
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  process.stdout.write(`${VERIFIER_METHOD}\n${describeVerifier(await measureVerifier())}\n`);
}
