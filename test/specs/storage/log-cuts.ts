// SPDX-License-Identifier: Apache-2.0
/** Cuts the power at operations of commits, with fresh seeds for where in them, and looks at what the next mount finds. */
import { assert } from "../../harness/assert.js";
import type { FlashShape } from "../../storage/flash-model.js";
import { TEARS, type Tear } from "../../storage/power.js";
import { Random } from "../../storage/random.js";
import { detailOf } from "../thrown.js";
import { LogDevice, put, remove, texts } from "./log-device.js";

export interface Lives {
  readonly shape: FlashShape;
  readonly seed: number;
  /** Cuts to make, one after the other in one device's life. */
  readonly cuts: number;
}

function change(random: Random, number: number) {
  const name = `k${random.below(5)}`;
  if (random.oneIn(6)) return remove(name);
  return put(name, `${number}`.padEnd(random.oneIn(12) ? 150 : random.below(40), "."));
}

/** One to three changes, of keys of their own. */
function changes(random: Random, number: number) {
  const made = new Map<string, ReturnType<typeof change>>();
  for (let i = random.below(3); i >= 0; i--) {
    const one = change(random, number);
    made.set(`${one.name}`, one);
  }
  return [...made.values()];
}

/** One life with many cuts: each leaves the state before or the one after, and a log that goes on. */
export function live({ shape, seed, cuts }: Lives): void {
  const random = new Random(seed);
  const device = new LogDevice(shape);
  let log = device.mount();
  let before = texts(log);
  for (let done = 0, number = 0; done < cuts; number++) {
    const made = changes(random, number);
    const isCut = !random.oneIn(4);
    const cut = { operation: random.below(3), bytes: random.below(random.oneIn(3) ? 513 : 80) };
    if (isCut) device.power.plan({ ...cut, tear: TEARS[random.below(3)] as Tear, seed: random.word() });
    const thrown = detailOf(() => log.commit(made));
    device.power.plan(undefined);
    if (device.power.isOn) {
      assert.strictEqual(thrown, "nothing", `seed ${seed}, commit ${number}`);
      before = texts(log);
      continue;
    }
    done++;
    log = device.mount();
    const after = texts(log);
    if (after !== before) {
      // Not the old state, so the new one: making the changes again changes nothing.
      log.commit(made);
      assert.strictEqual(texts(log), after, `seed ${seed}, cut ${done}`);
      before = after;
    }
    assert.deepEqual(device.flash.misuses, []);
  }
  device.end();
}
