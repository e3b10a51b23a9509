// SPDX-License-Identifier: Apache-2.0
/** A flood of challenges: what is open stays open, the table has an end, and a client that is honest is served. */
import { statSync } from "node:fs";
import { join } from "node:path";
import { assert } from "chai";
import { afterEach, beforeEach, describe, it } from "mocha";
import { clientOf } from "../../verifier/client.js";
import { DEFAULT_LIMITS } from "../../verifier/limits.js";
import { Problem } from "../../verifier/problem.js";
import { Sessions } from "../../verifier/sessions.js";
import { SessionState } from "../../verifier/state.js";
import { HandClock, scratchFolder } from "./support.js";

describe("a flood of challenges", function () {
  this.timeout(60_000);
  const cleanUp: (() => unknown)[] = [];
  const clock = new HandClock();
  let folder: string;
  let state: SessionState;
  let sessions: Sessions;
  const create = async (client: string): Promise<string> => {
    try {
      return Sessions.nameOf((await sessions.create({ client, nonceLength: 32, resultNonce: undefined })).id);
    } catch (error) {
      if (error instanceof Problem) return error.code;
      throw error;
    }
  };
  const createMany = (count: number, client: (index: number) => string) =>
    Promise.all(Array.from({ length: count }, (_, index) => create(client(index))));

  beforeEach(() => {
    folder = scratchFolder(cleanUp);
    state = new SessionState(folder);
    sessions = new Sessions(state, { ...DEFAULT_LIMITS, sessions: 500, clientSessions: 100 }, clock);
  });
  afterEach(() => {
    state.close();
    for (const one of cleanUp.splice(0)) one();
  });

  it("of one client ends at its share, and takes nothing from others", async () => {
    const honest = await create("honest");
    const outcomes = await createMany(5000, () => "flood");
    assert.lengthOf(
      outcomes.filter((outcome) => outcome === "CLIENT_SESSIONS"),
      4900,
    );
    assert.strictEqual(sessions.size, 101);
    assert.lengthOf(await create("honest"), 22);
    assert.isDefined(await sessions.take(honest));
  });

  it("of many clients fills the table, and throws no session out that is open", async () => {
    const honest = await create("honest");
    const outcomes = await createMany(20_000, (index) => `flood ${index}`);
    assert.lengthOf(
      outcomes.filter((outcome) => outcome === "SESSIONS_FULL"),
      20_000 - 499,
    );
    assert.strictEqual(sessions.size, 500);
    assert.strictEqual(await create("late"), "SESSIONS_FULL");
    assert.isDefined(await sessions.take(honest));
    assert.lengthOf(await create("late"), 22);
    assert.isBelow(statSync(join(folder, "sessions.db-wal")).size, 8 * 2 ** 20);
  });

  it("is over when its sessions have expired", async () => {
    await createMany(1000, (index) => `flood ${index}`);
    clock.pass(DEFAULT_LIMITS.sessionSeconds);
    assert.lengthOf(await create("late"), 22);
    assert.strictEqual(sessions.size, 1);
    state.close();
    state = new SessionState(folder);
    assert.lengthOf(state.load(), 1);
  });

  it("of an IPv6 network counts as one client", () => {
    for (const [address, client] of [
      ["127.0.0.1", "127.0.0.1"],
      ["::ffff:192.0.2.7", "192.0.2.7"],
      ["::1", "0:0:0:0::/64"],
      ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
      ["2001:DB8:1:2::9", "2001:db8:1:2::/64"],
      ["2001:db8::9", "2001:db8:0:0::/64"],
      ["fe80::1%eth0", "fe80:0:0:0::/64"],
      [undefined, "unknown"],
    ] as const) {
      assert.strictEqual(clientOf(address), client);
    }
  });
});
