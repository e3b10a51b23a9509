// SPDX-License-Identifier: Apache-2.0
import { assert } from "chai";
import { encodeDatagram, encodePin, encodeUdpOpen, FrameType, HaltReason } from "../../devices/io/frames.js";
import type { BoardError, BoardErrorCode } from "../../host-sim/board/error.js";
import { PeerNetwork } from "../../host-sim/board/network.js";
import type { InputEvent } from "../../host-sim/board/recording.js";
import { BoardSession, type SessionOptions, type SessionResult } from "../../host-sim/board/session.js";
import { FakeBoard, NO_DEADLINE, type Turn, u64 } from "./fake-board.js";

/** Runs a script as the board; the script ends when the simulator stops it or by its own halt. */
async function play(
  script: (board: FakeBoard) => Promise<void>,
  options: Partial<SessionOptions> = {},
): Promise<SessionResult> {
  const board = new FakeBoard();
  const session = new BoardSession({ clock: "virtual", ...options, link: board.link }).run();
  const [result] = await Promise.all([session, script(board)]);
  return result;
}

async function refused(script: (board: FakeBoard) => void, options: Partial<SessionOptions> = {}): Promise<BoardError> {
  const board = new FakeBoard();
  const session = new BoardSession({ clock: "virtual", ...options, link: board.link }).run();
  script(board);
  try {
    await session;
  } catch (error) {
    return error as BoardError;
  }
  throw new Error("the session accepted it");
}

async function idleUntilStop(board: FakeBoard, deadlines: Iterable<number | bigint>): Promise<Turn[]> {
  const turns: Turn[] = [];
  for (const deadline of deadlines) {
    const turn = await board.idle(deadline);
    turns.push(turn);
    if (turn.isStop) {
      board.halt(HaltReason.stopped, "stopped");
      break;
    }
  }
  return turns;
}

const analog = (atUs: number, value: number): InputEvent => ({ atUs, kind: "analog", channel: 0, value });

describe("simulator, virtual time", () => {
  it("jumps to each deadline and ends when nothing is left", async () => {
    let turns: Turn[] = [];
    const result = await play(async (board) => {
      turns = await idleUntilStop(board, [1_000_000, 3_600_000_000, NO_DEADLINE]);
    });
    assert.deepEqual(
      turns.map((turn) => [turn.timeUs, turn.isStop]),
      [
        [1_000_000, false],
        [3_600_000_000, false],
        [3_600_000_001, true],
      ],
    );
    assert.deepEqual([result.reason, result.stoppedBy, result.text, result.turns], ["stopped", "idle", "stopped", 3]);
  });

  it("hands over inputs in order, at their time, before a later deadline", async () => {
    let turns: Turn[] = [];
    await play(
      async (board) => {
        turns = await idleUntilStop(board, [15, 15, 15, NO_DEADLINE, NO_DEADLINE]);
      },
      { inputs: [analog(10, 1), analog(10, 2), { atUs: 12, kind: "digital", channel: 5, value: 1 }, analog(90, 3)] },
    );
    assert.deepEqual(
      turns.map((turn) => [turn.timeUs, turn.events.map((event) => [event.type, ...event.payload])]),
      [
        [
          10,
          [
            [FrameType.analogValue, 0, 1, 0],
            [FrameType.analogValue, 0, 2, 0],
          ],
        ],
        [12, [[FrameType.digitalValue, 5, 1]]],
        [15, []],
        [90, [[FrameType.analogValue, 0, 3, 0]]],
        [91, []],
      ],
    );
  });

  it("lets time pass for a board whose deadline is over, and never sets it back", async () => {
    let turns: Turn[] = [];
    await play(async (board) => {
      turns = await idleUntilStop(board, [100, 0, 50, NO_DEADLINE]);
    });
    assert.deepEqual(
      turns.map((turn) => turn.timeUs),
      [100, 101, 102, 103],
    );
  });

  it("stops at the limit, not after it", async () => {
    for (const [deadline, expected] of [
      [999, false],
      [1000, true],
      [1001, true],
      [NO_DEADLINE, true],
    ] as const) {
      let turns: Turn[] = [];
      const result = await play(
        async (board) => {
          turns = await idleUntilStop(board, [deadline, NO_DEADLINE]);
        },
        { untilUs: 1000 },
      );
      assert.strictEqual(turns[0]?.isStop, expected, `deadline ${deadline}`);
      assert.deepEqual([result.stoppedBy, result.timeUs], ["until", 1000]);
    }
  });

  it("bridges datagrams to a peer and its answer back, before the next jump", async () => {
    const network = new PeerNetwork((datagram, answer) => answer(Uint8Array.from(datagram.data).reverse()));
    let answered: Turn | undefined;
    await play(
      async (board) => {
        board.send(FrameType.udpOpen, encodeUdpOpen(2, 0));
        const out = { socket: 2, address: "127.0.0.1", port: 5683, data: Uint8Array.of(1, 2, 3) };
        board.send(FrameType.udpSend, encodeDatagram(out));
        answered = await board.idle(1_000_000);
        board.send(FrameType.udpClose, Uint8Array.of(2));
        await idleUntilStop(board, [NO_DEADLINE]);
      },
      { network },
    );
    assert.deepEqual([...(network.sent[0]?.data ?? [])], [1, 2, 3]);
    assert.strictEqual(answered?.timeUs, 1);
    const expected = encodeDatagram({ socket: 2, address: "127.0.0.1", port: 5683, data: Uint8Array.of(3, 2, 1) });
    assert.deepEqual(
      answered?.events.map((event) => [event.type, ...event.payload]),
      [[FrameType.udpReceived, ...expected]],
    );
  });

  it("collects pins and marks", async () => {
    const result = await play(async (board) => {
      board.send(FrameType.digitalMode, encodePin(3, 8));
      await board.idle(500);
      board.send(FrameType.digitalWrite, encodePin(3, 1));
      board.send(FrameType.mark, Uint8Array.of(7, ...u64(42)));
      await idleUntilStop(board, [NO_DEADLINE]);
    });
    assert.deepEqual(
      result.pins.events.map((event) => [event.atUs, event.pin, event.what, event.value]),
      [
        [0, 3, "mode", 8],
        [500, 3, "write", 1],
      ],
    );
    assert.strictEqual(result.pins.levels.get(3), 1);
    assert.deepEqual(result.marks, [{ id: 7, ticks: 42n }]);
  });

  it("returns the board's own halt with its text", async () => {
    const result = await play(async (board) => board.halt(HaltReason.uncaught, "main.ts:3: no — café"));
    assert.deepEqual([result.reason, result.stoppedBy, result.text], ["uncaught", undefined, "main.ts:3: no — café"]);
  });

  it("stops an idle board when it is told to", async () => {
    const abort = new AbortController();
    const network = new PeerNetwork();
    const result = await play(
      async (board) => {
        board.send(FrameType.udpOpen, encodeUdpOpen(0, 0));
        setTimeout(() => abort.abort(), 20);
        await idleUntilStop(board, [NO_DEADLINE]);
      },
      { signal: abort.signal, network },
    );
    assert.strictEqual(result.stoppedBy, "signal");
  });
});

