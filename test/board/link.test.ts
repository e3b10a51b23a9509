// SPDX-License-Identifier: Apache-2.0
import { Duplex } from "node:stream";
import { assert } from "chai";
import { FRAME_PAYLOAD_MAX } from "../../devices/io/frames.js";
import { BoardError } from "../../host-sim/board/error.js";
import { BoardLink, encodeFrame, type Frame, FrameDecoder } from "../../host-sim/board/link.js";

const STREAM = Buffer.concat([
  encodeFrame(65),
  encodeFrame(66, Uint8Array.of(1, 2, 3)),
  encodeFrame(1, new Uint8Array(FRAME_PAYLOAD_MAX).fill(7)),
]);

function decode(chunks: Iterable<Uint8Array>): Frame[] {
  const decoder = new FrameDecoder();
  return [...chunks].flatMap((chunk) => decoder.push(chunk));
}

describe("board link", () => {
  it("lays a frame out as length, type, payload", () => {
    assert.deepEqual([...encodeFrame(66, Uint8Array.of(9, 8))], [3, 0, 66, 9, 8]);
  });

  it("cuts a stream into the same frames wherever it is split", () => {
    const whole = decode([STREAM]);
    assert.deepEqual(
      whole.map((frame) => [frame.type, frame.payload.length]),
      [
        [65, 0],
        [66, 3],
        [1, FRAME_PAYLOAD_MAX],
      ],
    );
    for (let at = 1; at < STREAM.length; at += at < 16 ? 1 : 97) {
      assert.deepEqual(decode([STREAM.subarray(0, at), STREAM.subarray(at)]), whole, `split at ${at}`);
    }
    assert.deepEqual(decode([...STREAM].map((byte) => Uint8Array.of(byte))), whole);
  });

  it("keeps no view of a chunk that its owner may change", () => {
    const chunk = Uint8Array.from(encodeFrame(66, Uint8Array.of(1)));
    const [frame] = decode([chunk]);
    chunk.fill(0);
    assert.deepEqual([...(frame?.payload ?? [])], [1]);
  });

  it("takes the largest frame and refuses a length of 0 and of one more", () => {
    const header = (length: number) => Uint8Array.of(length & 0xff, length >> 8);
    assert.deepEqual(new FrameDecoder().push(header(FRAME_PAYLOAD_MAX + 1)), []);
    for (const length of [0, FRAME_PAYLOAD_MAX + 2, 0xffff]) {
      assert.throws(() => new FrameDecoder().push(header(length)), BoardError, "frame length");
    }
    assert.throws(() => encodeFrame(66, new Uint8Array(FRAME_PAYLOAD_MAX + 1)), BoardError, "longer than");
  });

  function listen(chunks: readonly Uint8Array[]): Promise<{ frames: Frame[]; error: BoardError }> {
    return new Promise((resolve) => {
      const frames: Frame[] = [];
      const stream = new Duplex({ read: () => undefined, write: (_chunk, _encoding, done) => done() });
      new BoardLink(stream, { onFrame: (frame) => frames.push(frame), onClose: (error) => resolve({ frames, error }) });
      for (const chunk of chunks) stream.push(chunk);
      stream.push(null);
    });
  }

  it("reports the end of the stream once, and whether it cut a frame", async () => {
    const whole = await listen([encodeFrame(65)]);
    assert.deepEqual([whole.frames.length, whole.error.code], [1, "BOARD_LOST"]);
    assert.notInclude(whole.error.message, "middle");
    const cut = await listen([encodeFrame(65).subarray(0, 2)]);
    assert.deepEqual([cut.frames.length, cut.error.code], [0, "BOARD_LOST"]);
    assert.include(cut.error.message, "in the middle of a frame");
  });

  it("reports a malformed length and hands over nothing after it", async () => {
    const { frames, error } = await listen([Uint8Array.of(0, 0), encodeFrame(65)]);
    assert.deepEqual([frames.length, error.code], [0, "LINK_FRAME"]);
  });
});
