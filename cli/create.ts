// SPDX-License-Identifier: Apache-2.0
/** `thimble create`: a project that runs at once, from a template. Asks on a terminal for what was not given. */
import { relative, resolve } from "node:path";
import { checkFree, checkName, createProject, freeName } from "./create-project.js";
import { showError } from "./errors.js";
import { ExitStatus } from "./exit-status.js";
import { canAsk, Interrupted, Questions } from "./questions.js";
import { startedAs } from "./started-as.js";
import { TEMPLATES } from "./templates.js";
import { colorsFor, printJson, say } from "./terminal.js";

export interface CreateArguments {
  readonly template?: string;
  readonly json: boolean;
}

interface Choice {
  readonly name: string;
  readonly template: string;
}

const DEFAULT_TEMPLATE = "blink";

function checkPlace(name: string): void {
  checkName(name);
  checkFree(resolve(name));
}

/** What was given, and defaults: the first template, and its name. */
async function choose(name: string | undefined, options: CreateArguments): Promise<Choice> {
  if (name !== undefined) checkPlace(name);
  if (options.json || !canAsk() || (name !== undefined && options.template !== undefined)) {
    const template = options.template ?? DEFAULT_TEMPLATE;
    return { name: name ?? template, template };
  }
  const questions = new Questions();
  try {
    const template = options.template ?? (await questions.choose("Which template?", TEMPLATES));
    const offer = (refused: string | undefined): string =>
      freeName(refused ?? template) ?? freeName(template) ?? template;
    return { name: name ?? (await questions.ask("Name of the project?", offer, checkPlace)), template };
  } finally {
    questions.close();
  }
}

/** Ctrl-C while it works, a few milliseconds long, comes too late: a signal that nobody takes would end us half-way. */
function withoutSignals<T>(work: () => T): T {
  const ignore = (): void => undefined;
  const names = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const name of names) process.on(name, ignore);
  try {
    return work();
  } finally {
    for (const name of names) process.off(name, ignore);
  }
}

/** What to type next, and what it does. */
function nextSteps(folder: string): (readonly [string, string])[] {
  const thimble = startedAs(folder);
  return [
    [`cd ${relative(process.cwd(), folder)}`, ""],
    [`${thimble} sim --watch`, "runs it in the simulator, anew at each save"],
    [`${thimble} test`, "runs its specs"],
  ];
}

function print({ name, template }: Choice, files: readonly string[], steps: ReturnType<typeof nextSteps>): void {
  const { bold, cyan, dim } = colorsFor(process.stdout);
  const width = Math.max(...steps.map(([command]) => command.length));
  const lines = [
    `made ${bold(name)} from the template ${template}: ${files.join(", ")}`,
    "",
    "next:",
    ...steps.map(([command, what]) => `  ${cyan(command.padEnd(what === "" ? 0 : width))}${what && `  ${dim(what)}`}`),
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
}

/** @returns the exit status. */
export async function create(name: string | undefined, options: CreateArguments): Promise<number> {
  try {
    const choice = await choose(name, options);
    const folder = resolve(choice.name);
    const values = { name: choice.name, thimble: startedAs(folder) };
    const files = withoutSignals(() => createProject({ folder, template: choice.template, values }));
    const steps = nextSteps(folder);
    if (options.json) printJson({ ok: true, ...choice, folder, files, next: steps.map(([command]) => command) });
    else print(choice, files, steps);
    return ExitStatus.ok;
  } catch (error) {
    if (!(error instanceof Interrupted)) return await showError(error, options.json);
    say("interrupted: nothing was made");
    return ExitStatus.interrupted;
  }
}
