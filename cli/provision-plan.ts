// SPDX-License-Identifier: Apache-2.0
/** What is about to be done to a device, and the yes that it needs. */
import { ProvisionError } from "../host-sim/provision/error.js";
import type { Material } from "../host-sim/provision/material.js";
import { fingerprint, type Step } from "../host-sim/provision/steps.js";
import { Progress } from "./progress.js";
import { canAsk, Questions } from "./questions.js";
import { colorsFor, say } from "./terminal.js";

const FOR_GOOD = "for good";

/** Steps by number; those that burn fuses are marked. */
export function planLines(title: string, steps: readonly Pick<Step, "title" | "isForGood">[]): string[] {
  const { bold, red } = colorsFor(process.stderr);
  const rows = steps.map(({ title: what, isForGood }, i) => {
    const mark = isForGood ? red(FOR_GOOD) : " ".repeat(FOR_GOOD.length);
    return `  ${i + 1}  ${mark}  ${what}`;
  });
  return [bold(title), ...rows];
}

/** What is programmed, and who signed it. */
export function materialLines({ firmware, app, trust, roots, owner }: Material): string[] {
  const image = ({ name, version, counter, signedBy }: Material["app"]): string =>
    `${name}: ${version}, security counter ${counter}, signed by ${signedBy}`;
  const rows = [
    ["firmware", image(firmware)],
    ["app", image(app)],
    ["trust", `${trust.name}: version ${trust.version}, signed by ${trust.signedBy}`],
    ["roots", roots.map(({ name, hash }) => `${name} (${fingerprint(hash)})`).join(", ")],
    ["owner", `${owner.name} (${fingerprint(owner.hash)})`],
  ] as const;
  return rows.map(([title, words]) => `  ${title.padEnd(8)}  ${words}`);
}

/**
 * Asks for a yes.
 * @throws ProvisionError PROVISION_CONFIRM - it was a no, or nobody can be asked. Interrupted
 */
export async function requireYes(hasYes: boolean): Promise<void> {
  if (hasYes) return;
  if (!canAsk()) {
    const advice = "Read the plan above, then say --yes.";
    throw new ProvisionError("PROVISION_CONFIRM", "nobody can be asked, and nothing was changed", advice);
  }
  const questions = new Questions();
  try {
    const answer = await questions.ask("Type yes to do this:", () => "no", requireAnswer);
    if (answer === "yes") return;
  } finally {
    questions.close();
  }
  throw new ProvisionError("PROVISION_CONFIRM", "nothing was changed", "The same command shows the plan again.");
}

function requireAnswer(answer: string): void {
  if (answer !== "yes" && answer !== "no") throw new Error("It is yes or no.");
}

/** Each step when it is done; what takes long says what it is. */
export class StepReport {
  readonly #progress = new Progress();
  #title: string | undefined;

  begin(title: string): void {
    this.finish();
    this.#title = title;
    this.#progress.update(title);
  }

  finish(): void {
    this.#progress.done();
    if (this.#title !== undefined) say(`  ${colorsFor(process.stderr).green("ok")}  ${this.#title}`);
    this.#title = undefined;
  }

  /** The step that was begun did not end well. */
  close(): void {
    this.#progress.done();
  }
}

export function sayLines(lines: readonly string[]): void {
  say(lines.join("\n"));
}
