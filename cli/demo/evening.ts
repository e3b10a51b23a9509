// SPDX-License-Identifier: Apache-2.0
/** The last act of `npm start`: what a maker types on the first evening. */
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { colorsFor } from "../terminal.js";
import { type } from "./type.js";

const NODE_HABIT = '\nsetTimeout(() => trace("too late\\n"), 10);\n';
const colors = colorsFor(process.stdout);

/** @param folder - where the project is made. */
export async function showEvening(folder: string): Promise<void> {
  await type(folder, "create cellar --template sensor");
  await type(folder, "test cellar");
  await type(folder, "test cellar --board mps2-an505 --reporter dot");
  process.stdout.write(
    `\n${colors.dim("# A habit from Node, at the end of cellar/main.ts:")}${NODE_HABIT.trimEnd()}\n`,
  );
  appendFileSync(join(folder, "cellar", "main.ts"), NODE_HABIT);
  await type(folder, "build cellar", 1);
}
