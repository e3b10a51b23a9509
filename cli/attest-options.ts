// SPDX-License-Identifier: Apache-2.0
/** `thimble attest` and its verbs. */
import type { Command } from "commander";
import { addAttestReference, addAttestShow } from "./attest-reference-options.js";
import { addAttestServe } from "./attest-serve-options.js";
import { addAttestVerify } from "./attest-verify-options.js";

export function addAttest(program: Command, done: (status: number) => void): void {
  const attest = program.command("attest").description("prove, and verify, what a device is and what it runs");
  addAttestShow(attest, done);
  addAttestVerify(attest, done);
  addAttestReference(attest, done);
  addAttestServe(attest, done);
}
