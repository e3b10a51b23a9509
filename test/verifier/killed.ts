// SPDX-License-Identifier: Apache-2.0
/**
 * A verifier in a process of its own, which kills itself at a write, a sync or a truncation of its state: the n-th after the
 * line "n" (or "n half", after half of what is written) came in. For test/verifier/kill.test.ts.
 */
import fs from "node:fs";
import { createInterface } from "node:readline";
import { startService } from "./support.js";

let left = Number.POSITIVE_INFINITY;
let isHalf = false;

function isDue(): boolean {
  left--;
  return left === 0;
}

function die(): never {
  process.kill(process.pid, "SIGKILL");
  for (;;);
}

const { writeSync, fsyncSync, ftruncateSync } = fs;
fs.writeSync = ((...args: [number, Uint8Array, number, number, number]) => {
  if (!isDue()) return writeSync(...args);
  const [file, bytes, start, length, offset] = args;
  if (isHalf) writeSync(file, bytes, start, length >> 1, offset);
  return die();
}) as typeof fs.writeSync;
fs.fsyncSync = (file) => (isDue() ? die() : fsyncSync(file));
fs.ftruncateSync = (file, length) => (isDue() ? die() : ftruncateSync(file, length));

const service = await startService(process.argv[2] ?? "");
createInterface({ input: process.stdin }).on("line", (line) => {
  const [count = "", how] = line.split(" ");
  left = Number(count);
  isHalf = how === "half";
  process.stdout.write("armed\n");
});
process.stdout.write(`${service.address.port}\n`);
