// SPDX-License-Identifier: Apache-2.0
/** The templates of `thimble create`: each is a folder of `cli/templates/`, an app with its specs that our own tests run. */
import { join } from "node:path";
import { packageRoot } from "../host-sim/engine/paths.js";

export interface Template {
  readonly name: string;
  /** One line, for choosing. */
  readonly title: string;
}

export const TEMPLATES: readonly Template[] = Object.freeze([
  { name: "blink", title: "an LED that blinks, and a button" },
  { name: "sensor", title: "an analog sensor with an alarm, and a setting that survives a power cut" },
]);

export const templateNames: readonly string[] = Object.freeze(TEMPLATES.map(({ name }) => name));

export function templateFolder(name: string): string {
  return join(packageRoot, "cli", "templates", name);
}
