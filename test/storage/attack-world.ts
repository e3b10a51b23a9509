// SPDX-License-Identifier: Apache-2.0
/** The devices that are attacked: layouts with a counter of either level and without one, each with two lives in its past. */
import type { Crypto } from "../../sdk/contracts/crypto.js";
import { AttackedDevice, type Board } from "./attack-device.js";
import { liveLaps, liveOn } from "./attack-life.js";
import type { World } from "./attacks.js";
import type { FlashShape } from "./flash-model.js";
import { Random, seedOf } from "./random.js";

function shape(blockLength: number, blocks: number, writeAlign: number, eraseValue: 0x00 | 0xff): FlashShape {
  return { blockLength, blocks, writeAlign, eraseValue };
}

function board(every: number, flash: FlashShape): Board {
  return { shape: flash, every, name: "storage", keyByte: 0x11 };
}

export const BOARDS: readonly Board[] = Object.freeze([
  board(0, shape(512, 16, 1, 0xff)),
  board(1, shape(512, 16, 8, 0x00)),
  board(4, shape(512, 24, 32, 0xff)),
  board(0, shape(1024, 17, 16, 0x00)),
  board(1, shape(2048, 12, 4, 0xff)),
  board(4, shape(1024, 16, 1, 0x00)),
]);

export function boardName({ shape: { blockLength, blocks, writeAlign, eraseValue }, every }: Board): string {
  const counter = every === 0 ? "no counter" : `counter every ${every}`;
  return `${blockLength}x${blocks} align ${writeAlign} erase ${eraseValue === 0 ? "00" : "ff"}, ${counter}`;
}

/** So many laps of the flash before the lives part. */
const LAPS = 2.3;
/** Commits in the life that is left, and in the one that goes on, where no counter hinders it. */
const LEFT_COMMITS = 25;
const KEPT_COMMITS = 30;

/**
 * A device with a past. Where its counter lets it, somebody has made a copy of its flash, it went on, and found the copy in
 * its place: what it wrote in between are the `others`.
 */
export function makeWorld(of: Board, seed: number, makeCrypto?: () => Crypto): World {
  const device = new AttackedDevice(of, seedOf("salts", seed), makeCrypto);
  const random = new Random(seedOf(boardName(of), seed));
  const past = liveLaps(device, random, LAPS);
  const parting = past.at(-1);
  if (parting === undefined || of.every === 1) return { device, moments: past, others: [] };
  const hinders = of.every - 1;
  const left = liveOn(device, parting, random, (_, count) => count >= (of.every === 0 ? LEFT_COMMITS : hinders));
  device.restore(parting);
  const kept = liveOn(device, parting, random, (_, count) => count >= (of.every === 0 ? KEPT_COMMITS : hinders));
  return { device, moments: [...past, ...kept], others: left };
}
