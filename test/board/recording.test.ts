// SPDX-License-Identifier: Apache-2.0
import { assert } from "chai";
import { BoardError } from "../../host-sim/board/error.js";
import { parseRecording } from "../../host-sim/board/recording.js";

function values(text: string): unknown[] {
  return parseRecording(text, "in").events.map((event) => [event.atUs, event.kind, event.channel, event.value]);
}

function refused(text: string, line: number, what: string): void {
  assert.throws(() => parseRecording(text, "in.csv"), BoardError, new RegExp(`^in\\.csv:${line}: .*${what}`));
}

describe("recordings", () => {
  it("reads CSV with milliseconds", () => {
    assert.deepEqual(values("time,channel,value\n0,0,100\n 1.5 , analog:3 , 4095 \r\n\n1.5,digital:2,1\n"), [
      [0, "analog", 0, 100],
      [1500, "analog", 3, 4095],
      [1500, "digital", 2, 1],
    ]);
    assert.deepEqual(values("\uFEFFtime,pin,value\n7,31,0"), [[7000, "digital", 31, 0]]);
  });

  it("reads CSV with volts and ISO 8601 times", () => {
    const recording = parseRecording(
      "time,channel,volts\n2026-01-01T00:00:00Z,0,0\n2026-01-01T01:01:00+01:00,0,3.3\n2026-01-01T00:01:00.5Z,0,1.65",
      "in",
    );
    assert.strictEqual(recording.startMs, Date.UTC(2026, 0, 1));
    assert.deepEqual(
      recording.events.map((event) => [event.atUs, event.value]),
      [
        [0, 0],
        [60_000_000, 4095],
        [60_500_000, 2048],
      ],
    );
  });

  it("reads JSON lines", () => {
    assert.deepEqual(
      values(
        '{"time":0,"channel":"analog:1","value":5}\n{"time":10,"pin":4,"value":1}\n{"time":10,"channel":0,"volts":3.3}',
      ),
      [
        [0, "analog", 1, 5],
        [10_000, "digital", 4, 1],
        [10_000, "analog", 0, 4095],
      ],
    );
  });

  const H = "time,channel,value\n";
  const cases: ReadonlyArray<readonly [what: string, text: string, line: number, message: string]> = [
    ["another header", "when,channel,value\n0,0,0", 1, "header"],
    ["a fourth column in the header", "time,channel,value,x\n", 1, "header"],
    ["a missing column", `${H}0,0,1\n1,0`, 3, "2 columns"],
    ["a column too many", `${H}0,0,1,2`, 2, "4 columns"],
    ["a time that is none", `${H}soon,0,1`, 2, "decimal"],
    ["an empty time", `${H},0,1`, 2, "decimal"],
    ["hexadecimal", `${H}0x10,0,1`, 2, "decimal"],
    ["a time before power-on", `${H}-1,0,1`, 2, "before"],
    ["a time that goes back", `${H}5,0,1\n4,0,1`, 3, "before"],
    ["a time that goes back behind an empty line", `${H}5,0,1\n\n4,0,1`, 4, "before"],
    ["a mix of kinds of time", `${H}0,0,1\n2026-01-01T00:00:00Z,0,1`, 3, "ms so far"],
    ["an ISO time without zone", `${H}2026-01-01T00:00:00,0,1`, 2, "decimal"],
    ["an ISO time that does not exist", `${H}2026-13-01T00:00:00Z,0,1`, 2, "not a time"],
    ["a channel that does not exist", `${H}0,16,1`, 2, "does not exist"],
    ["a pin that does not exist", `${H}0,digital:32,1`, 2, "does not exist"],
    ["another kind of channel", `${H}0,pwm:1,1`, 2, "analog:N"],
    ["an analog value with a fraction", `${H}0,0,1.5`, 2, "whole number"],
    ["an analog value too high", `${H}0,0,4096`, 2, "4095"],
    ["an analog value too low", `${H}0,0,-1`, 2, "whole number"],
    ["a digital value of 2", `${H}0,digital:0,2`, 2, "0 or 1"],
    ["too many volts", "time,channel,volts\n0,0,3.31", 2, "volts"],
    ["volts on a pin", "time,pin,volts\n0,0,1", 2, "no volts"],
    ["nothing", "", 1, "no lines"],
    ["a header alone", H, 2, "no lines"],
    ["a line that is too long", `${H}0,0,${"1".repeat(1000)}`, 2, "longer"],
    ["JSON cut short", '{"time":0', 1, "JSON"],
    ["JSON without value", '{"time":0,"channel":0}', 1, "required"],
    ["JSON with an unknown field", '{"time":0,"channel":0,"value":1,"unit":"C"}', 1, 'unknown field "unit"'],
    ["JSON with both value and volts", '{"time":0,"channel":0,"value":1,"volts":1}', 1, 'unknown field "value"'],
    ["JSON with a boolean", '{"time":0,"pin":0,"value":true}', 1, "number or a string"],
  ];
  for (const [what, text, line, message] of cases) {
    it(`refuses ${what}`, () => refused(text, line, message));
  }
});
