// SPDX-License-Identifier: Apache-2.0
/**
 * `npm run bench`: measures what docs/figures.md explains, prints it and writes it to build/bench.json. A program for
 * people and for records; no test depends on a time.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readFirmware } from "../host-sim/compiler/firmware.js";
import { buildRoot, enginePath } from "../host-sim/engine/paths.js";
import { FLASH_BUDGET_KB, FLASH_METHOD, type FlashSize, measureFlash } from "../size/flash.js";
import { APPRAISAL_METHOD, describeAppraisal, measureAppraisal } from "./appraisal.js";
import { ATTEST_METHOD, describeAttest, measureAttest } from "./attest.js";
import { BOOT_METHOD, describeBoot, measureBoot } from "./boot.js";
import { describeCliStart, measureCliStart } from "./cli-start.js";
import { COSE_METHOD, describeCose, measureCose } from "./cose.js";
import { type CryptoFigures, measureCrypto } from "./crypto.js";
import { FIRST_LINE_BUDGET, HEAP_BUDGET_KB, measureStart, START_METHOD, type StartFigures } from "./start.js";
import { describeStorage, measureStorage, STORAGE_METHOD } from "./storage.js";
import { duration, kilobytes, number, table, verdict } from "./table.js";
import { describeTesting, measureTesting, TESTING_METHOD } from "./testing.js";
import { describeVerifier, measureVerifier, VERIFIER_METHOD } from "./verifier.js";
import { describeWatch, measureWatch } from "./watch.js";

const CLI_BUDGET = 4;
const WATCH_BUDGET_MS = 500;
const FIRST_USE_NOTE =
  "noble's first use makes a table; collecting garbage while the heap grows is most of it (docs/figures.md)";
/** A step that takes longer says that it is still there. */
const SIGN_OF_LIFE_MS = 10_000;
const startedMs = performance.now();
let signOfLife: NodeJS.Timeout | undefined;

function say(text: string): void {
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(0).padStart(4);
  process.stderr.write(`[bench ${seconds}s] ${text}\n`);
}

/** @param text - what is done, or begins. */
function progress(text: string): void {
  clearInterval(signOfLife);
  say(text);
  signOfLife = setInterval(() => say("... still measuring"), SIGN_OF_LIFE_MS);
  signOfLife.unref();
}

function section(title: string, method: string, body: string): void {
  process.stdout.write(`\n${title}\n  (${method})\n${body}\n`);
}

function showFlash({ parts, total }: FlashSize): void {
  const share = (bytes: number) => `${((100 * bytes) / total).toFixed(1)} %`;
  const rows = parts.map(({ part, bytes }) => [part, `${bytes.toLocaleString("en-US")} B`, share(bytes)]);
  const judged = ([1000, 1024] as const).map((base) => [
    `against ${FLASH_BUDGET_KB} ${base === 1000 ? "KB" : "KiB"}`,
    kilobytes(total, base),
    verdict(total, FLASH_BUDGET_KB * base),
  ]);
  const sum = ["total", `${total.toLocaleString("en-US")} B`, "100 %"];
  section("Flash of the mps2-an505 firmware", FLASH_METHOD, table([...rows, sum, ...judged]));
}

function showStart(figures: readonly StartFigures[]): void {
  const head = ["", "instructions", "slots", "chunks", "keys", "stack", "RAM taken"];
  const rows = figures.map((figure) => [
    figure.app,
    number(figure.instructions),
    ...[figure.slotBytes, figure.chunkBytes, figure.keyBytes, figure.stackBytes, figure.takenBytes].map((bytes) =>
      kilobytes(bytes, 1024),
    ),
  ]);
  const [empty] = figures;
  const judged = empty
    ? `  empty app: ${verdict(empty.instructions, FIRST_LINE_BUDGET)} ${number(FIRST_LINE_BUDGET)} instructions; ` +
      `${verdict(empty.takenBytes, HEAP_BUDGET_KB * 1024)} ${HEAP_BUDGET_KB} KiB of RAM taken (XS heap, stack, C heap)`
    : "";
  section("To the first line of an app on mps2-an505", START_METHOD, `${table([head, ...rows])}\n${judged}`);
}

