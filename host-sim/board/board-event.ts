// SPDX-License-Identifier: Apache-2.0
/** What a board says over its link, decoded: docs/simulator.md has the frames. */

import * as frames from "../../devices/io/frames.js";
import { decodeEngineText } from "./engine-text.js";
import { BoardError } from "./error.js";
import type { Frame } from "./link.js";

const { FrameType, HaltReason } = frames;

export type HaltName = keyof typeof HaltReason;

export type BoardEvent =
  /** It waits: until this time (microseconds since power-on), or Infinity. */
  | { readonly what: "idle"; readonly deadlineUs: number }
  | { readonly what: "halt"; readonly reason: HaltName; readonly text: string }
  | { readonly what: "udpOpen"; readonly socket: number; readonly port: number }
  | { readonly what: "udpSend"; readonly datagram: frames.Datagram }
  | { readonly what: "udpClose"; readonly socket: number }
  | { readonly what: "pin"; readonly frame: Frame }
  | { readonly what: "analogOpen" }
  | { readonly what: "mark"; readonly id: number; readonly ticks: bigint };

const NO_DEADLINE = 0xffff_ffff_ffff_ffffn;

function haltName(reason: number): HaltName {
  for (const [name, value] of Object.entries(HaltReason)) if (value === reason) return name as HaltName;
  throw new BoardError("LINK_FRAME", `HALT with unknown reason ${reason}`);
}

function deadlineOf(payload: Uint8Array): number {
  if (payload.length !== 8) throw new BoardError("LINK_FRAME", "IDLE length");
  const deadline = new DataView(payload.buffer, payload.byteOffset).getBigUint64(0, true);
  if (deadline === NO_DEADLINE) return Number.POSITIVE_INFINITY;
  if (deadline > BigInt(Number.MAX_SAFE_INTEGER)) throw new BoardError("LINK_FRAME", "IDLE deadline");
  return Number(deadline);
}

/** @throws BoardError LINK_FRAME - or a RangeError of the payload's decoder: it is malformed, or of no known type. */
export function decodeEvent(frame: Frame): BoardEvent {
  const { type, payload } = frame;
  switch (type) {
    case FrameType.idle:
      return { what: "idle", deadlineUs: deadlineOf(payload) };
    case FrameType.halt: {
      const text = decodeEngineText(payload.subarray(1));
      return { what: "halt", reason: haltName(payload[0] ?? 255), text };
    }
    case FrameType.udpOpen:
      return { what: "udpOpen", ...frames.decodeUdpOpen(payload) };
    case FrameType.udpSend:
      return { what: "udpSend", datagram: frames.decodeDatagram(payload) };
    case FrameType.udpClose:
      return { what: "udpClose", socket: frames.decodeUdpClose(payload) };
    case FrameType.digitalWrite:
    case FrameType.digitalMode:
      return { what: "pin", frame };
    case FrameType.analogOpen:
      frames.decodePin(payload);
      return { what: "analogOpen" };
    case FrameType.mark: {
      if (payload.length !== 9) throw new BoardError("LINK_FRAME", "MARK length");
      const view = new DataView(payload.buffer, payload.byteOffset);
      return { what: "mark", id: view.getUint8(0), ticks: view.getBigUint64(1, true) };
    }
    default:
      throw new BoardError("LINK_FRAME", `unknown frame type ${type}`);
  }
}
