// SPDX-License-Identifier: Apache-2.0
/** The verifier and clients that do not do what they should: each gets a coded problem or a closed connection, others notice nothing. */
import { connect, type Socket } from "node:net";
import { setTimeout } from "node:timers/promises";
import { assert } from "chai";
import { afterEach, beforeEach, describe, it } from "mocha";
import type { VerifierService } from "../../verifier/service.js";
import { Client, collect, NEW, outcomeOf, SESSION, scratchFolder, startService } from "./support.js";

describe("the verifier's service", function () {
  this.timeout(60_000);
  const cleanUp: (() => unknown)[] = [];
  const faults: unknown[] = [];
  let service: VerifierService;
  let client: Client;
  const start = async (limits: Record<string, number> = {}) => {
    service = await startService(scratchFolder(cleanUp), {
      limits: { rate: 1e6, ...limits },
      onFault: (error) => faults.push(error),
    });
    client = new Client(service);
  };

  beforeEach(async () => {
    faults.length = 0;
    await start();
  });
  afterEach(async () => {
    await service.stop();
    for (const one of cleanUp.splice(0)) one();
    assert.lengthOf(faults, 0);
  });
  const restart = async (limits: Record<string, number>) => {
    await service.stop();
    await start(limits);
  };
  const post = (path: string, ...headers: readonly string[]) =>
    `POST ${path} HTTP/1.1\r\nhost: v\r\n${headers.map((header) => `${header}\r\n`).join("")}\r\n`;
  const evidence = (path: string, body: string, more = "") =>
    post(path, "content-type: application/eat+cwt", `content-length: ${body.length}`, ...(more === "" ? [] : [more])) +
    body;
  const statusesIn = (text: string) => [...text.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => status).join(" ");

  it("knows its paths and their methods, and no others", async () => {
    const { path } = await client.open();
    for (const [method, target, expected] of [
      ["GET", "/", "404 NOT_FOUND"],
      ["GET", "/challenge-response/v1/", "404 NOT_FOUND"],
      ["GET", "/challenge-response/v1/newSession", "405 METHOD_NOT_ALLOWED"],
      ["POST", "/challenge-response/v1/newSession/", "404 NOT_FOUND"],
      ["POST", "/challenge-response/v2/newSession", "404 NOT_FOUND"],
      ["GET", SESSION, "404 NOT_FOUND"],
      ["GET", `${SESSION}${"A".repeat(22)}`, "404 SESSION_UNKNOWN"],
      ["POST", `${SESSION}..%2f..%2fetc`, "404 SESSION_UNKNOWN"],
      ["GET", `${SESSION}<script>alert(1)</script>`, "404 SESSION_UNKNOWN"],
      ["GET", `${path}?a=b`, "400 QUERY_INVALID"],
      ["PUT", path, "405 METHOD_NOT_ALLOWED"],
      ["OPTIONS", path, "405 METHOD_NOT_ALLOWED"],
      ["POST", "/.well-known/veraison/verification", "405 METHOD_NOT_ALLOWED"],
      ["GET", "/.well-known/veraison/verification?x", "404 NOT_FOUND"],
    ] as const) {
      const response = await client.ask(target, { method });
      assert.strictEqual(response.headers.get("content-type"), "application/problem+json");
      const text = await response.clone().text();
      assert.notInclude(text, "script");
      assert.strictEqual(await outcomeOf(response), expected, `${method} ${target}`);
    }
    const refused = await client.ask(path, { method: "PATCH" });
    assert.strictEqual(refused.headers.get("allow"), "GET, POST, DELETE");
    assert.match(
      await client.raw("HEAD / HTTP/1.1\r\nhost: v\r\nconnection: close\r\n\r\n"),
      /^HTTP\/1\.1 404[\s\S]*\r\n\r\n$/,
    );
  });

  it("takes the parameters that it has, once each", async () => {
    for (const query of [
      "nonceSize=31",
      "nonceSize=033",
      "nonceSize=",
      "nonceSize=32&nonceSize=32",
      "nonce=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
      "__proto__=1",
      "resultNonce=",
      "resultNonce=AAAAAAAAAA",
      `resultNonce=${"A".repeat(87)}`,
      "resultNonce=%00%00%00%00%00%00%00%00%00%00%00",
    ]) {
      const response = await client.ask(`${NEW}?${query}`, { method: "POST" });
      assert.strictEqual(await outcomeOf(response), "400 QUERY_INVALID", query);
    }
    for (const length of [8, 64]) await client.open(`?resultNonce=${Buffer.alloc(length, 7).toString("base64url")}`);
    assert.strictEqual(await outcomeOf(await client.ask(NEW, { method: "POST", body: "a" })), "400 BODY_UNEXPECTED");
  });

  it("reads evidence of three media types, and writes two", async () => {
    const { path, nonce } = await client.open();
    for (const type of [
      "text/plain",
      "application/json",
      "application/eat+cwtx",
      "application/x-www-form-urlencoded",
    ]) {
      const response = await client.give(path, nonce, { "content-type": type });
      assert.include(response.headers.get("accept-post") ?? "", "application/eat+cwt");
      assert.strictEqual(await outcomeOf(response), "415 MEDIA_TYPE", type);
    }
    assert.strictEqual(statusesIn(await client.raw(post(path, "content-length: 0", "connection: close"))), "415");
    for (const accept of ["text/html", "application/eat+jwt", "image/*", "application/json;q=0"]) {
      assert.strictEqual(await outcomeOf(await client.give(path, nonce, { accept })), "406 NOT_ACCEPTABLE", accept);
    }
    // None of these was evidence: the nonce is as it was.
    const type = 'Application/EAT+CWT; eat_profile="tag:another"';
    assert.strictEqual(
      await outcomeOf(await client.give(path, nonce, { "content-type": type })),
      "200 complete accepted",
    );
    for (const other of ["application/octet-stream", "application/psa-attestation-token"]) {
      const next = await client.open();
      const response = await client.give(next.path, next.nonce, { "content-type": other });
      assert.strictEqual(await outcomeOf(response), "200 complete accepted");
    }
  });

  it("reads no more of a body than evidence may have, said beforehand or not", async () => {
    const { path, nonce } = await client.open();
    const whole = await client.open();
    assert.strictEqual(await client.outcome(whole.path, Buffer.alloc(6144)), "200 complete refused");
    assert.strictEqual(await client.outcome(path, Buffer.alloc(6145)), "413 BODY_TOO_LARGE");
    const said = post(path, "content-type: application/eat+cwt", "content-length: 99999999999");
    assert.strictEqual(statusesIn(await client.raw(said)), "413");
    const chunk = `1000\r\n${"a".repeat(0x1000)}\r\n`;
    const chunked = post(path, "content-type: application/eat+cwt", "transfer-encoding: chunked");
    assert.strictEqual(statusesIn(await client.raw(chunked, chunk, chunk, chunk)), "413");
    assert.strictEqual(await client.outcome(path, nonce), "200 complete accepted");
  });

  it("does not take evidence that breaks off", async () => {
    const { path, nonce } = await client.open();
    const half = post(path, "content-type: application/eat+cwt", "content-length: 32");
    await new Promise<void>((resolve) => {
      const socket = connect(client.port, "127.0.0.1", () => {
        socket.write(half);
        socket.write(nonce.subarray(0, 16), () => socket.destroy());
      });
      socket.on("close", () => resolve());
    });
    assert.strictEqual(await client.outcome(path, nonce), "200 complete accepted");
  });

  it("refuses a head that is too long, or no HTTP", async () => {
    const { path, nonce } = await client.open();
    const long = await client.raw(post(NEW, `x: ${"a".repeat(9000)}`));
    assert.strictEqual(statusesIn(long), "431");
    assert.include(long, "HEAD_TOO_LARGE");
    for (const bytes of [
      "GARBAGE\r\n\r\n",
      "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
      "POST / HTTP/9.9\r\n\r\n",
      "POST / HTTP/1.1\r\n\r\n",
      `${post(NEW, "content-length: 1", "transfer-encoding: chunked")}0\r\n\r\n`,
      `${post(NEW, "content-length: 0", "content-length: 1")}`,
      `${post(NEW, "transfer-encoding: chunked")}zz\r\n`,
    ]) {
      const text = await client.raw(bytes);
      assert.strictEqual(statusesIn(text), "400", JSON.stringify(bytes));
      assert.notInclude(text, "GARBAGE");
      assert.notInclude(text, ".js:");
    }
    assert.strictEqual(await client.outcome(path, nonce), "200 complete accepted");
  });

  it("answers requests that come without waiting, one nonce to one of them", async () => {
    const { path, nonce } = await client.open();
    const one = evidence(path, nonce.toString("latin1"));
    const last = evidence(path, nonce.toString("latin1"), "connection: close");
    const text = await client.raw(Buffer.from(one + one + last, "latin1"));
    assert.strictEqual(statusesIn(text), "200 409 409");
    const opened = await client.raw(post(NEW), post(NEW), post(NEW, "connection: close"));
    assert.lengthOf(new Set([...opened.matchAll(/location: (\S+)/g)].map(([, where]) => where)), 3);
  });

  it("does not wait for a client that is slow, and serves others meanwhile", async () => {
    await restart({ headMs: 500, requestMs: 1000 });
    const { path, nonce } = await client.open();
    const slow = (start: string) =>
      new Promise<string>((resolve) => {
        const socket: Socket = connect(client.port, "127.0.0.1", () => socket.write(start));
        const drip = setInterval(() => socket.writable && socket.write("a"), 50);
        collect(socket, (text) => {
          clearInterval(drip);
          resolve(text);
        });
      });
    const head = slow("POST / HTTP/1.1\r\nhost: v\r\nx: ");
    const body = slow(post(path, "content-type: application/eat+cwt", "content-length: 6000"));
    assert.strictEqual((await client.ask("/.well-known/veraison/verification")).status, 200);
    assert.strictEqual(statusesIn(await head), "408");
    assert.strictEqual(statusesIn(await body), "408");
    assert.strictEqual(await client.outcome(path, nonce), "200 complete accepted");
  });

  it("has a connection back that took too long, also when the client does not close its side", async () => {
    await restart({ headMs: 500, requestMs: 1000, clientConnections: 1 });
    const body = post(`${SESSION}${"A".repeat(22)}`, "content-type: application/eat+cwt", "content-length: 1");
    for (const start of ["", post(NEW).slice(0, -2), body]) {
      const socket = connect({ port: client.port, host: "127.0.0.1", allowHalfOpen: true }, () => socket.write(start));
      const answered = new Promise<string>((resolve) => {
        let text = "";
        socket.on("data", (chunk: Buffer) => {
          text += chunk.toString("latin1");
        });
        socket.on("end", () => resolve(text));
      });
      assert.strictEqual(statusesIn(await answered), "408");
      let text = "";
      for (let tries = 0; text === "" && tries < 500; tries++) {
        text = await client.raw(post(NEW, "connection: close"));
        if (text === "") await setTimeout(20);
      }
      assert.strictEqual(statusesIn(text), "201");
      socket.destroy();
    }
  });

  it("closes the connections of one address beyond what it may have", async () => {
    await restart({ clientConnections: 3 });
    const open = (): Promise<Socket> =>
      new Promise((resolve) => {
        const socket = connect(client.port, "127.0.0.1", () => resolve(socket));
        socket.on("error", () => undefined);
      });
    const kept = await Promise.all([open(), open(), open()]);
    assert.strictEqual(await client.raw(post(NEW, "connection: close")), "");
    const isClosed = new Promise((resolve) => kept[0]?.once("close", resolve));
    kept[0]?.destroy();
    await isClosed;
    let text = "";
    for (let i = 0; i < 100 && text === ""; i++) text = await client.raw(post(NEW, "connection: close"));
    assert.notStrictEqual(text, "");
    for (const socket of kept) socket.destroy();
  });

  it("counts the requests of an address", async () => {
    await restart({ rate: 3 });
    const outcomes: string[] = [];
    let wait: string | null = null;
    for (let i = 0; i < 20; i++) {
      const response = await client.ask(NEW, { method: "POST" });
      wait ??= response.headers.get("retry-after");
      outcomes.push(await outcomeOf(response));
    }
    assert.include(outcomes, "201 waiting");
    assert.include(outcomes, "429 RATE_LIMIT");
    assert.strictEqual(wait, "1");
  });

  it("serves an honest client while another address floods it with challenges", async () => {
    await restart({ clientSessions: 50, sessions: 200 });
    const { path, nonce } = await client.open();
    const floods = ["127.0.0.2", "127.0.0.3", "127.0.0.4"].map(
      (localAddress) =>
        new Promise<string>((resolve) => {
          const socket = connect({ port: client.port, host: "127.0.0.1", localAddress }, () => {
            socket.write(post(NEW).repeat(300) + post(NEW, "connection: close"));
          });
          collect(socket, resolve);
        }),
    );
    const meanwhile = await client.open();
    for (const text of await Promise.all(floods)) {
      const statuses = statusesIn(text).split(" ");
      assert.lengthOf(statuses, 301);
      assert.lengthOf(
        statuses.filter((status) => status === "201"),
        50,
      );
      assert.include(text, "CLIENT_SESSIONS");
    }
    assert.strictEqual(service.openSessions, 152);
    assert.strictEqual(await client.outcome(path, nonce), "200 complete accepted");
    assert.strictEqual(await client.outcome(meanwhile.path, meanwhile.nonce), "200 complete accepted");
  });

  it("answers what it has begun when it stops, and nothing new", async () => {
    const { path, nonce } = await client.open();
    const socket = connect(client.port, "127.0.0.1");
    const answer = new Promise<string>((resolve) => collect(socket, resolve));
    const body = nonce.toString("latin1");
    await new Promise<void>((resolve) =>
      socket.write(Buffer.from(evidence(path, body).slice(0, -16), "latin1"), () => resolve()),
    );
    await client.ask("/");
    const stopped = service.stop();
    socket.write(Buffer.from(body.slice(-16), "latin1"));
    assert.strictEqual(statusesIn(await answer), "200");
    await stopped;
    assert.strictEqual(await client.raw(post(NEW)), "");
  });
});