describe("simulator, real time", () => {
  it("waits for deadlines and inputs", async () => {
    const before = performance.now();
    let turns: Turn[] = [];
    await play(
      async (board) => {
        turns = await idleUntilStop(board, [40_000, 40_000, NO_DEADLINE]);
      },
      { clock: "real", inputs: [analog(20_000, 1)], untilUs: 60_000 },
    );
    const tookMs = performance.now() - before;
    assert.isAtLeast(tookMs, 58);
    assert.isAtLeast(turns[0]?.timeUs ?? 0, 20_000);
    assert.strictEqual(turns[0]?.events.length, 1);
    assert.isAtLeast(turns[1]?.timeUs ?? 0, 40_000);
    assert.isTrue(turns[2]?.isStop);
  });
});

function endInFrame(board: FakeBoard): void {
  board.sendBytes(9, 0, 1);
  board.end();
}

describe("simulator, boards that misbehave", () => {
  const cases: ReadonlyArray<readonly [string, BoardErrorCode, (board: FakeBoard) => void]> = [
    ["ends without HALT", "BOARD_LOST", (board) => board.end()],
    ["ends in the middle of a frame", "BOARD_LOST", endInFrame],
    ["sends a length of 0", "LINK_FRAME", (board) => board.sendBytes(0, 0, 1)],
    ["sends an unknown frame", "LINK_FRAME", (board) => board.send(10)],
    ["sends one of the simulator's frames", "LINK_FRAME", (board) => board.send(FrameType.run)],
    ["sends an IDLE that is too short", "LINK_FRAME", (board) => board.send(FrameType.idle, new Uint8Array(7))],
    ["sends a deadline beyond all time", "LINK_FRAME", (board) => board.send(FrameType.idle, u64(1n << 60n))],
    ["sends a HALT without reason", "LINK_FRAME", (board) => board.send(FrameType.halt)],
    ["sends a HALT with an unknown reason", "LINK_FRAME", (board) => board.halt(200)],
    ["sends a datagram cut short", "LINK_FRAME", (board) => board.send(FrameType.udpSend, Uint8Array.of(0, 1))],
    ["opens a socket that does not exist", "LINK_FRAME", (board) => board.send(FrameType.udpOpen, encodeUdpOpen(8, 1))],
    ["writes a pin that does not exist", "LINK_FRAME", (board) => board.send(FrameType.digitalWrite, encodePin(32, 1))],
    ["hangs", "BOARD_HANG", () => undefined],
  ];
  for (const [what, code, script] of cases) {
    it(`fails with ${code} when the board ${what}`, async () => {
      const error = await refused(script, { busyLimitMs: 50, network: new PeerNetwork() });
      assert.strictEqual(error.code, code, error.message);
    });
  }

  it("asks a board that does not become idle where its app is", async () => {
    let ask = (): void => undefined;
    const result = await play(
      async (board) => {
        ask = () => board.halt(HaltReason.busy, "\n at spin (app:12)");
      },
      { busyLimitMs: 50, askWhere: () => ask() },
    );
    const words = "the app kept the processor busy for 0.05 s: a loop that does not end?\n at spin (app:12)";
    assert.deepEqual([result.reason, result.text], ["busy", words]);
  });

  it("says that a board hangs which is lost when it is asked", async () => {
    let ask = (): void => undefined;
    const error = await refused(
      (board) => {
        ask = () => board.end();
      },
      { busyLimitMs: 50, askWhere: () => ask() },
    );
    assert.strictEqual(error.code, "BOARD_HANG");
  });

  it("fails when an idle board goes on by itself", async () => {
    const error = await refused(
      (board) => {
        board.send(FrameType.udpOpen, encodeUdpOpen(0, 0));
        board.send(FrameType.idle, u64(NO_DEADLINE));
        board.send(FrameType.digitalWrite, encodePin(0, 1));
      },
      { network: new PeerNetwork() },
    );
    assert.deepEqual([error.code, error.message], ["LINK_FRAME", "frame 6 from a board that is idle"]);
  });
});
