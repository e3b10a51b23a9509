// SPDX-License-Identifier: Apache-2.0
/** Public keys as CoRIM carries them: PEM (RFC 7468 §13). */
import { encodePkixKey, parsePkixKey } from "../../../sdk/attestation/corim-keys.js";
import { encodeHex } from "../../../sdk/bytes/hex.js";
import { assert } from "../../harness/assert.js";
import { describe, it } from "../../harness/spec.js";
import { thrownBy } from "../thrown.js";
import { PEM } from "./corim-made.js";

describe("a public key in PEM", () => {
  const readable = (text: string) => thrownBy(() => parsePkixKey(text));

  it("is written and read, in lines of 64, also with other line ends and none", () => {
    const point = parsePkixKey(PEM);
    assert.strictEqual(point.length, 65);
    assert.strictEqual(encodePkixKey(point), PEM);
    assert.strictEqual(encodeHex(parsePkixKey(`\r\n${PEM.replace(/\n/g, "\r\n")}\r\n`)), encodeHex(point));
    const [begin, first, second, end] = PEM.split("\n");
    assert.strictEqual(encodeHex(parsePkixKey(`${begin}${first}${second}${end}`)), encodeHex(point));
  });

  it("is refused when it is none", () => {
    const [, first, last] = PEM.split("\n");
    const body = `${first}${last}`;
    // Of these each has a whole key in it: a character of none, one too many, bits at the end that say nothing.
    const damaged = [body.replace("YP7", "Y*7"), body.replace("mQ==", "mQA=="), body.replace("mQ==", "mR==")];
    const short = ["", "MFkw", PEM.slice(27, 90), "MFkwE$YH", "A", "AAA", "AA=A", "AB==", "====", "MAA="];
    for (const text of short.concat(damaged)) {
      assert.strictEqual(
        readable(`-----BEGIN PUBLIC KEY-----\n${text}\n-----END PUBLIC KEY-----`),
        "CORIM_STRUCTURE",
        text,
      );
    }
    const whole = [
      PEM.slice(1),
      PEM.slice(0, -1),
      PEM.replace(/PUBLIC/g, "PRIVATE"),
      "-----BEGIN PUBLIC KEY----------END",
      PEM.padEnd(2049),
    ];
    for (const text of whole) assert.strictEqual(readable(text), "CORIM_STRUCTURE", text);
    assert.strictEqual(readable(PEM.padEnd(2048)), "nothing");
  });

  it("is not made of something else", () => {
    const made = (point: Uint8Array) => thrownBy(() => encodePkixKey(point));
    const short = new Uint8Array(64).fill(4);
    assert.strictEqual(
      [made(new Uint8Array(65)), made(short), made(new Uint8Array(65).fill(4))].join(),
      "RangeError,RangeError,nothing",
    );
    const compressed = new Uint8Array(33).fill(2);
    assert.strictEqual(made(compressed), "RangeError");
  });

  it("of another curve, or compressed, is unsupported", () => {
    const ed25519 = "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=";
    const compressed = "MDkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDIgACYP7UuiVanTH9QizpQf1hV3rLsNrvQYq6JjdSIl9WA3E=";
    const p384 =
      "MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAEGk1qTGFwUqPxrEDMa7wFhKqwLJbMM1iMVaGFJmnhwkT5ZRQpjIk+iMIHYhxAbyZVUuOnCvTuJcLXQAh6PGnnTS7XFVVMSsAk9KpEWNZxSDYXXJxXZ7kNxhHqGXbMZyXr";
    for (const body of [ed25519, compressed, p384]) {
      assert.strictEqual(
        readable(`-----BEGIN PUBLIC KEY-----\n${body}\n-----END PUBLIC KEY-----`),
        "CORIM_UNSUPPORTED",
        body,
      );
    }
  });
});
