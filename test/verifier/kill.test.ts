// SPDX-License-Identifier: Apache-2.0
/** The verifier is killed, or loses power, at each operation on its state: what was answered holds, and no nonce comes back. */
import { type ChildProcess, spawn } from "node:child_process";
import fs, { copyFileSync, existsSync, mkdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { createInterface } from "node:readline";
import { assert } from "chai";
import { afterEach, describe, it } from "mocha";
import { packageRoot } from "../../host-sim/engine/paths.js";
import { VerifierError } from "../../verifier/error.js";
import { DEFAULT_LIMITS } from "../../verifier/limits.js";
import { Sessions } from "../../verifier/sessions.js";
import { SessionState } from "../../verifier/state.js";
import { Client, HandClock, NEW, type Opened, outcomeOf, scratchFolder, startService } from "./support.js";

/** Each operation is a process of its own. */
const LIMIT_MS = 300_000;
const cleanUp: (() => unknown)[] = [];
afterEach(() => {
  for (const one of cleanUp.splice(0)) one();
});

/** A verifier that dies when it is told to. */
class Mortal {
  readonly client: Client;
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  private constructor(child: ChildProcess, lines: AsyncIterator<string>, port: number) {
    this.#child = child;
    this.#lines = lines;
    this.client = new Client({ address: { port, address: "", family: "" } });
  }

  static async start(folder: string): Promise<Mortal> {
    const main = join(packageRoot, "dist/test/verifier/killed.js");
    const child = spawn(process.execPath, [main, folder], { stdio: ["pipe", "pipe", "inherit"] });
    cleanUp.push(() => child.kill("SIGKILL"));
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const port = Number((await lines.next()).value);
    return new Mortal(child, lines, port);
  }

  async arm(line: string): Promise<void> {
    this.#child.stdin?.write(`${line}\n`);
    await this.#lines.next();
  }

  /** @returns whether it had died already. */
  async end(): Promise<boolean> {
    const { exitCode, signalCode } = this.#child;
    const wasDead =
      exitCode !== null || signalCode !== null || (await this.client.ask("/").catch(() => undefined)) === undefined;
    if (exitCode === null && signalCode === null) {
      const ended = new Promise((resolve) => this.#child.once("exit", resolve));
      this.#child.kill("SIGKILL");
      await ended;
    }
    return wasDead;
  }
}

/** What the next verifier makes of a session. */
async function afterwards(folder: string, ...opened: readonly (Opened | undefined)[]): Promise<string[]> {
  const service = await startService(folder);
  try {
    const client = new Client(service);
    const outcomes = [];
    for (const one of opened) outcomes.push(one === undefined ? "none" : await client.outcome(one.path, one.nonce));
    return outcomes;
  } finally {
    await service.stop();
  }
}

const ACCEPTED = "200 complete accepted";

describe("a verifier that is killed", function () {
  this.timeout(LIMIT_MS);

  for (const how of ["", " half"]) {
    it(`at each operation of a round${how === "" ? "" : ", half of it done"}: an answered nonce does not come back`, async () => {
      for (let n = 1, isOver = false; !isOver; n++) {
        const folder = scratchFolder(cleanUp);
        const mortal = await Mortal.start(folder);
        const [used, open] = [await mortal.client.open(), await mortal.client.open()];
        await mortal.arm(`${n}${how}`);
        const answered = await mortal.client.outcome(used.path, used.nonce).catch(() => "dead");
        isOver = !(await mortal.end());
        assert.include(isOver ? [ACCEPTED] : ["dead", ACCEPTED], answered);
        const [again, other] = await afterwards(folder, used, open);
        assert.strictEqual(other, ACCEPTED, `operation ${n}: the session that was open`);
        assert.include(answered === ACCEPTED ? ["404 SESSION_UNKNOWN"] : ["404 SESSION_UNKNOWN", ACCEPTED], again);
        assert.isBelow(n, 50);
        if (isOver) assert.isAbove(n, 2, "a round writes and syncs");
      }
    });

    it(`at each operation of a new session${how === "" ? "" : ", half of it done"}: one that was answered is there`, async () => {
      for (let n = 1, isOver = false; !isOver; n++) {
        const folder = scratchFolder(cleanUp);
        const mortal = await Mortal.start(folder);
        const before = await mortal.client.open();
        await mortal.arm(`${n}${how}`);
        const opened = await mortal.client.open().catch(() => undefined);
        isOver = !(await mortal.end());
        const [old, fresh] = await afterwards(folder, before, opened);
        assert.strictEqual(old, ACCEPTED);
        assert.strictEqual(fresh, opened === undefined ? "none" : ACCEPTED, `operation ${n}`);
        assert.isBelow(n, 50);
      }
    });
  }
});

describe("a verifier that loses power", function () {
  this.timeout(LIMIT_MS);

  it("has on disk what it has answered, and not the nonces that it has used, whatever was not synced", async () => {
    const [folder, image] = [scratchFolder(cleanUp), scratchFolder(cleanUp)];
    const { fsyncSync } = fs;
    cleanUp.push(() => {
      fs.fsyncSync = fsyncSync;
    });
    /** What is on the disk for sure: of each file what it was at its last sync. */
    let databaseSyncs = 0;
    fs.fsyncSync = (file) => {
      fsyncSync(file);
      const path = readlinkSync(`/proc/self/fd/${file}`);
      if (!path.startsWith(join(folder, "sessions.db"))) return;
      copyFileSync(path, join(image, basename(path)));
      if (path.endsWith(".db")) databaseSyncs++;
    };
    const state = new SessionState(folder);
    const sessions = new Sessions(state, DEFAULT_LIMITS, new HandClock());
    const make = () => sessions.create({ client: "one", nonceLength: 64, resultNonce: undefined });
    const open = [(await make()).id, (await make()).id].map((id) => Buffer.from(id).toString("hex"));
    const first = databaseSyncs;
    let checks = 0;
    for (let round = 0; databaseSyncs < first + 2 && round < 5000; round++) {
      const before = databaseSyncs;
      const { id } = await make();
      await sessions.take(Sessions.nameOf(id));
      if (round % 100 !== 0 && databaseSyncs === before) continue;
      checks++;
      const copy = join(scratchFolder(cleanUp), "state");
      mkdirSync(copy);
      for (const name of ["sessions.db", "sessions.db-wal"]) {
        if (existsSync(join(image, name))) writeFileSync(join(copy, name), readFileSync(join(image, name)));
      }
      const found = new SessionState(copy);
      const ids = found.load().map((session) => Buffer.from(session.id).toString("hex"));
      found.close();
      assert.sameMembers(ids, open, `round ${round}`);
    }
    assert.isAtLeast(databaseSyncs, first + 2, "the log went into the database twice");
    assert.isAbove(checks, 5);
    state.close();
  });

  it("opens what is left of a log that is cut anywhere", async () => {
    const folder = scratchFolder(cleanUp);
    const state = new SessionState(folder);
    const sessions = new Sessions(state, DEFAULT_LIMITS, new HandClock());
    const ids: string[] = [];
    for (let i = 0; i < 3; i++) {
      const session = await sessions.create({ client: "one", nonceLength: 32, resultNonce: undefined });
      ids.push(Buffer.from(session.id).toString("hex"));
    }
    const [database, log] = ["sessions.db", "sessions.db-wal"].map((name) => readFileSync(join(folder, name)));
    if (database === undefined || log === undefined) return assert.fail("no log");
    state.close();
    let most = 0;
    for (let length = log.length; length >= log.length - 3 * 4200; length -= 97) {
      const copy = join(scratchFolder(cleanUp), "state");
      mkdirSync(copy);
      writeFileSync(join(copy, "sessions.db"), database);
      writeFileSync(join(copy, "sessions.db-wal"), log.subarray(0, length));
      const found = new SessionState(copy);
      const left = found.load().map((session) => Buffer.from(session.id).toString("hex"));
      found.close();
      // The first ones, without a gap.
      assert.sameMembers(left, ids.slice(0, left.length), `${length} bytes`);
      most = Math.max(most, left.length);
    }
    assert.strictEqual(most, 3);
  });
});

describe("a verifier whose disk is full", () => {
  it("answers nothing that it cannot keep, keeps what it has, and goes on when there is room", async () => {
    const folder = scratchFolder(cleanUp);
    const faults: unknown[] = [];
    const service = await startService(folder, { onFault: (error) => faults.push(error) });
    const client = new Client(service);
    const { writeSync } = fs;
    cleanUp.push(() => {
      fs.writeSync = writeSync;
    });
    const [used, open] = [await client.open(), await client.open()];
    fs.writeSync = ((file: number, ...rest: never[]) => {
      if (!readlinkSync(`/proc/self/fd/${file}`).startsWith(folder))
        return (writeSync as (file: number, ...rest: never[]) => number)(file, ...rest);
      throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
    }) as typeof fs.writeSync;
    assert.strictEqual(await client.outcome(used.path, used.nonce), "503 STATE_WRITE");
    assert.strictEqual(await client.outcome(used.path, used.nonce), "409 SESSION_USED");
    assert.strictEqual(await outcomeOf(await client.ask(NEW, { method: "POST" })), "503 STATE_WRITE");
    assert.lengthOf(faults, 2);
    assert.strictEqual(service.openSessions, 1);
    fs.writeSync = writeSync;
    assert.strictEqual(await client.outcome(open.path, open.nonce), ACCEPTED);
    const next = await client.open();
    await service.stop();
    assert.deepEqual(await afterwards(folder, open, next), ["404 SESSION_UNKNOWN", ACCEPTED]);
  });
});

describe("the state of a verifier", () => {
  const codeOf = (folder: string): string => {
    try {
      new SessionState(folder).close();
    } catch (error) {
      return error instanceof VerifierError ? error.code : String(error);
    }
    return "opened";
  };

  it("is one verifier's at a time", () => {
    const folder = scratchFolder(cleanUp);
    const state = new SessionState(folder);
    assert.strictEqual(codeOf(folder), "VERIFIER_BUSY");
    state.close();
    assert.strictEqual(codeOf(folder), "opened");
  });

  it("is not taken over from another program, nor when it is damaged", () => {
    for (const content of ["not a database, but long enough to be taken for one by its name".repeat(20), "short"]) {
      const folder = scratchFolder(cleanUp);
      writeFileSync(join(folder, "sessions.db"), content);
      assert.strictEqual(codeOf(folder), "VERIFIER_STATE");
      assert.strictEqual(readFileSync(join(folder, "sessions.db"), "utf8"), content);
      assert.strictEqual(codeOf(folder), "VERIFIER_STATE", "and it is not left locked");
    }
  });
});
