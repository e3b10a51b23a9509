// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { parseJson } from "../../host-sim/manifest/json.js";
import { refusal } from "./support.js";

const parse = (text: string) => parseJson(text, "m.json").value;

describe("manifest: JSON with lines", () => {
  it("reads what JSON.parse reads", () => {
    const texts = [
      "{}",
      "[]",
      ' [ 1 , -0 , 1.5e3, 0.1E-2, true,false,null,"" ]\r\n',
      '{"a":{"b":[{"c":"\\u00e9\\n\\"\\\\\\/ \\ud83d\\ude00"}]},"constructor":1}',
      '"text"',
    ];
    for (const text of texts) expect(parse(text)).to.deep.equal(JSON.parse(text));
  });

  it("refuses what JSON.parse refuses, whatever character is left out", () => {
    const text = '{"a":[1,-2.5e1,{"b":"x\\u0041\\n"}],"c":true,"d":null}';
    for (let at = 0; at < text.length; at++) {
      for (const damaged of [text.slice(0, at), text.slice(0, at) + text.slice(at + 1)]) {
        let expected: unknown = refusal;
        try {
          expected = JSON.parse(damaged);
        } catch {
          // refused
        }
        if (expected === refusal) refusal(() => parse(damaged));
        else expect(parse(damaged)).to.deep.equal(expected);
      }
    }
  });

  it("keeps the line of each key and value", () => {
    const node = parseJson('{\n  "a":\n    [\n 1,\n 2]\n}', "m.json");
    const member = node.members?.get("a");
    expect(node.line).to.equal(1);
    expect(member?.keyLine).to.equal(2);
    expect(member?.node.line).to.equal(3);
    expect(member?.node.items?.map((item) => item.line)).to.deep.equal([4, 5]);
  });

  const cases: readonly (readonly [string, string])[] = [
    ['{\n  "a": 1,\n}', "m.json:2:9: nothing follows this comma but '}', and JSON has no such comma: remove it"],
    [
      '{"a": [1,\n2 , \n\n ], "b": 2}',
      "m.json:2:3: nothing follows this comma but ']', and JSON has no such comma: remove it",
    ],
    ['{"a": 1,,}', "m.json:1:9: expected a key in double quotes, got ','"],
    ["[,]", "m.json:1:2: expected a JSON value, got ','"],
    ['{\n  "a": 1\n  "b": 2\n}', `m.json:3:3: expected "}" or "," in an object, got '"'`],
    ["{a: 1}", "m.json:1:2: expected a key in double quotes, got 'a'"],
    ['{"a" 1}', `m.json:1:6: expected ":" after a key, got '1'`],
    ["[1 2]", `m.json:1:4: expected "]" or "," in an array, got '2'`],
    ['{"a": }', "m.json:1:7: expected a JSON value, got '}'"],
    ["", "m.json:1:1: the file is empty"],
    [" \n", "m.json:1:1: the file is empty"],
    ["[", "m.json:1:2: expected a JSON value, got the end of the file"],
    [
      "\ufeff{}",
      "m.json:1:1: the file begins with a byte order mark, which JSON has not: save it as UTF-8 without one",
    ],
    ["{} x", "m.json:1:4: unexpected 'x' after the end of the JSON text"],
    ['{ // no\n"a": 1}', "m.json:1:3: expected a key in double quotes, got a comment (JSON has none)"],
    ['{\n "a": "x', "m.json:2:7: the string has no closing quote"],
    ['{"a": "x\ny"}', "m.json:1:9: a string may not contain a line end or another control character"],
    ['["\\x"]', "m.json:1:4: a backslash in a string is written \\\\"],
    ['["\\u12"]', "m.json:1:4: expected four hexadecimal digits after \\u"],
    ["[01]", `m.json:1:3: expected "]" or "," in an array, got '1'`],
    ["[1e999]", "m.json:1:2: the number is too large"],
    ['{\n"a": 1,\n  "a": 2}', 'm.json:3:3: the key "a" stands twice in one object'],
    ['{"__proto__": {}}', 'm.json:1:2: the key "__proto__" is not allowed'],
    ["[".repeat(65), "m.json:1:65: more than 64 objects and arrays inside one another"],
  ];
  for (const [text, message] of cases) {
    it(`says: ${message}`, () => expect(refusal(() => parse(text)).message).to.equal(message));
  }

  it("allows 64 levels", () => {
    expect(() => parse("[".repeat(64) + "]".repeat(64))).not.to.throw();
  });
});
