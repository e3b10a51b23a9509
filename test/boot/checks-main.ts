// SPDX-License-Identifier: Apache-2.0
/** `npm run checks`: leaves out each of boot's checks in turn and prints how many of them a test notices. */
import { ensureEngines } from "../../host-sim/engine/build.js";
import { Removal, readChecks } from "./removal.js";

async function main(): Promise<boolean> {
  await ensureEngines([{ board: "host", variant: "release" }], () => undefined);
  const checks = readChecks();
  const removal = new Removal();
  try {
    await removal.prepare();
    const alive = await removal.survivors(checks, ({ id, file }, isKilled) => {
      console.log(`${isKilled ? "killed  " : "SURVIVED"}  ${file}  ${id}`);
    });
    console.log(`killed ${checks.length - alive.length} of ${checks.length} checks of devices/boot`);
    return alive.length === 0;
  } finally {
    removal.close();
  }
}

try {
  process.exitCode = (await main()) ? 0 : 1;
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
