// SPDX-License-Identifier: Apache-2.0
/** The verifier's service as relying parties and devices use it: docs/verifier-service.md. */
import { assert } from "chai";
import { afterEach, beforeEach, describe, it } from "mocha";
import type { VerifierService } from "../../verifier/service.js";
import { CLAIMS } from "../specs/attestation/result-samples.js";
import { Client, HandClock, NEW, outcomeOf, readResult, SESSION, scratchFolder, startService } from "./support.js";

describe("a round with the verifier", function () {
  this.timeout(60_000);
  const cleanUp: (() => unknown)[] = [];
  const clock = new HandClock();
  let state: string;
  let service: VerifierService;
  let client: Client;
  const seconds = () => Math.floor(clock.wall / 1000);
  const start = async (more: Parameters<typeof startService>[1] = {}) => {
    service = await startService(state, { clock, ...more });
    client = new Client(service);
  };

  beforeEach(async () => {
    state = scratchFolder(cleanUp);
    await start();
  });
  afterEach(async () => {
    await service.stop();
    for (const one of cleanUp.splice(0)) one();
  });

  it("opens a session with a nonce of 32 bytes, or 48, or 64", async () => {
    const response = await client.ask(NEW, { method: "POST" });
    assert.strictEqual(response.status, 201);
    assert.strictEqual(
      response.headers.get("content-type"),
      "application/vnd.veraison.challenge-response-session+json",
    );
    assert.match(response.headers.get("location") ?? "", /^\/challenge-response\/v1\/session\/[\w-]{22}$/);
    const body = (await response.json()) as Record<string, unknown>;
    assert.hasAllKeys(body, ["nonce", "expiry", "accept", "state"]);
    assert.strictEqual(body.state, "waiting");
    assert.strictEqual(body.expiry, new Date(clock.wall + 120_000).toISOString());
    assert.lengthOf((await client.open()).nonce, 32);
    for (const size of [32, 48, 64]) assert.lengthOf((await client.open(`?nonceSize=${size}`)).nonce, size);
  });

  it("answers evidence with the verdicts and a signed result", async () => {
    const { path, nonce } = await client.open();
    const response = await client.give(path, nonce);
    assert.strictEqual(response.status, 200);
    const body = (await response.json()) as { state: string; appraisal: Record<string, unknown>; result: string };
    assert.strictEqual(body.state, "complete");
    assert.strictEqual(body.appraisal.result, "accepted");
    assert.strictEqual(body.appraisal.instanceId, Buffer.from(CLAIMS.instanceId).toString("hex"));
    assert.strictEqual(body.appraisal.lifecycle, "secured");
    assert.lengthOf(body.appraisal.components as unknown[], 2);
    assert.isNotEmpty(body.appraisal.verdicts);
    const result = readResult(Buffer.from(body.result, "base64"), seconds());
    assert.strictEqual(result.result, "accepted");
    assert.deepEqual(result.verifier, { developer: "https://thimble.example", build: "test" });
    assert.strictEqual(result.expires - result.issuedAt, 300);
    if (result.result === "accepted") assert.deepEqual(Buffer.from(result.evidenceNonce), nonce);
  });

  it("gives the result alone to whom wants it as CWT, with the relying party's nonce in it", async () => {
    const own = Buffer.alloc(16, 0xfb);
    for (const form of ["base64", "base64url"] as const) {
      const { path, nonce } = await client.open(`?resultNonce=${own.toString(form)}`);
      const response = await client.give(path, nonce, { accept: "application/json;q=0.1, application/eat+cwt" });
      assert.strictEqual(
        response.headers.get("content-type"),
        'application/eat+cwt; eat_profile="tag:ietf.org,2026:rats/ear#04"',
      );
      const bytes = new Uint8Array(await response.arrayBuffer());
      assert.strictEqual(readResult(bytes, seconds(), own).result, "accepted");
      const again = await client.ask(path, { headers: { accept: "application/eat+cwt" } });
      assert.deepEqual(new Uint8Array(await again.arrayBuffer()), bytes);
    }
  });

  it("has a result of refused evidence too", async () => {
    const { path } = await client.open();
    const response = await client.give(path, Buffer.alloc(32));
    assert.strictEqual(response.status, 200);
    const body = (await response.json()) as { appraisal: Record<string, unknown>; result: string };
    assert.strictEqual(body.appraisal.result, "refused");
    assert.deepInclude(body.appraisal.reason as object, { step: "nonce", text: "another nonce" });
    assert.notProperty(body.appraisal, "instanceId");
    assert.strictEqual(readResult(Buffer.from(body.result, "base64"), seconds()).result, "refused");
  });

  it("shows a session, and forgets it when it is told to", async () => {
    const { path, nonce } = await client.open();
    assert.strictEqual(await outcomeOf(await client.ask(path)), "200 waiting");
    assert.strictEqual(await client.outcome(path, nonce), "200 complete accepted");
    assert.strictEqual(await outcomeOf(await client.ask(path)), "200 complete accepted");
    assert.strictEqual((await client.ask(path, { method: "DELETE" })).status, 204);
    assert.strictEqual(await outcomeOf(await client.ask(path)), "404 SESSION_UNKNOWN");
    assert.strictEqual(await client.outcome(path, nonce), "404 SESSION_UNKNOWN");
    const unused = await client.open();
    assert.strictEqual((await client.ask(unused.path, { method: "DELETE" })).status, 204);
    assert.strictEqual(await client.outcome(unused.path, unused.nonce), "404 SESSION_UNKNOWN");
  });

  it("uses a nonce once, whatever comes of it", async () => {
    const { path, nonce } = await client.open();
    assert.strictEqual(await client.outcome(path, Buffer.from("garbage")), "200 complete refused");
    assert.strictEqual(await client.outcome(path, nonce), "409 SESSION_USED");
    const second = await client.open();
    assert.strictEqual(await client.outcome(second.path, Buffer.alloc(0)), "200 complete refused");
    assert.strictEqual(await client.outcome(second.path, second.nonce), "409 SESSION_USED");
  });

  it("takes no nonce for that of another session", async () => {
    const [one, other] = [await client.open(), await client.open()];
    assert.strictEqual(await client.outcome(one.path, other.nonce), "200 complete refused");
    assert.strictEqual(await client.outcome(other.path, other.nonce), "200 complete accepted");
  });

  it("lets one of many win that use a session at the same time", async () => {
    const { path, nonce } = await client.open();
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => client.outcome(path, nonce)));
    assert.lengthOf(
      outcomes.filter((outcome) => outcome === "200 complete accepted"),
      1,
    );
    assert.lengthOf(
      outcomes.filter((outcome) => outcome === "409 SESSION_USED"),
      19,
    );
  });

  it("ends a session after its time, used or not", async () => {
    const { path, nonce } = await client.open();
    clock.pass(119.999);
    assert.strictEqual(await outcomeOf(await client.ask(path)), "200 waiting");
    clock.pass(0.001);
    assert.strictEqual(await client.outcome(path, nonce), "410 SESSION_EXPIRED");
    assert.strictEqual(await client.outcome(path, nonce), "404 SESSION_UNKNOWN");
  });

  it("ends it also when somebody sets the clock back", async () => {
    const { path, nonce } = await client.open();
    clock.pass(60);
    clock.wall -= 86_400_000;
    await service.stop();
    await start();
    clock.pass(120);
    assert.strictEqual(await client.outcome(path, nonce), "410 SESSION_EXPIRED");
  });

  it("keeps open sessions over a restart, and no nonce that was used", async () => {
    const [open, used, old] = [await client.open(), await client.open(), await client.open()];
    const asked = await client.open(`?resultNonce=${Buffer.alloc(8, 1).toString("base64url")}`);
    assert.strictEqual(await client.outcome(used.path, used.nonce), "200 complete accepted");
    await service.stop();
    await start();
    assert.strictEqual(await client.outcome(used.path, used.nonce), "404 SESSION_UNKNOWN");
    assert.strictEqual(await client.outcome(open.path, open.nonce), "200 complete accepted");
    const response = await client.give(asked.path, asked.nonce, { accept: "application/eat+cwt" });
    const result = readResult(new Uint8Array(await response.arrayBuffer()), seconds(), Buffer.alloc(8, 1));
    assert.strictEqual(result.result, "accepted");
    await service.stop();
    clock.pass(120);
    await start();
    assert.strictEqual(service.openSessions, 0);
    assert.strictEqual(await client.outcome(old.path, old.nonce), "404 SESSION_UNKNOWN");
  });

  it("names its key and what it takes", async () => {
    const response = await client.ask("/.well-known/veraison/verification");
    const about = (await response.json()) as {
      "ear-verification-key": Record<string, string>;
      "media-types": string[];
    };
    assert.strictEqual(response.status, 200);
    assert.include(about["ear-verification-key"], { kty: "EC", crv: "P-256", alg: "ES256" });
    assert.isNotEmpty(about["media-types"]);
  });

  it("keeps as many results as it may, and the last ones", async () => {
    await service.stop();
    await start({ limits: { results: 2, rate: 1e6 } });
    const used = [await client.open(), await client.open(), await client.open()];
    for (const { path, nonce } of used) assert.strictEqual(await client.outcome(path, nonce), "200 complete accepted");
    const states = [];
    for (const { path } of used) states.push(await outcomeOf(await client.ask(path)));
    assert.deepEqual(states, ["404 SESSION_UNKNOWN", "200 complete accepted", "200 complete accepted"]);
    assert.strictEqual(await client.outcome(used[0]?.path ?? SESSION, Buffer.alloc(32)), "404 SESSION_UNKNOWN");
  });

  it("tells a fault to its log, and nothing of it to the client", async () => {
    await service.stop();
    const faults: unknown[] = [];
    const appraise = () => {
      throw new Error("a secret of the verifier");
    };
    await start({ appraise, onFault: (error) => faults.push(error) });
    const { path, nonce } = await client.open();
    const response = await client.give(path, nonce);
    const text = await response.text();
    assert.strictEqual(response.status, 500);
    assert.include(text, "INTERNAL");
    assert.notInclude(text, "secret");
    assert.lengthOf(faults, 1);
    assert.strictEqual(await outcomeOf(await client.ask(path)), "200 failed");
    assert.strictEqual(await client.outcome(path, nonce), "409 SESSION_USED");
  });
});
