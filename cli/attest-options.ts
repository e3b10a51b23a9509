// SPDX-License-Identifier: Apache-2.0
/** `thimble attest` and its verbs. */
import type { Command } from "commander";
import { addAttestServe } from "./attest-serve-options.js";

export function addAttest(program: Command, done: (status: number) => void): void {
  const attest = program.command("attest").description("prove, and verify, what a device is and what it runs");
  addAttestServe(attest, done);
}
