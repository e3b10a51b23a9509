// SPDX-License-Identifier: Apache-2.0
/** Who gets in, and who does not. The phones of these specs run on a board of their own, in front of the door. */
import { expect } from "chai";
import type { Claims } from "thimble/cwt/claims";
import { SecurityError } from "thimble/errors/security-error";
import { device } from "thimble/testing/device";
import { Owner, Phone } from "./phone";

const DOOR = { name: "door-7", port: 40916, button: 0, strike: 2 };
const PHONE = { address: "192.0.2.7", port: 5000 };
const KNOCK = new Uint8Array(0);
const MONDAY = 1_795_392_000; // when the firmware was made: 2026-11-23
const DAY = 86_400;

describe("a door that takes tokens", () => {
  const owner = new Owner();
  const alice = new Phone();
  const mallory = new Phone();

  /** @returns The door's answer; undefined: it gave none. */
  async function send(message: Uint8Array): Promise<Uint8Array | undefined> {
    device.clearRecords();
    await device.deliver(message, DOOR.port, PHONE);
    return device.sent[0]?.data;
  }

  async function knock(): Promise<Uint8Array> {
    const challenge = await send(KNOCK);
    if (challenge === undefined) throw new Error("a knock was not answered");
    return challenge;
  }

  function tokenFor(phone: Phone, claims: Claims = {}, issuer = owner): Uint8Array {
    const monday = { sub: "Alice", aud: DOOR.name, iat: MONDAY, exp: MONDAY + DAY };
    return issuer.issue({ ...monday, cnf: { key: phone.publicKey }, ...claims });
  }

  async function visit(token: Uint8Array, phone = alice): Promise<Uint8Array | undefined> {
    return send(phone.visit(token, await knock()));
  }

  async function expectRefusal(answer: Promise<Uint8Array | undefined>, reason: string): Promise<void> {
    expect(await answer).to.equal(undefined);
    expect(device.console).to.equal(`door: refused, ${reason}\n`);
    expect(device.pin(DOOR.strike)).to.equal(0);
  }

  beforeEach(async () => {
    await device.wipe(); // a new door
    await device.setPin(DOOR.button, 0);
    await device.powerOn();
    await send(owner.encodedKey);
    await device.setPin(DOOR.button, 1);
  });

  it("opens for five seconds for whom the owner's token names, and tells that phone alone", async () => {
    const reply = (await visit(tokenFor(alice))) ?? new Uint8Array(0);
    expect(device.pin(DOOR.strike)).to.equal(1);
    expect(alice.read(reply)).to.equal("welcome, Alice");
    expect(() => mallory.read(reply))
      .to.throw(SecurityError)
      .with.property("code", "PSA_ERROR_INVALID_SIGNATURE");
    await device.advance(5000);
    expect(device.pin(DOOR.strike)).to.equal(0);
  });

  it("refuses a token that somebody else signed", async () => {
    await expectRefusal(visit(tokenFor(alice, {}, new Owner())), "PSA_ERROR_INVALID_SIGNATURE");
  });

  it("refuses a stolen token: the thief does not have the phone's key", async () => {
    await expectRefusal(visit(tokenFor(alice), mallory), "PSA_ERROR_INVALID_SIGNATURE");
  });

  it("refuses a replay of what opened it", async () => {
    const heard = alice.visit(tokenFor(alice), await knock());
    await send(heard);
    await device.advance(5000);
    await expectRefusal(send(heard), "Error: nobody was challenged");
    await knock();
    await expectRefusal(send(heard), "PSA_ERROR_INVALID_SIGNATURE");
  });

  it("refuses a token for another door, and one that never ends", async () => {
    await expectRefusal(visit(tokenFor(alice, { aud: "door-8" })), "CWT_AUDIENCE");
    const forever = owner.issue({ sub: "Alice", aud: DOOR.name, iat: MONDAY, cnf: { key: alice.publicKey } });
    await expectRefusal(visit(forever), "CWT_MISSING");
  });

  it("refuses yesterday's token once it has seen one of today, also after a power cut", async () => {
    const yesterday = tokenFor(alice);
    const today = tokenFor(alice, { iat: MONDAY + DAY, exp: MONDAY + 2 * DAY });
    await visit(yesterday);
    expect(device.pin(DOOR.strike)).to.equal(1); // nobody told it that the day is over
    await visit(today);
    await device.reset();
    await expectRefusal(visit(yesterday), "CWT_EXPIRED");
  });

  it("forgets a challenge after half a minute", async () => {
    const late = alice.visit(tokenFor(alice), await knock());
    await device.advance(30_000);
    await expectRefusal(send(late), "Error: nobody was challenged");
  });

  it("stays shut, and on, whatever else arrives", async () => {
    const good = alice.visit(tokenFor(alice), await knock());
    for (const at of [0, good.length >> 1, good.length - 1]) {
      const damaged = good.slice();
      damaged[at] = (damaged[at] ?? 0) ^ 1;
      expect(await send(damaged)).to.equal(undefined);
    }
    for (const length of [1, good.length - 1]) expect(await send(good.subarray(0, length))).to.equal(undefined);
    expect(await send(new Uint8Array(1472).fill(0x81))).to.equal(undefined);
    expect(device.pin(DOOR.strike)).to.equal(0);
    await send(good);
    expect(device.pin(DOOR.strike)).to.equal(1);
  });

  it("takes an owner only while its button is held, and no second one", async () => {
    const usurper = new Owner();
    await device.setPin(DOOR.button, 0);
    expect(await send(usurper.encodedKey)).to.equal(undefined);
    await expectRefusal(visit(tokenFor(alice, {}, usurper)), "PSA_ERROR_INVALID_SIGNATURE");
    await device.wipe();
    await device.setPin(DOOR.button, 1);
    await device.powerOn();
    await send(usurper.encodedKey);
    expect(device.console).to.contain("no owner yet");
  });
});