function showCrypto({ board, unit, method, operations }: CryptoFigures): void {
  const value = unit === "us" ? duration : number;
  const rows = operations.map(({ operation, native, noble, ratio }) => [
    operation,
    value(native),
    value(noble),
    `${number(ratio)} x`,
  ]);
  const title = `Native (PSA) against noble on ${board}, ${unit === "us" ? "time" : unit}`;
  section(title, method, `${table([["", "native", "noble", "noble / native"], ...rows])}\n  ${FIRST_USE_NOTE}`);
}

/** What was measured: figures of another engine or firmware are other figures. */
function subject(): Record<string, unknown> {
  const digest = (board: "host" | "mps2-an505") =>
    createHash("sha256")
      .update(readFileSync(enginePath(board, "release")))
      .digest("hex");
  const engines = { host: digest("host"), "mps2-an505": digest("mps2-an505") };
  return {
    date: new Date().toISOString(),
    node: process.version,
    arch: process.arch,
    engines,
    firmware: readFirmware(),
  };
}

async function main(): Promise<void> {
  progress("flash size");
  const flash = measureFlash();
  showFlash(flash);
  progress("first line on mps2-an505");
  const start = await measureStart();
  showStart(start);
  progress("boot on mps2-an505");
  const boot = await measureBoot();
  section("Boot on mps2-an505", BOOT_METHOD, describeBoot(boot));
  progress("thimble sim, 20 starts");
  const cli = await measureCliStart();
  const judged = `${verdict(cli.ratio, CLI_BUDGET)} ${CLI_BUDGET} x`;
  section("Start of the command", "host board, release engine, same run", `  ${describeCliStart(cli)}; ${judged}`);
  progress("thimble sim --watch, 2 times 20 edits");
  const watch = await measureWatch();
  const watched = `  ${verdict(watch.firstLineMs, WATCH_BUDGET_MS)} ${WATCH_BUDGET_MS} ms`;
  section(
    "From an edit to the first line",
    "host board, release engine, medians",
    `${describeWatch(watch)}\n${watched}`,
  );
  const testing = await measureTesting(progress);
  section("thimble test", TESTING_METHOD, describeTesting(testing));
  progress("CBOR and COSE on mps2-an505");
  const cose = await measureCose();
  section("CBOR and COSE", COSE_METHOD, describeCose(cose));
  progress("attestation tokens on mps2-an505");
  const attest = await measureAttest();
  section("Attestation tokens", ATTEST_METHOD, describeAttest(attest));
  progress("appraisal of a token");
  const appraisal = await measureAppraisal();
  section("Appraisal of a token", APPRAISAL_METHOD, describeAppraisal(appraisal));
  progress("rounds with the verifier's service");
  const verifier = await measureVerifier();
  section("The verifier's service", VERIFIER_METHOD, describeVerifier(verifier));
  progress("wear of the sealed store, and its cost on mps2-an505");
  const storage = await measureStorage();
  section("The sealed store", STORAGE_METHOD, describeStorage(storage));
  const crypto: CryptoFigures[] = [];
  for (const board of ["host", "mps2-an505"] as const) {
    const figures = await measureCrypto(board, progress);
    showCrypto(figures);
    crypto.push(figures);
  }
  const file = join(buildRoot(), "bench.json");
  mkdirSync(buildRoot(), { recursive: true });
  writeFileSync(
    file,
    `${JSON.stringify({ subject: subject(), flash, start, boot, cli, watch, testing, cose, attest, appraisal, verifier, storage, crypto }, null, 1)}\n`,
  );
  process.stdout.write(`\nThe same as JSON: ${file}\n`);
}

await main();
