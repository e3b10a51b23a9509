// SPDX-License-Identifier: Apache-2.0
/**
 * The board link: frames over a byte stream. A frame is u16 LE length of what follows, u8 type, payload. Bounded: a
 * length of 0 or beyond FRAME_PAYLOAD_MAX ends the link at once.
 */
import type { Duplex } from "node:stream";
import { FRAME_PAYLOAD_MAX } from "../../devices/io/frames.js";
import { BoardError } from "./error.js";

export interface Frame {
  readonly type: number;
  readonly payload: Uint8Array;
}

const EMPTY = new Uint8Array(0);

/** @throws BoardError LINK_FRAME when the payload is too long. */
export function encodeFrame(type: number, payload: Uint8Array = EMPTY): Uint8Array {
  if (payload.length > FRAME_PAYLOAD_MAX) {
    throw new BoardError("LINK_FRAME", `frame payload of ${payload.length} bytes is longer than ${FRAME_PAYLOAD_MAX}`);
  }
  const out = new Uint8Array(3 + payload.length);
  new DataView(out.buffer).setUint16(0, 1 + payload.length, true);
  out[2] = type;
  out.set(payload, 3);
  return out;
}

/** Cuts a byte stream into frames. Holds at most one incomplete frame. */
export class FrameDecoder {
  #pending: Uint8Array = EMPTY;

  /**
   * @returns the frames that `chunk` completes; payloads are copies.
   * @throws BoardError LINK_FRAME on a length that no frame has; the decoder is of no use afterwards.
   */
  push(chunk: Uint8Array): Frame[] {
    const bytes = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const frames: Frame[] = [];
    let at = 0;
    while (bytes.length - at >= 2) {
      const length = view.getUint16(at, true);
      if (length < 1 || length > 1 + FRAME_PAYLOAD_MAX) {
        throw new BoardError("LINK_FRAME", `frame length ${length} on the board link`);
      }
      if (bytes.length - at < 2 + length) break;
      frames.push({ type: view.getUint8(at + 2), payload: Uint8Array.from(bytes.subarray(at + 3, at + 2 + length)) });
      at += 2 + length;
    }
    this.#pending = Uint8Array.from(bytes.subarray(at));
    return frames;
  }

  /** Whether a frame has begun and is not complete. */
  get isInFrame(): boolean {
    return this.#pending.length > 0;
  }
}

export interface LinkHandlers {
  onFrame(frame: Frame): void;
  /** The stream ended or failed, or a frame was malformed. Called once. */
  onClose(error: BoardError): void;
}

/** Frames both ways over a stream. */
export class BoardLink {
  readonly #stream: Duplex;
  #isOpen = true;

  constructor(stream: Duplex, handlers: LinkHandlers) {
    this.#stream = stream;
    const decoder = new FrameDecoder();
    const close = (error: BoardError) => {
      if (!this.#isOpen) return;
      this.#isOpen = false;
      handlers.onClose(error);
    };
    stream.on("data", (chunk: Buffer) => {
      try {
        for (const frame of decoder.push(chunk)) if (this.#isOpen) handlers.onFrame(frame);
      } catch (error) {
        close(error instanceof BoardError ? error : new BoardError("LINK_FRAME", String(error), { cause: error }));
        stream.destroy();
      }
    });
    stream.on("error", (cause) => close(new BoardError("BOARD_LOST", `board link: ${cause.message}`, { cause })));
    const ended = () => {
      const where = decoder.isInFrame ? " in the middle of a frame" : "";
      close(new BoardError("BOARD_LOST", `the board closed its link${where}`));
    };
    stream.on("end", ended);
    stream.on("close", ended);
  }

  /** Sends frames in one write. Does nothing once the link is closed. */
  send(...frames: readonly Uint8Array[]): void {
    if (this.#isOpen && this.#stream.writable) this.#stream.write(Buffer.concat(frames));
  }

  /** Stops listening: no handler is called any more. */
  close(): void {
    this.#isOpen = false;
  }
}
