// SPDX-License-Identifier: Apache-2.0
/** Evidence that a stranger made to break the service: each round ends with a verdict and a signed result, and without a fault. */
import { assert } from "chai";
import { after, before, describe, it } from "mocha";
import { createNodeCrypto } from "../../devices/node/crypto.js";
import { appraise } from "../../sdk/attestation/verify.js";
import type { CborValue } from "../../sdk/cbor/value.js";
import { DEFAULT_LIMITS } from "../../verifier/limits.js";
import type { VerifierService } from "../../verifier/service.js";
import { mutate } from "../fuzz/decoders/mutate.js";
import { Random } from "../fuzz/decoders/random.js";
import { APP, COMPONENTS, component, IMPLEMENTATION, Lab, REFERENCES } from "../specs/attestation/lab.js";
import { Client, readResult, scratchFolder, startService } from "./support.js";

const crypto = createNodeCrypto();
/** No type: such a component may be there any number of times. */
const ANY = { type: undefined, version: undefined, value: APP, signerId: undefined };

function untyped(version: string): Map<CborValue, CborValue> {
  const one = component("", APP, version);
  one.delete(1);
  return one;
}

describe("evidence that was made to break the verifier", function () {
  this.timeout(60_000);
  const cleanUp: (() => unknown)[] = [];
  const faults: unknown[] = [];
  const lab = new Lab(crypto);
  let service: VerifierService;
  let client: Client;

  before(async () => {
    const references = { implementationId: IMPLEMENTATION, components: [...REFERENCES.components, ANY] };
    service = await startService(scratchFolder(cleanUp), {
      appraise: (evidence, nonce) => appraise(crypto, evidence, { ...lab.options(), nonce, references }),
      onFault: (error) => faults.push(error),
    });
    client = new Client(service);
  });
  after(async () => {
    await service.stop();
    for (const one of cleanUp) one();
  });

  /** Status, result and first reason; the signed result says the same. */
  async function round(make: (nonce: Uint8Array) => Uint8Array): Promise<string> {
    const { path, nonce } = await client.open();
    const response = await client.give(path, make(new Uint8Array(nonce)));
    const body = (await response.json()) as {
      appraisal?: { result: string; reason?: { step: string; code: string } };
      result?: string;
    };
    assert.deepEqual(faults.splice(0), []);
    const { result, reason } = body.appraisal ?? {};
    if (body.result !== undefined) {
      const read = readResult(Buffer.from(body.result, "base64"), Math.floor(Date.now() / 1000));
      assert.strictEqual(read.result, result);
    }
    return [response.status, result, reason?.step, reason?.code].filter((part) => part !== undefined).join(" ");
  }
  const withComponents = (components: readonly CborValue[]) => (nonce: Uint8Array) =>
    lab.token([
      [10, nonce],
      [2399, components],
    ]);

  it("with 32 components is accepted, and with one more refused", async () => {
    const components = (count: number) => [...COMPONENTS, ...new Array<CborValue>(count - 3).fill(untyped("1"))];
    assert.strictEqual(await round(withComponents(components(32))), "200 accepted");
    assert.strictEqual(await round(withComponents(components(33))), "200 refused claims ATTEST_LIMIT");
    assert.strictEqual(await round(withComponents(components(50))), "200 refused claims ATTEST_LIMIT");
  });

  it("as long as it may be fits into a result", async () => {
    const of = (count: number, length: number) =>
      withComponents([...COMPONENTS, ...new Array<CborValue>(count).fill(untyped("v".repeat(length)))]);
    for (const [count, wide] of [
      [29, 256],
      [8, 600],
    ] as const) {
      let length = wide;
      while (of(count, length)(new Uint8Array(64)).length > DEFAULT_LIMITS.evidenceBytes) length--;
      assert.strictEqual(await round(of(count, length)), "200 accepted", `${count} of ${length}`);
    }
  });

  it("changed at random is refused with a code", async () => {
    const random = new Random(7);
    const [known, certified] = [lab.token(), lab.token([], [lab.alias(lab.device.publicKey), lab.credential()])];
    for (let i = 0; i < 100; i++) {
      const evidence = mutate(random, i % 2 === 0 ? known : certified);
      assert.match(await round(() => evidence), /^(200 refused \w+ [A-Z0-9_]+|413)$/);
    }
  });
});
