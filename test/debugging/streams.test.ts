// SPDX-License-Identifier: Apache-2.0
/** The two streams between board and debugger: cut anywhere they say the same. */
import { realpathSync } from "node:fs";
import { join } from "node:path";
import { assert } from "chai";
import { DebugCommandReader, DebugProtocolError, encodeCommand } from "../../host-sim/board/debugger-commands.js";
import { DebugPaths } from "../../host-sim/board/debugger-paths.js";
import { type DebugEvent, DebugReportTranslator } from "../../host-sim/board/debugger-reports.js";
import { packageRoot } from "../../host-sim/engine/paths.js";
import { makeApp, useEngines } from "../cli/support.js";

const COMMANDS = `\r\n<set-all-breakpoints><breakpoint path="start" line="0" id="@0"/><breakpoint path="/a &amp; b/größe&#62;.ts" line="7"
 id="@1"><breakpoint-condition path="00FF"/></breakpoint></set-all-breakpoints>\r\n\r\n<?xs.00000000?>\r\n<go/>
<set-breakpoint path = "R&D/>x.ts" line = "2"></set-breakpoint ><toggle id="@0123456789ABCDEF"/><select id="@12"/><eval id="@0"/>`;
const SAID = Object.freeze([
  "<set-all-breakpoints/>",
  '<breakpoint path="start" line="0"/>',
  '<breakpoint path="/a & b/größe>.ts" line="7"/>',
  "<go/>",
  '<set-breakpoint path="R&D/>x.ts" line="2"/>',
  '<toggle id="@0123456789ABCDEF"/>',
  '<select id="@12"/>',
]);

/** Both pieces of a stream that is cut at each place, and all its bytes one by one. */
function* cuts(bytes: Buffer): Iterable<Buffer[]> {
  for (let at = 0; at <= bytes.length; at++) yield [bytes.subarray(0, at), bytes.subarray(at)];
  yield [...bytes].map((byte) => Buffer.of(byte));
}

describe("what a debugger says", () => {
  it("is the same wherever the stream is cut", () => {
    for (const pieces of cuts(Buffer.from(COMMANDS))) {
      const reader = new DebugCommandReader();
      assert.deepEqual(pieces.flatMap((piece) => reader.push(piece)).map(encodeCommand), SAID);
    }
  });

  it("is refused at the first byte that cannot be", () => {
    const refused = [
      "x",
      "<go/>x",
      "<>",
      "< go/>",
      "<go\u0000/>",
      "<1/>",
      '<a b="1"c="2"/>',
      "<a b/>",
      "</>",
      "<?xs",
      "<!-- -->",
    ];
    for (const text of refused) {
      const reader = new DebugCommandReader();
      assert.throws(() => reader.push(Buffer.from(`${text}>`)), DebugProtocolError, undefined, text);
    }
  });

  it("may be 64 KiB an element and no more", () => {
    const element = (length: number): Buffer => {
      const [start, end] = ['<set-breakpoint line="1" path="', '"/>'];
      return Buffer.from(start + "a".repeat(length - start.length - end.length) + end);
    };
    assert.strictEqual(new DebugCommandReader().push(element(64 * 1024)).length, 1);
    assert.throws(() => new DebugCommandReader().push(element(64 * 1024 + 1)), DebugProtocolError);
  });
});

describe("what a board says to a debugger", () => {
  useEngines();
  let folder: string;
  before(() => {
    folder = realpathSync(makeApp({ "main.ts": "", "lib/größe.ts": "" }));
  });

  function translator(): { reports: DebugReportTranslator; events: DebugEvent[] } {
    const image = Buffer.from("\0main.ts\0lib/größe.ts\0gone.ts\0");
    const events: DebugEvent[] = [];
    const reports = new DebugReportTranslator("the app", new DebugPaths(folder, image), (event) => events.push(event));
    return { reports, events };
  }

  const report = (main: string, other: string, name: string): string =>
    `\r\n<xsbug><login name="${name}" value="XS"/></xsbug>\r\n\r\n<xsbug><frames><frame name="f" value="@01" path="${main}" line="1"/>` +
    `<frame name="a path="x" line="1"/" value="@02" path="${other}" line="2"/></frames><local name="f" value="@01" path="${main}" line="1">` +
    '<property flags=" cew_" name="path" value="\'&#60;break path=&#34;main.ts&#34;&#62;\'"/></local>' +
    `<break path="gone.ts" line="3"># Break: breakpoint!\n</break></xsbug>\r\n\r\n<xsbug><log path="${other}" line="9">x&#10;</log></xsbug>\r\n`;

  it("names files by their paths, wherever the stream is cut, and is else as it was", () => {
    const said = report("main.ts", "lib/größe.ts", "thimble");
    const expected = report(join(folder, "main.ts"), join(folder, "lib/größe.ts"), "the app");
    for (const pieces of cuts(Buffer.from(said))) {
      const { reports, events } = translator();
      assert.strictEqual(Buffer.concat(pieces.map((piece) => reports.push(piece))).toString(), expected);
      assert.deepEqual(events, ["login", "break"]);
    }
  });

  it("is told when it was said to its end, and not before", () => {
    const { reports, events } = translator();
    reports.push(Buffer.from('\r\n<xsbug><break path="main.ts" line="3"># Break: step!\n</break></xsbug'));
    assert.deepEqual(events, []);
    reports.push(Buffer.from(">\r\n"));
    assert.deepEqual(events, ["break"]);
  });

  it("is handed on as it comes: a tag that is too long in pieces, a text at once", () => {
    const { reports } = translator();
    assert.strictEqual(reports.push(Buffer.from("<log>text")).toString(), "<log>text");
    const tag = `<property value="'${"x".repeat(100_000)}`;
    assert.strictEqual(reports.push(Buffer.from(tag)).toString(), tag);
    assert.strictEqual(reports.push(Buffer.from("'\"/><log>")).toString(), "'\"/><log>");
  });
});

describe("names of files in byte code", () => {
  useEngines();
  it("are those of the app's folder, of the firmware, and no others", () => {
    const folder = realpathSync(makeApp({ "main.ts": "", "lib/a.ts": "", "unused.ts": "" }));
    const paths = new DebugPaths(`${folder}/lib/..`, Buffer.from("\0main.ts\0lib/a.ts\0removed.ts\0"));
    const names: [string, string | undefined][] = [
      ["main.ts", "main.ts"],
      ["./lib/../lib/a.ts", "lib/a.ts"],
      [join(folder, "lib/a.ts"), "lib/a.ts"],
      [join(folder, "lib/../main.ts"), "main.ts"],
      [join(folder, "unused.ts"), undefined],
      [join(packageRoot, "sdk/bytes/hex.ts"), "sdk/bytes/hex.ts"],
      ["sdk/bytes/hex.ts", "sdk/bytes/hex.ts"],
      ["sdk/bytes/none.ts", undefined],
      [join(packageRoot, "package.json"), undefined],
      ["ain.ts", undefined],
      ["", undefined],
      ["/", undefined],
    ];
    for (const [path, name] of names) assert.strictEqual(paths.toName(path), name, path);
    assert.strictEqual(paths.toFile("main.ts"), join(folder, "main.ts"));
    assert.strictEqual(paths.toFile("sdk/bytes/hex.ts"), join(packageRoot, "sdk/bytes/hex.ts"));
    assert.strictEqual(paths.toFile("removed.ts"), "removed.ts");
    assert.strictEqual(paths.toFile("unused.ts"), "unused.ts");
  });
});
