// SPDX-License-Identifier: Apache-2.0
/** Output that nobody takes: a reader who went away (`thimble ... | head`) is no fault, a full disk is. Neither ends in a stack trace. */
import { ExitStatus } from "./exit-status.js";
import { say } from "./terminal.js";

export function heedLostOutput(): void {
  let isTold = false;
  process.stdout.on("error", ({ code, message }: NodeJS.ErrnoException) => {
    if (code === "EPIPE" || isTold) return;
    isTold = true;
    say(`error the output cannot be written: ${message}`);
    process.once("exit", () => {
      process.exitCode ||= ExitStatus.failed;
    });
  });
  process.stderr.on("error", () => undefined);
}
