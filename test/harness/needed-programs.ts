// SPDX-License-Identifier: Apache-2.0
/** Programs that are not ours, which a suite holds us against. */
import { spawnSync } from "node:child_process";

/** How each is asked whether it is there. */
const QUESTION = Object.freeze({ openssl: "version", python3: "--version" } as const);

/**
 * Skips the suite or test where one of them is missing.
 * @throws Error when `CI` is set: there they have to be.
 */
export function needPrograms(context: { skip(): void }, ...programs: readonly (keyof typeof QUESTION)[]): void {
  const missing = programs.filter((name) => spawnSync(name, [QUESTION[name]], { stdio: "ignore" }).status !== 0);
  if (missing.length === 0) return;
  if (process.env.CI === "true") throw new Error(`${missing.join(" and ")} must be there for this suite`);
  context.skip();
}
