// SPDX-License-Identifier: Apache-2.0
/** What the appraisal of a token costs beside its signature check: on Node against node:crypto alone, and on mps2-an505. */
import { createPublicKey, verify } from "node:crypto";
import { pathToFileURL } from "node:url";
import { createNodeCrypto } from "../devices/node/crypto.js";
import { INSTRUCTIONS_PER_TICK } from "../host-sim/board/instruments.js";
import { appraise } from "../sdk/attestation/verify.js";
import { encodeHex } from "../sdk/bytes/hex.js";
import { decodeCbor } from "../sdk/cbor/decode.js";
import type { CborTag } from "../sdk/cbor/value.js";
import { sigStructure } from "../sdk/cose/sign1.js";
import type { AppraisalPlan } from "./apps/appraisal.js";
import { runCountedApp } from "./counted-app.js";
import { number, table } from "./table.js";
import { BENCH_REFERENCES, makeBenchDevice } from "./verifier-token.js";

export const APPRAISAL_METHOD =
  "a token with three components, references and a known key; Node: processor time of one thread, 7 rounds in turn, medians; mps2-an505: QEMU -icount shift=0, 10 in a row";
const ROUNDS = 7;
const WARM_UP = 4000;
const BATCH = 2000;
const REPEATS = 10;
const SHARE_BUDGET = 0.6;

export interface AppraisalFigures {
  readonly tokenBytes: number;
  /** Node, of one core. */
  readonly tokensPerSecond: number;
  readonly verificationsPerSecond: number;
  /** Tokens for each bare verification: the median of the rounds. */
  readonly share: number;
  /** mps2-an505, instructions: the least of the repeats. */
  readonly boardCheck: number;
  readonly boardAppraisal: number;
}

function perSecond(operation: () => void, count: number): number {
  const start = process.cpuUsage();
  for (let i = 0; i < count; i++) operation();
  const { user, system } = process.cpuUsage(start);
  return (count * 1e6) / (user + system);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] as number;
}

const P256 = Object.freeze({
  ...({ type: "ECC_PUBLIC_KEY_SECP_R1", bits: 256, usage: ["verifyMessage"] } as const),
  alg: "DETERMINISTIC_ECDSA_SHA_256",
} as const);

function measureNode(publicKey: Uint8Array, token: Uint8Array, nonce: Uint8Array) {
  const crypto = createNodeCrypto();
  const key = crypto.importKey(P256, publicKey);
  const options = { nonce, devices: () => key, references: BENCH_REFERENCES };
  const [header, , payload, signature] = (decodeCbor(token, { form: "anyOrder" }) as CborTag).value as Uint8Array[];
  const signed = sigStructure(header as Uint8Array, new Uint8Array(0), payload as Uint8Array);
  const coordinate = (at: number) => Buffer.from(publicKey.subarray(at, at + 32)).toString("base64url");
  const jwk = { kty: "EC", crv: "P-256", x: coordinate(1), y: coordinate(33) };
  const bareKey = { key: createPublicKey({ key: jwk, format: "jwk" }), dsaEncoding: "ieee-p1363" } as const;
  const bare = () => {
    if (!verify("sha256", signed, bareKey, signature as Uint8Array))
      throw new Error("node:crypto refused the signature");
  };
  const whole = () => {
    const appraisal = appraise(crypto, token, options);
    if (appraisal.result !== "accepted") throw new Error(`refused: ${appraisal.reason.text}`);
  };
  perSecond(bare, WARM_UP);
  perSecond(whole, WARM_UP);
  const rounds = Array.from({ length: ROUNDS }, () => [perSecond(bare, BATCH), perSecond(whole, BATCH)] as const);
  return {
    verificationsPerSecond: median(rounds.map(([verifications]) => verifications)),
    tokensPerSecond: median(rounds.map(([, tokens]) => tokens)),
    share: median(rounds.map(([verifications, tokens]) => tokens / verifications)),
  };
}

/** Instructions by operation: the least of the repeats. */
async function measureBoard(plan: AppraisalPlan): Promise<ReadonlyMap<string, number>> {
  const samples = await runCountedApp("appraisal", plan);
  return new Map([...samples].map(([name, ticks]) => [name, Math.min(...ticks) * INSTRUCTIONS_PER_TICK]));
}

export async function measureAppraisal(): Promise<AppraisalFigures> {
  const device = makeBenchDevice();
  const nonce = new Uint8Array(32).fill(5);
  const token = device.token(nonce);
  const board = await measureBoard({
    repeats: REPEATS,
    token: encodeHex(token),
    nonce: encodeHex(nonce),
    publicKey: encodeHex(device.publicKey),
    references: BENCH_REFERENCES.components.map(({ type, version, value, signerId }) => ({
      ...{ type: type ?? "", version: version ?? "", value: encodeHex(value) },
      signerId: encodeHex(signerId ?? new Uint8Array(0)),
    })),
    implementationId: encodeHex(BENCH_REFERENCES.implementationId),
  });
  const boardFigure = (name: string): number => {
    const instructions = board.get(name);
    if (instructions === undefined) throw new RangeError(`bench app appraisal did not measure ${name}`);
    return instructions;
  };
  return {
    tokenBytes: token.length,
    ...measureNode(device.publicKey, token, nonce),
    boardCheck: boardFigure("check"),
    boardAppraisal: boardFigure("appraise"),
  };
}

export function describeAppraisal(figures: AppraisalFigures): string {
  const { tokenBytes, tokensPerSecond, verificationsPerSecond, share, boardCheck, boardAppraisal } = figures;
  const percent = (value: number) => `${(100 * value).toFixed(1)} %`;
  const isEnough = share >= SHARE_BUDGET ? "at least" : "under";
  return `${table([
    ["", "node:crypto's check alone", "appraisal", ""],
    ["Node, a second", number(verificationsPerSecond), number(tokensPerSecond), percent(share)],
    ["mps2-an505, instructions", number(boardCheck), number(boardAppraisal), percent(boardAppraisal / boardCheck)],
  ])}
  the token has ${tokenBytes} bytes; on Node ${isEnough} ${percent(SHARE_BUDGET)} of the bare check; around it on the board: ${number(boardAppraisal - boardCheck)} instructions`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  process.stdout.write(`(${APPRAISAL_METHOD})\n${describeAppraisal(await measureAppraisal())}\n`);
}
