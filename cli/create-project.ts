// SPDX-License-Identifier: Apache-2.0
/** Makes a project's folder from a template: whole, or not at all. */
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { writeProject } from "../host-sim/project/write-project.js";
import { CommandError } from "./errors.js";
import { templateFolder } from "./templates.js";

const NAME_MAX = 64;
const NAME = /^[a-z0-9][a-z0-9._-]*$/;
/** What npm refuses as a package's name. */
const RESERVED: readonly string[] = ["node_modules", "favicon.ico"];
const RESERVED_ADVICE = "npm keeps that name for itself: choose another one.";
const CREATE_NAME = Object.freeze({ code: "CREATE_NAME" });
/** Numbers that are tried behind a name that is taken. */
const NUMBERS = 99;
/** npm leaves files of this name out of a package. */
const RENAMED: Readonly<Record<string, string>> = { gitignore: ".gitignore" };
/** A template's licence line: what a user makes of it is the user's. */
const LICENCE_LINE = /^\/\/ SPDX-License-Identifier: .*\n/;

/** The nearest name that would do; undefined when nothing is left of it. */
function suggestName(text: string): string | undefined {
  const name = text
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, "-")
    .replace(/^[^a-z0-9]+|[-.]+$/g, "")
    .slice(0, NAME_MAX);
  return isName(name) ? name : undefined;
}

function isName(text: string): boolean {
  return NAME.test(text) && text.length <= NAME_MAX && !RESERVED.includes(text);
}

/** @throws CommandError CREATE_NAME */
export function checkName(text: string): void {
  if (isName(text)) return;
  const suggestion = suggestName(text);
  if (RESERVED.includes(text)) {
    throw new CommandError(`${JSON.stringify(text)} cannot be a project's name`, RESERVED_ADVICE, CREATE_NAME);
  }
  const advice = `A name has 1 to ${NAME_MAX} of a to z, 0 to 9, ".", "_" and "-", and begins with a letter or a digit.`;
  throw new CommandError(
    `${JSON.stringify(text)} cannot be a project's name`,
    suggestion === undefined ? advice : `${advice} For example: ${suggestion}`,
    CREATE_NAME,
  );
}

function isFree(folder: string): boolean {
  const info = statSync(folder, { throwIfNoEntry: false });
  return info === undefined || (info.isDirectory() && readdirSync(folder).length === 0);
}

/** The nearest name that would do for a project in the current folder: `light`, or else `light-2`. */
export function freeName(text: string): string | undefined {
  const name = suggestName(text);
  if (name === undefined) return undefined;
  const numbered = Array.from({ length: NUMBERS }, (_, i) =>
    i === 0 ? name : `${name.slice(0, NAME_MAX - 3)}-${i + 1}`,
  );
  return numbered.find((candidate) => isFree(resolve(candidate)));
}

/** @throws CommandError CREATE_EXISTS - something is there, other than an empty folder. */
export function checkFree(folder: string): void {
  if (isFree(folder)) return;
  const what = statSync(folder).isDirectory() ? "a folder that is not empty" : "a file";
  throw new CommandError(`there is ${what} already: ${folder}`, "Choose another name. Nothing was changed.", {
    code: "CREATE_EXISTS",
  });
}

/** A template's files with its placeholders filled in. */
function filesOf(template: string, values: Readonly<Record<string, string>>): [name: string, text: string][] {
  const folder = templateFolder(template);
  return readdirSync(folder).map((name) => {
    const text = readFileSync(join(folder, name), "utf8").replace(LICENCE_LINE, "");
    return [RENAMED[name] ?? name, text.replace(/\{\{(\w+)\}\}/g, (whole, key: string) => values[key] ?? whole)];
  });
}

export interface ProjectPlan {
  /** Absolute; its parent exists. */
  readonly folder: string;
  readonly template: string;
  /** What stands for `{{NAME}}` in a template. */
  readonly values: Readonly<Record<string, string>>;
}

/**
 * Writes the project beside its place, then puts it there in one step.
 * @returns the names of its files.
 * @throws CommandError CREATE_EXISTS; CREATE_WRITE - it cannot be written. Then nothing was changed.
 */
export function createProject({ folder, template, values }: ProjectPlan): string[] {
  checkFree(folder);
  const files = filesOf(template, values);
  let made: string | undefined;
  try {
    made = mkdtempSync(join(dirname(folder), ".thimble-"));
    const inside = join(made, "project");
    mkdirSync(inside);
    for (const [name, text] of files) writeFileSync(join(inside, name), text);
    renameSync(inside, folder);
    rmSync(made, { recursive: true });
    made = folder;
    writeProject(folder);
  } catch (cause) {
    if (made !== undefined) rmSync(made, { recursive: true, force: true });
    const message = `the project cannot be written: ${(cause as Error).message}`;
    throw new CommandError(message, "Nothing was left behind.", { cause, code: "CREATE_WRITE" });
  }
  return files.map(([name]) => name).sort();
}
