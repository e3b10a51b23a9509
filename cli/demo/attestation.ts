// SPDX-License-Identifier: Apache-2.0
/** An act of `npm start`: a device proves what it runs; an unknown release, yesterday's proof and a copied flash do not pass. */
import { randomBytes } from "node:crypto";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FLASH_OFFSET, PROGRAMMED_OFFSET, PROGRAMMED_SIZE, WINDOW_SIZE } from "../../host-sim/board/layout.js";
import { DeviceState } from "../../host-sim/board/window.js";
import { packageRoot } from "../../host-sim/engine/paths.js";
import { Progress } from "../progress.js";
import { colorsFor } from "../terminal.js";
import { askDevice } from "./ask-device.js";
import { type, typeBriefly, typeQuietly } from "./type.js";

const colors = colorsFor(process.stdout);
const NAME = "attester";
const PORT = 40_919;
const PASSPHRASE = "THIMBLE_KEY_PASSPHRASE";
const REFUSED = 1;
/** Of a verdict: what is new. */
const WHY = /^ *refused/;
const KNOWN = "--owner owner-1 --reference reference.cbor";
/** What somebody with a programmer copies: the flash, and nothing of the fuses. */
const FLASH = Object.freeze([
  [FLASH_OFFSET, WINDOW_SIZE - FLASH_OFFSET],
  [PROGRAMMED_OFFSET, PROGRAMMED_SIZE],
] as const);

function say(text: string): void {
  process.stdout.write(`\n${colors.dim(`# ${text}`)}\n`);
}

function use<T>(folder: string, act: (state: DeviceState) => T): T {
  const state = new DeviceState(folder);
  try {
    return act(state);
  } finally {
    state.close();
  }
}

/** Asks with new random bytes and keeps the answer in a file. @returns The nonce, in hexadecimal. */
async function ask(project: string, device: string, file: string): Promise<string> {
  const nonce = randomBytes(32);
  const token = await askDevice(join(project, device), PORT, nonce, "runs\n");
  writeFileSync(join(project, file), token);
  return nonce.toString("hex");
}

async function makeDevices(project: string): Promise<void> {
  const lines = [
    ...["keys create", "keys create owner", "keys create verifier", "build"],
    "build --firmware --output firmware.img",
    "sign firmware.img --key image-1 --version 1.0.0 --output firmware-1.img",
    "sign build/host-release/app.img --key image-1 --version 1.0.0 --output app-1.img",
    "sign build/host-release/app.img --key image-1 --version 2.0.0 --output app-2.img",
    "provision --state device --firmware firmware-1.img --app app-1.img --yes",
    "provision --state other --firmware firmware-1.img --app app-1.img --yes",
  ];
  const progress = new Progress();
  try {
    for (const line of lines) {
      progress.update(`attester: ${line}`);
      await typeQuietly(project, line);
    }
  } finally {
    progress.done();
  }
}

async function proveIt(project: string): Promise<string> {
  say("Its maker signs what devices may run: one release, so far.");
  await type(project, "attest reference firmware-1.img app-1.img");
  say("A server draws 32 random bytes and sends them to the device. The answer is in token.cbor.");
  const nonce = await ask(project, "device", "token.cbor");
  await type(project, "attest show token.cbor");
  say("Is it true? The server has the owner's public key, and what the maker signed.");
  await type(project, `attest verify token.cbor --nonce ${nonce} ${KNOWN}`);
  return nonce;
}

async function runAnotherRelease(project: string): Promise<void> {
  say(
    "Version 2.0.0 of the app is put into it: signed as it should be, so boot starts it. The server has never heard of it.",
  );
  use(join(project, "device"), ({ programmer }) => programmer.write("app0", readFileSync(join(project, "app-2.img"))));
  const nonce = await ask(project, "device", "newer.cbor");
  await typeBriefly(project, `attest verify newer.cbor --nonce ${nonce} ${KNOWN}`, WHY, REFUSED);
}

async function playItBack(project: string): Promise<void> {
  say("Somebody plays the first answer back. But the server has drawn other bytes meanwhile.");
  await typeBriefly(
    project,
    `attest verify token.cbor --nonce ${randomBytes(32).toString("hex")} ${KNOWN}`,
    WHY,
    REFUSED,
  );
}

async function copyTheFlash(project: string): Promise<void> {
  say("Somebody copies the device's whole flash into another chip: app, keys, certificate. But not the chip's secret.");
  const device = join(project, "device");
  use(device, ({ programmer }) => programmer.write("app0", readFileSync(join(project, "app-1.img"))));
  const parts = use(device, (state) => FLASH.map(([at, length]) => [at, state.read(at, length)] as const));
  use(join(project, "other"), (state) => {
    for (const [at, bytes] of parts) state.write(at, bytes);
  });
  const nonce = await ask(project, "other", "copy.cbor");
  await typeBriefly(project, `attest verify copy.cbor --nonce ${nonce} ${KNOWN}`, WHY, REFUSED);
}

async function askEachOther(folder: string): Promise<void> {
  say("Devices can ask each other, too. The two doors of an airlock do, before one opens:");
  cpSync(join(packageRoot, "examples", "airlock"), join(folder, "airlock"), { recursive: true });
  await type(folder, "test airlock");
}

/** @param folder - where copies of the examples are made. */
export async function showAttestation(folder: string): Promise<void> {
  const project = join(folder, NAME);
  cpSync(join(packageRoot, "examples", NAME), project, { recursive: true });
  const before = process.env[PASSPHRASE];
  process.env[PASSPHRASE] ??= "six plain words nobody else knows";
  try {
    await makeDevices(project);
    await proveIt(project);
    await runAnotherRelease(project);
    await playItBack(project);
    await copyTheFlash(project);
    await askEachOther(folder);
  } finally {
    if (before === undefined) delete process.env[PASSPHRASE];
  }
}
