// SPDX-License-Identifier: Apache-2.0
/** How a provisioner asks: a lost answer is asked for again, and what is no answer to the question is none. */
import { assert } from "chai";
import { describe, it } from "mocha";
import { ServiceClient } from "../../host-sim/provision/client.js";
import { decodeCbor } from "../../sdk/cbor/decode.js";
import { encodeRefusal, encodeResult } from "../../sdk/identity/answers.js";
import { codeOf } from "./bench.js";

function idOf(request: Uint8Array): number {
  return (decodeCbor(request) as number[])[0] as number;
}

/** Answers each request by the next of these. */
function clientOf(...answers: readonly ((id: number) => readonly Uint8Array[])[]) {
  const asked: string[] = [];
  const client = new ServiceClient(async (request) => {
    const answer = answers[asked.length];
    asked.push(Buffer.from(request).toString("hex"));
    return answer?.(idOf(request)) ?? [];
  });
  return { client, asked };
}

const done = (id: number) => [encodeResult(id, "secure", undefined)];
const lost = () => [];

describe("a provisioner's questions", () => {
  it("are asked again, the same, when no answer comes; three times in all", async () => {
    const twice = clientOf(lost, lost, done);
    await twice.client.ask("secure");
    assert.strictEqual(twice.asked.length, 3);
    assert.strictEqual(new Set(twice.asked).size, 1);
    const never = clientOf(lost, lost, lost, done);
    assert.strictEqual(await codeOf(() => never.client.ask("secure")), "PROVISION_SERVICE");
    assert.strictEqual(never.asked.length, 3);
  });

  it("have another id each", async () => {
    const { client, asked } = clientOf(done, done);
    await client.ask("secure");
    await client.ask("secure");
    assert.strictEqual(new Set(asked).size, 2);
  });

  it("are not answered by answers to others, nor by what is none", async () => {
    for (const wrong of [
      (id: number) => [encodeResult(id + 1, "secure", undefined)],
      () => [encodeRefusal(undefined, "SERVICE_REQUEST")],
      (id: number) => [encodeResult(id, "challenge", new Uint8Array(16))],
      () => [new Uint8Array(0), new Uint8Array(1500), Buffer.from("no CBOR")],
    ]) {
      const { client, asked } = clientOf(wrong, (id) => [...wrong(id), ...done(id)]);
      await client.ask("secure");
      assert.strictEqual(asked.length, 2);
    }
  });

  it("that are refused give the device's code", async () => {
    const { client, asked } = clientOf((id) => [encodeRefusal(id, "LIFECYCLE_STATE")]);
    assert.strictEqual(await codeOf(() => client.ask("secure")), "PROVISION_REFUSED LIFECYCLE_STATE");
    assert.strictEqual(asked.length, 1);
  });
});
