// SPDX-License-Identifier: Apache-2.0
import Analog from "embedded:io/analog";
import Digital from "embedded:io/digital";
import { assert } from "../../harness/assert.js";
import { describe, it } from "../../harness/spec.js";
import { messageOf, thrownBy } from "../thrown.js";
import { assertSame } from "./same.js";

const FREE = 30;
type Loose = new (options?: unknown) => { close(): void };
const LooseDigital = Digital as unknown as Loose;
const LooseAnalog = Analog as unknown as Loose;

describe("embedded:io/digital", () => {
  it("has Moddable's constants", () => {
    const { Input, InputPullUp, InputPullDown, InputPullUpDown, Output, OutputOpenDrain, ActiveLow } = Digital;
    assertSame(
      [Input, InputPullUp, InputPullDown, InputPullUpDown, Output, OutputOpenDrain, ActiveLow],
      [0, 1, 2, 3, 8, 9, 16],
    );
    assertSame([Digital.Rising, Digital.Falling], [1, 2]);
  });

  it("reads what floats as its pull has it", () => {
    const { Input, InputPullUp, InputPullDown } = Digital;
    const levels = [Input, InputPullUp, InputPullDown].map((mode) => {
      const pin = new Digital({ pin: FREE, mode });
      const level = pin.read();
      pin.close();
      const inverted = new Digital({ pin: FREE, mode, activeLow: true });
      const other = inverted.read();
      inverted.close();
      return [level, other];
    });
    assertSame(levels, [
      [0, 1],
      [1, 0],
      [0, 1],
    ]);
  });

  it("gives a pin to one at a time", () => {
    const first = new Digital({ pin: FREE, mode: Digital.Output });
    assert.strictEqual(
      thrownBy(() => new Digital({ pin: FREE, mode: Digital.Input })),
      "Error",
    );
    first.close();
    new Digital({ pin: FREE, mode: Digital.Input }).close();
  });

  it("does not read an output or write an input", () => {
    const output = new Digital({ pin: FREE, mode: Digital.Output });
    output.write(1);
    assert.strictEqual(
      thrownBy(() => output.read()),
      "Error",
    );
    assert.strictEqual(
      thrownBy(() => output.write(Symbol("x") as unknown as number)),
      "TypeError",
    );
    output.close();
    const input = new Digital({ pin: FREE, mode: Digital.Input });
    assert.strictEqual(
      thrownBy(() => input.write(1)),
      "Error",
    );
    input.close();
  });

  it("refuses wrong options as Moddable does, and leaves the pin free", () => {
    const onReadable = () => undefined;
    const cases: ReadonlyArray<readonly [unknown, string]> = [
      [undefined, "TypeError"],
      [{ mode: Digital.Input }, "Error"],
      [{ pin: FREE }, "Error"],
      [{ pin: 500, mode: Digital.Input }, "RangeError"],
      [{ pin: -1, mode: Digital.Input }, "RangeError"],
      [{ pin: FREE, mode: -1 }, "RangeError"],
      [{ pin: FREE, mode: 500 }, "RangeError"],
      [{ pin: FREE, mode: Digital.Input, onReadable }, "RangeError"],
      [{ pin: FREE, mode: Digital.Input, onReadable, edge: 4 }, "RangeError"],
      [{ pin: FREE, mode: Digital.Output, onReadable, edge: 1 }, "RangeError"],
      [{ pin: FREE, mode: Digital.Input, onReadable: 1, edge: 1 }, "Error"],
      [{ pin: FREE, mode: Digital.Input, format: "buffer" }, "RangeError"],
    ];
    for (const [options, name] of cases) {
      assert.strictEqual(
        thrownBy(() => new LooseDigital(options)),
        name,
      );
    }
    const pin = new Digital({ pin: FREE, mode: Digital.Input, edge: 4, target: cases });
    assert.strictEqual(pin.target, cases);
    pin.close();
  });

  it("says which pin it is, and what there is", () => {
    const says = (options: unknown, words: string) =>
      assert.strictEqual(
        messageOf(() => new LooseDigital(options)),
        words,
      );
    says({ pin: 99, mode: Digital.Output }, "pin 99 does not exist: this board has 0 to 31");
    says({ pin: 2.5, mode: Digital.Output }, "pin 2.5 does not exist: this board has 0 to 31");
    says({ pin: "led", mode: Digital.Output }, "pin: expected a number, got string");
    says({ pin: FREE, mode: 500 }, "mode 500 does not exist: Digital.Input, Digital.Output and so on are modes");
    const taken = new Digital({ pin: FREE, mode: Digital.Output });
    says({ pin: FREE, mode: Digital.Output }, "pin 30 is in use: close() the Digital that has it");
    assert.strictEqual(
      messageOf(() => taken.read()),
      "pin 30 is an output: it is not read",
    );
    taken.close();
  });

  it("throws SyntaxError once it is closed", () => {
    const pin = new Digital({ pin: FREE, mode: Digital.Input });
    pin.close();
    pin.close();
    assert.strictEqual(
      thrownBy(() => pin.read()),
      "SyntaxError",
    );
    assert.strictEqual(
      thrownBy(() => pin.write(1)),
      "SyntaxError",
    );
  });
});

describe("embedded:io/analog", () => {
  it("reads a value within its resolution", () => {
    const channel = new Analog({ pin: 15 });
    const value = channel.read();
    assert.isTrue(Number.isInteger(value) && value >= 0 && value < 2 ** channel.resolution);
    assert.strictEqual(channel.format, "number");
    channel.close();
  });

  it("refuses wrong options, a channel that is taken and a closed instance", () => {
    const cases: ReadonlyArray<readonly [unknown, string]> = [
      [undefined, "TypeError"],
      [{}, "Error"],
      [{ pin: 16 }, "RangeError"],
      [{ pin: -1 }, "RangeError"],
      [{ pin: 15, format: "buffer" }, "RangeError"],
    ];
    for (const [options, name] of cases) {
      assert.strictEqual(
        thrownBy(() => new LooseAnalog(options)),
        name,
      );
    }
    const channel = new Analog({ pin: 15 });
    assert.strictEqual(
      thrownBy(() => new Analog({ pin: 15 })),
      "RangeError",
    );
    assert.strictEqual(
      messageOf(() => new Analog({ pin: 15 })),
      "analog pin 15 is in use: close() the Analog that has it",
    );
    assert.strictEqual(
      messageOf(() => new Analog({ pin: 16 })),
      "analog pin 16 does not exist: this board has 0 to 15",
    );
    channel.close();
    channel.close();
    assert.strictEqual(
      thrownBy(() => channel.read()),
      "SyntaxError",
    );
  });
});
