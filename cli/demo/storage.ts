// SPDX-License-Identifier: Apache-2.0
/** An act of `npm start`: what somebody finds in the flash of a device with a sealed store, and what changing it brings. */
import { cpSync } from "node:fs";
import { join } from "node:path";
import { PARTITIONS } from "../../devices/io/partitions.js";
import { FLASH_OFFSET, PROGRAMMED_OFFSET, PROGRAMMED_SIZE, WINDOW_SIZE } from "../../host-sim/board/layout.js";
import { DeviceState } from "../../host-sim/board/window.js";
import { packageRoot } from "../../host-sim/engine/paths.js";
import { Progress } from "../progress.js";
import { colorsFor } from "../terminal.js";
import { type, typeQuietly } from "./type.js";

const colors = colorsFor(process.stdout);
const NAME = "safe";
const CODE = "31-07-94";
const PASSPHRASE = "THIMBLE_KEY_PASSPHRASE";
const RUN = "sim --state device --until 600";
/** In the first record of the store, behind a header. */
const IN_A_RECORD = 80;
/** The flash, and which of its units are programmed. */
const FLASH = Object.freeze([
  [FLASH_OFFSET, WINDOW_SIZE - FLASH_OFFSET],
  [PROGRAMMED_OFFSET, PROGRAMMED_SIZE],
] as const);

type Copy = readonly (readonly [offset: number, bytes: Uint8Array])[];

function say(text: string): void {
  process.stdout.write(`\n${colors.dim(`# ${text}`)}\n`);
}

function atTheFlash<T>(project: string, work: (state: DeviceState) => T): T {
  const state = new DeviceState(join(project, "device"));
  try {
    return work(state);
  } finally {
    state.close();
  }
}

function take(project: string): Copy {
  return atTheFlash(project, (state) => FLASH.map(([at, length]) => [at, state.read(at, length)]));
}

function put(project: string, copy: Copy): void {
  atTheFlash(project, (state) => {
    for (const [at, bytes] of copy) state.write(at, bytes);
  });
}

function storeOffset(): number {
  const found = PARTITIONS.find(({ name }) => name === "storage");
  if (found === undefined) throw new Error("there is no partition storage");
  return FLASH_OFFSET + found.offset;
}

/** Where the code stands in the device's flash. The app has it as the code of a new safe: that is not the store's to hide. */
function placesOfCode(project: string): number[] {
  const flash = Buffer.from(atTheFlash(project, (state) => state.read(FLASH_OFFSET, WINDOW_SIZE - FLASH_OFFSET)));
  const places: number[] = [];
  for (let at = flash.indexOf(CODE); at >= 0; at = flash.indexOf(CODE, at + 1)) places.push(FLASH_OFFSET + at);
  return places;
}

async function makeDevice(project: string): Promise<void> {
  const progress = new Progress();
  try {
    for (const line of ["keys create", "keys create owner", "provision --state device --yes"]) {
      progress.update(`${NAME}: ${line}`);
      await typeQuietly(project, line);
    }
  } finally {
    progress.done();
  }
}

function lookForTheCode(project: string): void {
  const start = storeOffset();
  const inTheStore = placesOfCode(project).filter((at) => at >= start && at < start + 0x80000);
  if (inTheStore.length > 0) throw new Error("the code lies in the store in the clear");
  say(`Somebody reads the flash and looks for the code ${CODE} in the store: it is nowhere.`);
}

async function changeOneBit(project: string): Promise<void> {
  const whole = take(project);
  say("Somebody changes one bit of the store.");
  atTheFlash(project, (state) => {
    const at = storeOffset() + IN_A_RECORD;
    state.write(at, Uint8Array.of((state.read(at, 1)[0] ?? 0) ^ 1));
  });
  await type(project, RUN);
  put(project, whole);
}

async function bringTriesBack(project: string): Promise<void> {
  const before = take(project);
  say(
    "Somebody who has copied the flash tries another code, and then puts the copy back: the tries should be there again.",
  );
  await type(project, RUN);
  const after = take(project);
  put(project, before);
  await type(project, RUN);
  say("The chip's counter has gone on. With the flash as it was last, the safe goes on too.");
  put(project, after);
  await type(project, RUN);
}

/** @param folder - where a copy of the example is made. */
export async function showStorage(folder: string): Promise<void> {
  const project = join(folder, NAME);
  cpSync(join(packageRoot, "examples", NAME), project, { recursive: true });
  const before = process.env[PASSPHRASE];
  process.env[PASSPHRASE] ??= "six plain words nobody else knows";
  try {
    await makeDevice(project);
    await type(project, RUN);
    lookForTheCode(project);
    await changeOneBit(project);
    await bringTriesBack(project);
  } finally {
    if (before === undefined) delete process.env[PASSPHRASE];
  }
}
