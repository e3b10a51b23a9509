// SPDX-License-Identifier: Apache-2.0
/**
 * What an attestation token costs on mps2-an505, beside a bare psa_sign_message over as many bytes in the same run. As a
 * program: `node dist/bench/attest.js`.
 */
import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { INSTRUCTIONS_PER_TICK } from "../host-sim/board/instruments.js";
import { SignedDevice } from "../test/boot/signed-device.js";
import { buildRunningApp } from "./app.js";
import type { AttestPlan } from "./apps/attest.js";
import { number, table, verdict } from "./table.js";

export const ATTEST_METHOD =
  "mps2-an505, QEMU -icount shift=0, a secured device, three components, a nonce of 64 bytes; means of 20 in a row";
const REPEATS = 20;
/** Of a signature's cost. */
const BUDGET_PERCENT = 110;
const LINE = /^bench attest (\w+)((?: \d+)+)$/gm;

export interface AttestFigures {
  readonly bytes: number;
  /** Instructions. */
  readonly signature: number;
  readonly first: number;
  readonly token: number;
}

export async function measureAttest(): Promise<AttestFigures> {
  const device = new SignedDevice({ board: "mps2-an505", variant: "release" });
  try {
    const plan: AttestPlan = { repeats: REPEATS };
    await device.provision(buildRunningApp("attest", plan));
    const seed = new Uint8Array(32).fill(7);
    const { console: said } = await device.start({ icount: true, seed, wallClockMs: 0 });
    const samples = new Map(
      [...said.matchAll(LINE)].map(([, name, values = ""]) => [name, values.trim().split(" ").map(Number)]),
    );
    const mean = (name: string): number => {
      const values = samples.get(name);
      if (values === undefined) throw new Error(`bench app attest did not measure ${name}:\n${said}`);
      return values.reduce((sum, value) => sum + value, 0) / values.length;
    };
    const cost = (name: string): number => mean(name) * INSTRUCTIONS_PER_TICK;
    return { bytes: mean("bytes"), signature: cost("signature"), first: cost("first"), token: cost("token") };
  } finally {
    device.remove();
  }
}

export function describeAttest({ bytes, signature, first, token }: AttestFigures): string {
  const share = (value: number): string => `${((100 * value) / signature).toFixed(1)} %`;
  return table([
    ["", "instructions", "of a signature"],
    ["psa_sign_message over as many bytes", number(signature), "100 %"],
    [
      `attest(), a token of ${bytes} bytes`,
      number(token),
      share(token),
      `${verdict(100 * token, BUDGET_PERCENT * signature)} ${BUDGET_PERCENT} %`,
    ],
    ["attest() for the first time in a start", number(first), share(first), "makes the key and its public half"],
  ]);
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  console.log(describeAttest(await measureAttest()));
}
