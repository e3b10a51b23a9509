// SPDX-License-Identifier: Apache-2.0
/** What CBOR and COSE cost around the crypto on mps2-an505, and the size of their byte code. */
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { INSTRUCTIONS_PER_TICK } from "../host-sim/board/instruments.js";
import { packageRoot } from "../host-sim/engine/paths.js";
import { BYTE_CODE_BUDGET, countedBytes, measureByteCode } from "../size/byte-code.js";
import type { CosePlan } from "./apps/cose.js";
import { runCountedApp } from "./counted-app.js";
import { kilobytes, number, table, verdict } from "./table.js";

export const COSE_METHOD =
  "mps2-an505, QEMU -icount shift=0, default heap, 20 in a row; heap after a collection at the signature check";
const REPEATS = 20;
const AROUND_BUDGET = 0.05;
const TOKEN_BUDGET = 500_000;
const HEAP_BUDGET = 4096;

interface Cost {
  /** Of a run that no collection of garbage falls into, if there is one. */
  readonly least: number;
  /** Of all, collections included: what such a run costs in an app. */
  readonly mean: number;
  /** Of one that a collection falls into. */
  readonly most: number;
}

export interface CoseFigures {
  /** Instructions. */
  readonly check: Cost;
  readonly verify: Cost;
  /** Undefined: there are no vectors here. */
  readonly token: Cost | undefined;
  /** What decoding the token takes of the heap, until a collection. */
  readonly tokenHeapBytes: number;
  readonly heapBytes: number;
  readonly byteCode: number;
}

function readToken(): string | undefined {
  const folder = process.env.THIMBLE_VECTORS ?? join(packageRoot, "..", "shared", "vectors");
  const file = join(resolve(folder), "psa-rfc9783", "psa-sign1.cbor");
  return existsSync(file) ? readFileSync(file).toString("hex") : undefined;
}

export async function measureCose(): Promise<CoseFigures> {
  const token = readToken();
  const plan: CosePlan = { repeats: REPEATS, ...(token === undefined ? {} : { token }) };
  const samples = await runCountedApp("cose", plan);
  const cost = (name: string): Cost => {
    const ticks = samples.get(name);
    if (ticks === undefined) throw new RangeError(`bench app cose did not measure ${name}`);
    const mean = ticks.reduce((sum, value) => sum + value, 0) / ticks.length;
    return {
      least: Math.min(...ticks) * INSTRUCTIONS_PER_TICK,
      mean: mean * INSTRUCTIONS_PER_TICK,
      most: Math.max(...ticks) * INSTRUCTIONS_PER_TICK,
    };
  };
  return {
    check: cost("check"),
    verify: cost("sign1-verify"),
    token: token === undefined ? undefined : cost("token-decode"),
    tokenHeapBytes: samples.get("token-heap")?.[0] ?? Number.NaN,
    heapBytes: samples.get("sign1-heap")?.[0] ?? Number.NaN,
    byteCode: countedBytes(measureByteCode()),
  };
}

export function describeCose({ check, verify, token, tokenHeapBytes, heapBytes, byteCode }: CoseFigures): string {
  const around = (which: keyof Cost) => (verify[which] - check.least) / check.least;
  const numbers = ({ least, mean, most }: Cost) => [number(least), number(mean), number(most)];
  const share = (value: number) => `${(100 * value).toFixed(1)} %`;
  const rows = [
    ["signature check alone (ES256)", ...numbers(check), ""],
    ["verify a COSE_Sign1 of 400 bytes", ...numbers(verify), ""],
    [
      "around the check",
      share(around("least")),
      share(around("mean")),
      share(around("most")),
      verdict(around("most"), AROUND_BUDGET),
    ],
    token === undefined
      ? ["decode a PSA token", "no vectors here", "", "", ""]
      : ["decode a PSA token", ...numbers(token), verdict(token.least, TOKEN_BUDGET)],
  ];
  const tokenHeap =
    token === undefined ? "" : `\n  heap that a decode takes until a collection: ${tokenHeapBytes} bytes`;
  const heap = `${heapBytes} bytes, ${verdict(heapBytes, HEAP_BUDGET)} ${HEAP_BUDGET}`;
  const code = `${kilobytes(byteCode, 1024)}, ${verdict(byteCode, BYTE_CODE_BUDGET)} ${kilobytes(BYTE_CODE_BUDGET, 1024)}`;
  const budgets = `budgets: ${share(AROUND_BUDGET)} around the check; ${number(TOKEN_BUDGET)} instructions for a token without a collection`;
  return `${table([["", "least", "mean", "most", ""], ...rows])}
  ${budgets}${tokenHeap}
  heap that a verify holds beyond the message: ${heap}
  byte code of sdk/cbor and of sdk/cose for Sign1, Mac0 and Encrypt0: ${code}`;
}
