// SPDX-License-Identifier: Apache-2.0
/** `npm run checks`: leaves out each check of devices/boot and devices/secure in turn and prints how many a test notices. */
import { ensureEngines } from "../../host-sim/engine/build.js";
import { type Check, Removal, readChecks } from "./removal.js";
import { readSecureChecks, SecureRemoval } from "./secure-removal.js";

function say({ id, file }: Check, isKilled: boolean): void {
  console.log(`${isKilled ? "killed  " : "SURVIVED"}  ${file}  ${id}`);
}

async function ofBoot(): Promise<boolean> {
  const checks = readChecks();
  const removal = new Removal();
  try {
    await removal.prepare();
    const alive = await removal.survivors(checks, say);
    console.log(`killed ${checks.length - alive.length} of ${checks.length} checks of devices/boot`);
    return alive.length === 0;
  } finally {
    removal.close();
  }
}

function ofSecure(): boolean {
  const checks = readSecureChecks();
  const removal = new SecureRemoval();
  try {
    removal.prepare();
    let killed = 0;
    for (const check of checks) {
      const isKilled = removal.kills(check);
      if (isKilled) killed++;
      say(check, isKilled);
    }
    console.log(`killed ${killed} of ${checks.length} checks of devices/secure`);
    return killed === checks.length;
  } finally {
    removal.close();
  }
}

try {
  await ensureEngines([{ board: "host", variant: "release" }], () => undefined);
  const isBootSafe = await ofBoot();
  process.exitCode = ofSecure() && isBootSafe ? 0 : 1;
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
