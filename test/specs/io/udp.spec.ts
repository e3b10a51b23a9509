// SPDX-License-Identifier: Apache-2.0
/** What needs no peer; test/board/run.test.ts has one. */
import UDP from "embedded:io/socket/udp";
import { assert } from "../../harness/assert.js";
import { describe, it } from "../../harness/spec.js";
import { messageOf, thrownBy } from "../thrown.js";

const LooseUDP = UDP as unknown as new (options?: unknown) => { write(...args: unknown[]): void; close(): void };

describe("embedded:io/socket/udp", () => {
  it("opens with and without port and callback; nothing waits at first", () => {
    for (const options of [{}, { port: 40123 }, { onReadable: () => undefined }, { format: "buffer" } as const]) {
      const socket = new UDP(options);
      assert.strictEqual(socket.read(), undefined);
      assert.strictEqual(socket.format, "buffer");
      socket.close();
    }
  });

  it("refuses wrong options as Moddable does", () => {
    const cases: ReadonlyArray<readonly [unknown, string]> = [
      [undefined, "TypeError"],
      [{ port: -1 }, "RangeError"],
      [{ port: 65536 }, "RangeError"],
      [{ port: Symbol("x") }, "TypeError"],
      [{ format: "number" }, "RangeError"],
      [{ onReadable: 1 }, "Error"],
      [{ multicast: "224.0.0.1" }, "Error"],
    ];
    for (const [options, name] of cases) {
      assert.strictEqual(
        thrownBy(() => new LooseUDP(options)),
        name,
      );
    }
  });

  it("refuses what cannot be sent", () => {
    const socket = new LooseUDP({});
    const data = new ArrayBuffer(1);
    const symbol = Symbol("x");
    const cases: ReadonlyArray<readonly [unknown[], string]> = [
      [[symbol, "127.0.0.1", 1], "TypeError"],
      [[data, symbol, 1], "TypeError"],
      [[data, "127.0.0.1", symbol], "TypeError"],
      [["text", "127.0.0.1", 1], "TypeError"],
      [[data, "127.0.0.1", 0], "RangeError"],
      [[data, "127.0.0.1", 65536], "RangeError"],
      [[data, "example.com", 1], "Error"],
      [[data, "127.0.0.256", 1], "Error"],
      [[data, "127.0.0", 1], "Error"],
      [[data, "127.0.0.1.", 1], "Error"],
      [[new ArrayBuffer(1473), "127.0.0.1", 1], "Error"],
    ];
    for (const [args, name] of cases) {
      assert.strictEqual(
        thrownBy(() => socket.write(...args)),
        name,
      );
    }
    socket.close();
  });

  it("has a bounded number of sockets, and each port once", () => {
    const sockets: UDP[] = [];
    assert.strictEqual(
      thrownBy(() => {
        for (;;) sockets.push(new UDP({}));
      }),
      "Error",
    );
    assert.strictEqual(sockets.length, 8);
    for (const socket of sockets) socket.close();
    const one = new UDP({ port: 40124 });
    assert.strictEqual(
      thrownBy(() => new UDP({ port: 40124 })),
      "Error",
    );
    one.close();
    new UDP({ port: 40124 }).close();
  });

  it("says what is wrong with a port, an address or a length, and what there is", () => {
    const socket = new UDP({ port: 40124 });
    const says = (action: () => unknown, words: string) => assert.strictEqual(messageOf(action), words);
    says(() => new UDP({ port: 70000 }), "port 70000 does not exist: there are 0 to 65535");
    says(() => new UDP({ port: 40124 }), "port 40124 is in use: close() the UDP that has it");
    says(() => socket.write(new ArrayBuffer(1), "127.0.0.1", 0), "port 0 does not exist: there are 1 to 65535");
    says(() => socket.write(new ArrayBuffer(1), "host", 1), '"host" is no IPv4 address, as 192.0.2.1 is');
    says(() => socket.write(new ArrayBuffer(1473), "127.0.0.1", 1), "a datagram has 1472 bytes at most, got 1473");
    socket.close();
  });

  it("throws SyntaxError once it is closed", () => {
    const socket = new UDP({});
    socket.close();
    socket.close();
    assert.strictEqual(
      thrownBy(() => socket.read()),
      "SyntaxError",
    );
    assert.strictEqual(
      thrownBy(() => socket.write(new ArrayBuffer(1), "127.0.0.1", 1)),
      "SyntaxError",
    );
  });
});
