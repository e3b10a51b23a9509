// SPDX-License-Identifier: Apache-2.0
import { assert } from "chai";
import { compare, Lines, median, parseTiming } from "../../bench/lines.js";
import { duration, number, table } from "../../bench/table.js";
import { parseFlashTotal, parseLinkerMap, parseLtoList, parseSymbols, plainName } from "../../size/parse.js";

describe("what the apps of the bench write", () => {
  it("is read line by line, however it is cut", () => {
    const lines = new Lines();
    const text = "bench start\nbench noble p256-sign 10 30 20\nhello\n";
    const found = [...text].flatMap((piece) => lines.take(piece)).map(parseTiming);
    assert.deepEqual(found, [
      undefined,
      { backEnd: "noble", operation: "p256-sign", samples: [10, 30, 20] },
      undefined,
    ]);
  });

  it("is refused when a line is damaged", () => {
    for (const line of ["bench noble p256-sign", "bench none p256-sign 1", "bench noble p256-sign 1 -2", "bench "]) {
      assert.throws(() => parseTiming(line), RangeError, "not a line of the bench");
    }
  });

  it("is compared by medians over all runs, in order", () => {
    const timings = [
      { backEnd: "native", operation: "b", samples: [4] },
      { backEnd: "noble", operation: "b", samples: [100, 300] },
      { backEnd: "native", operation: "b", samples: [2, 9] },
      { backEnd: "noble", operation: "a", samples: [5] },
      { backEnd: "native", operation: "a", samples: [10] },
    ] as const;
    assert.deepEqual(compare(timings, 50), [
      { operation: "b", native: 200, noble: 10_000, ratio: 50 },
      { operation: "a", native: 500, noble: 250, ratio: 0.5 },
    ]);
    assert.throws(() => compare(timings.slice(0, 1), 1), RangeError, "b was not measured on noble");
    assert.isNaN(median([]));
  });
});

describe("sizes from the Arm tools", () => {
  const map = [
    "Discarded input sections",
    " .text          0x00000000       0x20 /lib/libm.a(unused.o)",
    "Linker script and memory map",
    ".text           0x10000000    0x80f68",
    " .text          0x10052b48      0x130 /lib/libm.a(lib_a-s_asinh.o)",
    " .text.a_long_name_for_a_function",
    "                0x10060000       0x10 /tmp/x.ltrans0.ltrans.o",
    " *fill*         0x10060010        0x4 ",
    " .rodata.str1.4",
    "                0x10060014       0x0c /lib/libc_nano.a(lib_a-x.o)",
    " .bss           0x38000000       0x40 /lib/libc_nano.a(lib_a-x.o)",
    " .debug_info    0x00000000      0x949 /lib/libm.a(lib_a-s_asinh.o)",
  ].join("\n");

  it("come from the sections of the map that lie in flash", () => {
    assert.deepEqual(parseLinkerMap(map), [
      { address: 0x10052b48, size: 0x130, origin: "/lib/libm.a(lib_a-s_asinh.o)" },
      { address: 0x10060000, size: 0x10, origin: "/tmp/x.ltrans0.ltrans.o" },
      { address: 0x10060014, size: 0x0c, origin: "/lib/libc_nano.a(lib_a-x.o)" },
    ]);
    assert.throws(() => parseLinkerMap("an image"), RangeError);
    assert.throws(() => parseLinkerMap("Linker script and memory map\n"), RangeError);
  });

  it("come from symbols that lie in flash, each place once", () => {
    const text = "10000101 00000020 T one\n10000100 00000020 t other\n10000200 00000004 t b.0\n38000000 00000010 B c\n";
    assert.deepEqual(parseSymbols(text), [
      { address: 0x10000100, size: 0x20, name: "other" },
      { address: 0x10000200, size: 4, name: "b.0" },
    ]);
  });

  it("are put to names without what the compiler appends", () => {
    const names = ["run", "run.lto_priv.0", "run.part.0.constprop.0", "run.constprop.0.isra.0", "run.7"];
    assert.deepEqual([...new Set(names.map(plainName))], ["run"]);
    const list =
      "Type   Visibility  Size  Name\nfunction  default     5  first.part.0  \n\nvariable  default    64  ticks  \n";
    assert.deepEqual(parseLtoList(list), ["first", "ticks"]);
  });

  it("add up to the sections that are loaded", () => {
    const text =
      ".text 100 268435456\n.ARM.exidx 8 268963688\n.data 20 939524096\n.bss 5000 939524800\n.debug_info 9 0\n";
    assert.strictEqual(parseFlashTotal(text), 128);
    assert.throws(() => parseFlashTotal(""), RangeError);
  });
});

describe("the table of the bench", () => {
  it("aligns and rounds", () => {
    assert.deepEqual([0.1234, 12.34, 1234, 6_294_250, 15e9].map(number), [
      "0.123",
      "12.3",
      "1,234",
      "6.29 M",
      "15.0 G",
    ]);
    assert.deepEqual([195.4, 13_443, 1.42e6].map(duration), ["195 us", "13.4 ms", "1.42 s"]);
    assert.strictEqual(
      table([
        ["a", "1"],
        ["bcd", "234"],
      ]),
      "  a      1\n  bcd  234",
    );
  });
});
