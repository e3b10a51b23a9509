// SPDX-License-Identifier: Apache-2.0
/** A scenario on a layout, run once without a cut: what there is before its step, what the step does, and what there is then. */
import type { EntryLog } from "../../sdk/storage/entries.js";
import { type Contents, contentsOf, difference } from "./contents.js";
import { Device, type DeviceCopy, type Mount } from "./device.js";
import type { Layout } from "./layouts.js";
import type { Nonces } from "./nonce-recorder.js";
import type { Operation } from "./power.js";
import { REPEATS_MAX, type Scenario } from "./scenarios.js";
import type { Step } from "./steps.js";

const SEED = 1;

export interface Prepared {
  readonly device: Device;
  readonly mount: Mount;
  readonly base: DeviceCopy;
  readonly nonces: Nonces;
  readonly lead: readonly Step[];
  readonly act: Step;
  readonly before: Contents;
  readonly after: Contents;
  /** When the step begins. */
  readonly beforeStep: DeviceCopy;
  readonly operations: readonly Operation[];
}

function run(log: EntryLog, steps: readonly Step[], contents: Contents): Contents {
  let now = contents;
  for (const step of steps) {
    step.run(log);
    now = step.after(now);
  }
  return now;
}

/** @throws Error - it holds something else. */
export function requireSame(log: EntryLog, contents: Contents, when: string): void {
  const wrong = difference(contentsOf(log), contents);
  if (wrong !== undefined) throw new Error(`${when}: ${wrong}`);
}

/** @throws Error - without any cut the scenario does not do what it is to do. */
export function prepare(mount: Mount, layout: Layout, scenario: Scenario): Prepared {
  const device = new Device(layout, SEED);
  let contents = run(mount(device.start()), scenario.base(layout), new Map());
  const base = device.copy();
  const lead = [...scenario.lead(layout)];
  let log = mount(device.start());
  contents = run(log, lead, contents);
  for (let number = 0; number < REPEATS_MAX; number++) {
    const act = scenario.act(layout, number);
    const beforeStep = device.copy();
    const operations = device.power.record(() => act.run(log));
    const before = contents;
    contents = act.after(contents);
    if (scenario.until?.(operations, layout) !== false) {
      requireSame(log, contents, "after the step");
      log = mount(device.start());
      requireSame(log, contents, "after the step and a mount");
      if (device.faults.length > 0) throw new Error(device.faults.join("; "));
      return { device, mount, base, nonces: device.nonces, lead, act, before, after: contents, beforeStep, operations };
    }
    lead.push(act);
  }
  throw new Error(`${scenario.name}: not after ${REPEATS_MAX} steps`);
}
