// SPDX-License-Identifier: Apache-2.0
/** The machines that specs run on: chosen by THIMBLE_MACHINES, by default all. */
import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { type Board, enginePath, firmwareFolder, type Variant, xsCompilePath } from "../../host-sim/engine/paths.js";
import type { BackEnd } from "./machine.js";

/** A crypto back-end on this Node. */
interface NodeMachine {
  readonly kind: "node";
  readonly name: BackEnd;
}

export interface BoardMachine {
  readonly kind: "board";
  readonly name: string;
  readonly board: Board;
  readonly variant: Variant;
}

export type Machine = NodeMachine | BoardMachine;

const ALL = "node,noble,host,host-sanitize,mps2-an505";

/** @throws RangeError for a name that is none: node, noble, host, mps2-an505; a board also with -debug or -sanitize. */
function machineOf(name: string): Machine {
  if (name === "node" || name === "noble") return { kind: "node", name };
  const match = /^(host|mps2-an505)(?:-(debug|sanitize))?$/.exec(name);
  if (!match) throw new RangeError(`THIMBLE_MACHINES: no such machine: ${name} (known: ${ALL})`);
  return { kind: "board", name, board: match[1] as Board, variant: (match[2] ?? "release") as Variant };
}

export function chosenMachines(names = process.env.THIMBLE_MACHINES): Machine[] {
  return (names || ALL).split(",").map((name) => machineOf(name.trim()));
}

function isOnPath(program: string): boolean {
  return (process.env.PATH ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** What this computer lacks to run the machine; undefined when it can. */
export function missingFor(machine: Machine): string | undefined {
  if (machine.kind === "node") return undefined;
  const files = [xsCompilePath(), join(firmwareFolder(), "firmware.json"), enginePath(machine.board, machine.variant)];
  const missing = files.find((file) => !existsSync(file));
  if (missing !== undefined) return `${missing} is missing: npm run setup builds it`;
  if (machine.board === "mps2-an505" && !isOnPath("qemu-system-arm")) return "qemu-system-arm is not on PATH";
  return undefined;
}
