// SPDX-License-Identifier: Apache-2.0
/** Programs that are not ours, which a suite holds us against. */
import { spawnSync } from "node:child_process";

/** How each is asked whether it is there. */
const QUESTION = Object.freeze({ openssl: "version", python3: "--version" } as const);

/** Debian's packages are those of its own interpreter; another may stand before it on PATH. */
const PYTHONS = Object.freeze(["python3", "/usr/bin/python3"]);

/**
 * As `needPrograms`, for modules of Python.
 * @returns the interpreter that has them.
 */
export function needPython(context: { skip(): void }, ...modules: readonly string[]): string {
  const test = `import ${modules.join(", ")}`;
  const found = PYTHONS.find((name) => spawnSync(name, ["-c", test], { stdio: "ignore" }).status === 0);
  if (found !== undefined) return found;
  const missing = `python3 with ${modules.join(" and ")}`;
  if (process.env.CI === "true") throw new Error(`${missing} must be there for this suite`);
  context.skip();
  return missing;
}

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
