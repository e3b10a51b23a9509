// SPDX-License-Identifier: Apache-2.0
/** An act of `npm start`: a device gets a root of trust, and refuses what a thief with a flash programmer gives it. */
import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { FlashSlot, Programmer } from "../../host-sim/board/programmer.js";
import { DeviceState } from "../../host-sim/board/window.js";
import { colorsFor } from "../terminal.js";
import { type } from "./type.js";

const colors = colorsFor(process.stdout);
const PASSPHRASE = "THIMBLE_KEY_PASSPHRASE";
const RUN = "sim --state device --until 600";
const REFUSED = 1;
const APP = "build/host-release/app.img";
/** Behind the header. */
const IN_THE_APP = 100;

function say(text: string): void {
  process.stdout.write(`\n${colors.dim(`# ${text}`)}\n`);
}

/** What somebody with a programmer at the device's pins does. */
function atThePins(project: string, work: (programmer: Programmer) => void): void {
  const state = new DeviceState(join(project, "device"));
  try {
    work(state.programmer);
  } finally {
    state.close();
  }
}

function put(project: string, images: Readonly<Partial<Record<FlashSlot, Uint8Array>>>): void {
  atThePins(project, (programmer) => {
    for (const [slot, bytes] of Object.entries(images)) programmer.write(slot as FlashSlot, bytes);
  });
  say(`A programmer at its pins writes ${Object.keys(images).join(", ")}.`);
}

/** What lies there now. */
function take(project: string, slot: FlashSlot): Uint8Array {
  let bytes = new Uint8Array(0);
  atThePins(project, (programmer) => {
    bytes = Uint8Array.from(programmer.read(slot) ?? []);
  });
  return bytes;
}

async function changeOneBit(project: string): Promise<void> {
  say("Somebody opens it, and changes one bit of the app in its flash.");
  const app = take(project, "app0");
  const changed = Uint8Array.from(app);
  changed[IN_THE_APP] = (changed[IN_THE_APP] ?? 0) ^ 1;
  put(project, { app0: changed });
  await type(project, RUN, REFUSED);
  put(project, { app0: app });
}

async function bringBackAnOldRelease(project: string): Promise<void> {
  say("Version 2 mends what must never run again: its security counter is 1.");
  const old = take(project, "app0");
  await type(project, `sign ${APP} --key image-1 --version 2.0.0 --counter 1 --output v2.img`);
  put(project, { app0: readFileSync(join(project, "v2.img")) });
  await type(project, RUN);
  say("Somebody puts the first version back, with its good signature.");
  put(project, { app0: old });
  await type(project, RUN, REFUSED);
}

async function stealAKey(project: string): Promise<void> {
  say("A thief copies the key image-1, and all that is in its folder.");
  cpSync(join(project, "keys"), join(project, "stolen"), { recursive: true });
  say("It is revoked: its successor signs everything anew, and the next trust record does not list it.");
  await type(project, "keys rotate image-1 --revoke");
  await type(project, "build --firmware --output firmware.img");
  await type(project, "sign firmware.img --key image-2 --version 1.0.0 --output firmware-2.img");
  await type(project, `sign ${APP} --key image-2 --version 2.1.0 --counter 1 --output v2.img`);
  const read = (name: string): Uint8Array => readFileSync(join(project, name));
  put(project, { fw0: read("firmware-2.img"), app0: read("v2.img"), trust1: read("keys/trust.img") });
  await type(project, RUN);
  say("The thief signs an app, and brings it to the device.");
  await type(project, `sign ${APP} --keys stolen --key image-1 --version 3.0.0 --counter 2 --output bad.img`);
  put(project, { app0: read("bad.img") });
  await type(project, RUN, REFUSED);
  say("And the old trust record with it, which still lists that key.");
  put(project, { trust0: read("stolen/trust.img"), trust1: read("stolen/trust.img") });
  await type(project, RUN, REFUSED);
}

/** @param folder - where the project is made. */
export async function showTrust(folder: string): Promise<void> {
  const project = join(folder, "lock");
  const before = process.env[PASSPHRASE];
  process.env[PASSPHRASE] ??= "six plain words nobody else knows";
  try {
    await type(folder, "create lock --template blink");
    await type(project, "keys create");
    await type(project, "keys create owner");
    await type(project, "provision --state device --yes");
    await type(project, RUN);
    await changeOneBit(project);
    await bringBackAnOldRelease(project);
    await stealAKey(project);
  } finally {
    if (before === undefined) delete process.env[PASSPHRASE];
  }
}
