// SPDX-License-Identifier: Apache-2.0
/** The second act of `npm start`: a door, and who tries to get in. Each line is a spec of the example. */
import { cpSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../host-sim/engine/paths.js";
import { type } from "./type.js";

const NAME = "token-door";

/** @param folder - where a copy of the example is made: a run leaves files beside the app. */
export async function showDoor(folder: string): Promise<void> {
  cpSync(join(packageRoot, "examples", NAME), join(folder, NAME), { recursive: true });
  await type(folder, `test ${NAME}`);
  await type(folder, `test ${NAME} --board mps2-an505 --grep phone`);
}
