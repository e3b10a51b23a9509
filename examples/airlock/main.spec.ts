// SPDX-License-Identifier: Apache-2.0
/** Whom a door believes. The doors of these specs are made of software; README.md has two whole devices. */
import { expect } from "chai";
import { crypto } from "thimble/device/crypto";
import { device } from "thimble/testing/device";
import { type Claims, OtherDoor, Owner } from "./other-door";
import { believe, type DoorState, QUESTION_LENGTH, Refusal } from "./statement";

const DOOR = { port: 40918, button: 0, strike: 2 };
const STRANGER = { address: "192.0.2.7", port: 5000 };

describe("a door of an airlock", () => {
  const owner = new Owner();
  const inner = new OtherDoor(owner);
  const outer = new OtherDoor(owner);
  const known = inner.known(owner);
  let question: Uint8Array;

  beforeEach(() => {
    question = crypto.generateRandom(QUESTION_LENGTH);
  });

  function expectRefusal(answer: Uint8Array, reason: string, partner?: Uint8Array): void {
    expect(() => believe(crypto, answer, question, known, partner))
      .to.throw(Refusal)
      .with.property("message")
      .that.contains(reason);
  }

  it("believes the other door of its owner, which runs the same", () => {
    for (const state of ["shut", "open"] as DoorState[]) {
      const said = believe(crypto, outer.answer(question, state), question, known, undefined);
      expect(said.state).to.equal(state);
      expect(said.version).to.equal("1.0.0+0");
      expect(said.instanceId).to.deep.equal(outer.instanceId);
    }
  });

  it("refuses yesterday's answer", () => {
    const heard = outer.answer(crypto.generateRandom(QUESTION_LENGTH), "shut");
    expectRefusal(heard, "ATTEST_NONCE");
  });

  it("refuses an answer in which somebody wrote another state", () => {
    const open = outer.answer(question, "open");
    const forged = open.slice();
    forged.set([0x73, 0x68, 0x75, 0x74], forged.length - 4); // shut
    expectRefusal(forged, "ATTEST_NONCE");
  });

  it("refuses a door of another owner, and one that nobody owns", () => {
    expectRefusal(new OtherDoor(new Owner()).answer(question, "shut"), "ATTEST_PATH");
  });

  it("refuses a door that runs another app, in debug, and what is not its app", () => {
    const refusals: [Claims, string][] = [
      [{ app: 0xa1 }, "ATTEST_COMPONENT"],
      [{ version: "0.9.0+0" }, "ATTEST_COMPONENT"],
      [{ lifecycle: 0x5000 }, "ATTEST_LIFECYCLE"],
      [{ lifecycle: 0x2000 }, "ATTEST_LIFECYCLE"],
      [{ clientId: -2 }, "ATTEST_CLIENT"],
    ];
    for (const [claims, reason] of refusals) expectRefusal(outer.answer(question, "shut", claims), reason);
  });

  it("refuses its own words, held up to it like a mirror", () => {
    expectRefusal(inner.answer(question, "shut"), "my own words");
  });

  it("refuses the door of another airlock, once it has its own", () => {
    const answer = outer.answer(question, "shut");
    believe(crypto, answer, question, known, outer.instanceId);
    expectRefusal(new OtherDoor(owner).answer(question, "shut"), "another door", outer.instanceId);
  });

  it("that nobody has provisioned says so, and stays shut, and on, whatever arrives", async () => {
    await device.powerOn();
    expect(device.console).to.contain("no owner has certified this door");
    await device.press(DOOR.button);
    for (const length of [0, 1, QUESTION_LENGTH, 1472]) {
      await device.deliver(new Uint8Array(length).fill(0x81), DOOR.port, STRANGER);
    }
    await device.deliver(outer.answer(question, "shut"), DOOR.port, STRANGER);
    await device.advance(10_000);
    expect(device.isOn).to.equal(true);
    expect(device.pin(DOOR.strike)).to.equal(0);
    expect(device.sent).to.deep.equal([]);
  });
});
