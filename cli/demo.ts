// SPDX-License-Identifier: Apache-2.0
/** `npm start`: shows the whole thing working, and says in plain words what was shown. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Board } from "../host-sim/engine/paths.js";
import { showAttestation } from "./demo/attestation.js";
import { showDoor } from "./demo/door.js";
import { showEvening } from "./demo/evening.js";
import { drawDay } from "./demo/plot.js";
import { type ExampleRun, runExample } from "./demo/run-example.js";
import { showStorage } from "./demo/storage.js";
import { showTrust } from "./demo/trust.js";
import { Progress } from "./progress.js";
import { colorsFor } from "./terminal.js";

const BATCHES = 96;
const colors = colorsFor(process.stdout);

function print(text = ""): void {
  process.stdout.write(`${text}\n`);
}

const boardNames: Readonly<Record<Board, string>> = {
  host: "the simulator on this computer",
  "mps2-an505": "an emulated Arm Cortex-M33 (QEMU mps2-an505)",
};

async function act(board: Board, stateFolder: string): Promise<ExampleRun> {
  const progress = new Progress();
  const step = process.stderr.isTTY ? 1 : 10;
  const run = await runExample(
    board,
    stateFolder,
    (text) => progress.update(`${board}: ${text}`),
    (count) => {
      const percent = Math.floor(((count / BATCHES) * 100) / step) * step;
      progress.update(`${board}: ${percent} % of a day, every batch verified`);
    },
  ).finally(() => progress.done());
  const { result, receiver } = run;
  if (result.reason !== "stopped") throw new Error(`${board}: the app ended early (${result.reason}): ${result.text}`);
  if (receiver.batches.length !== BATCHES || receiver.refusals.length > 0) {
    const why = receiver.refusals[0] ? `, and refused ${receiver.refusals.length}: ${receiver.refusals[0]}` : "";
    throw new Error(`${board}: the receiver believed ${receiver.batches.length} of ${BATCHES} batches${why}`);
  }
  print(`${colors.green("✓")} ${boardNames[board]}: ${result.console.trim()}`);
  print(`  ${BATCHES} signed batches of 15 minutes came by UDP, and cose-js found every signature right.`);
  return run;
}

/** One bit of a batch that was believed, flipped: it must not be believed again. */
async function showRefusal({ receiver }: ExampleRun): Promise<void> {
  const message = Buffer.from(receiver.lastMessage ?? []);
  const at = Math.floor(message.length / 2);
  message[at] = (message[at] ?? 0) ^ 1;
  const believed = receiver.batches.length;
  await receiver.take(message);
  if (receiver.batches.length !== believed) throw new Error("a batch with a flipped bit was believed");
  print(`${colors.green("✓")} The last batch again, with one bit flipped: refused (${receiver.refusals.at(-1)}).`);
}

function isSameSeries(a: ExampleRun, b: ExampleRun): boolean {
  return JSON.stringify(a.receiver.samples) === JSON.stringify(b.receiver.samples);
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "thimble-demo-"));
  try {
    print(colors.bold("Thimble: one app in TypeScript, on two machines"));
    print("examples/signed-sensor measures a temperature once a minute for a simulated day (day.csv), makes its");
    print(
      "P-256 key on its first start, signs every 15 minutes and sends the batch. One archive, byte for byte, runs on both.",
    );
    print();
    const host = await act("host", join(folder, "host"));
    const arm = await act("mps2-an505", join(folder, "mps2-an505"));
    if (host.digest !== arm.digest) throw new Error("the two boards ran different archives");
    if (!isSameSeries(host, arm)) throw new Error("the two boards sent different values");
    print(
      `${colors.green("✓")} Both boards ran the same archive and sent the same ${host.receiver.samples.length} values.`,
    );
    await showRefusal(arm);
    print();
    print(drawDay(arm.receiver.samples));
    print();
    print(colors.bold("A door that opens for tokens, and who tries to get in"));
    print("examples/token-door gives each visitor a challenge. A phone shows a CBOR Web Token that the door's owner");
    print("signed, and proves that the token is its own. The answer is encrypted for that phone. Owner and phones are");
    print("on a second board, which runs the specs.");
    await showDoor(folder);
    print();
    print(
      colors.bold(
        "A lock that is trusted: keys, a device that is provisioned once, and a thief with a flash programmer",
      ),
    );
    print(
      "Boot verifies the trust record, the firmware and the app at every start; the fuses are modelled, like the rest of",
    );
    print("the chip. The passphrase of the keys is in THIMBLE_KEY_PASSPHRASE, so that nobody is asked here.");
    await showTrust(folder);
    print();
    print(colors.bold("A device that proves what it runs, and three proofs that do not pass"));
    print(
      "examples/attester answers a question with a PSA attestation token (RFC 9783): the chip signs the question, what",
    );
    print(
      "boot measured and the state that it is in. A verifier holds that against keys and releases that it knows. Keys",
    );
    print("and two devices are made as in the act before; that is not shown again.");
    await showAttestation(folder);
    print();
    print(colors.bold("A safe that counts wrong codes, and somebody who has its flash"));
    print(
      "examples/safe keeps its code and the tries that are left in the sealed store: encrypted and authenticated with a",
    );
    print("key that only this chip makes, and held against a counter of the chip.");
    await showStorage(folder);
    print();
    print(colors.bold("A first evening: a project, its specs in XS on both boards, a mistake"));
    await showEvening(folder);
    print();
    print("What you saw: the real XS engine ran the app's byte code from modelled flash; the key was made by PSA");
    print("crypto on the device and never left it; software that is not ours (cose-js, cbor2) checked and read what");
    print(
      "came out. A door let in whom its owner trusts, and nobody else. Then specs pressed a button, pulled the plug",
    );
    print("at each flash operation and looked what was kept.");
    print(
      "A device made its own secret and keys, and started nothing that is damaged, old, or signed by a revoked key.",
    );
    print("Asked what it runs, a device proved it. A release that nobody knows, an old proof and a copied flash did");
    print("not pass.");
    print("A safe kept its code to itself, and no copy of its flash gave a try back.");
    print("What you did not see yet: updates, messages. README.md says more.");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${colors.red("failed")}: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
