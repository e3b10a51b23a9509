// SPDX-License-Identifier: Apache-2.0
/** `npm run mutate`: changes the ground floor in every way that Stryker knows, and prints which changes no spec noticed. */
import { Stryker } from "@stryker-mutator/core";
import { Argument, Command, InvalidArgumentError } from "commander";
import { FOLDERS, optionsFor } from "./options.js";

function positive(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError("Expected a whole number from 1.");
  return value;
}

const command = new Command("mutate")
  .description("Prints the changes to a folder of sdk/ that no spec of it notices.")
  .addArgument(new Argument("[folders...]", "of sdk/").choices(FOLDERS).default(FOLDERS))
  .option("--concurrency <n>", "processes at a time", positive, 2)
  .parse();
for (const folder of command.processedArgs[0] as readonly string[]) {
  console.log(`\nsdk/${folder}`);
  await new Stryker(optionsFor(folder, command.opts<{ concurrency: number }>().concurrency)).runMutationTest();
}
