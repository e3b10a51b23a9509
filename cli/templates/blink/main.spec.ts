// SPDX-License-Identifier: Apache-2.0
/** What the app does, seen from outside: the same on every board. */
import { expect } from "chai";
import { device } from "thimble/testing/device";

const LED = 2;
const BUTTON = 0;

describe("blink", () => {
  beforeEach(async () => {
    await device.wipe(); // a new device, switched off
    await device.powerOn();
  });

  it("says hello", () => {
    expect(device.console).to.equal("blink: hello\n");
  });

  it("turns the LED on after half a second, and off after another", async () => {
    expect(device.pin(LED)).to.equal(0);
    await device.advance(500);
    expect(device.pin(LED)).to.equal(1);
    await device.advance(500);
    expect(device.pin(LED)).to.equal(0);
  });

  it("leaves the LED as it is while the button is held down", async () => {
    await device.advance(500);
    await device.setPin(BUTTON, 0);
    await device.advance(10_000);
    expect(device.pin(LED)).to.equal(1);
    await device.setPin(BUTTON, 1);
    await device.advance(500);
    expect(device.pin(LED)).to.equal(0);
  });

  it("begins anew after a power cut", async () => {
    await device.advance(700);
    await device.cutPower();
    await device.powerOn();
    expect(device.pin(LED)).to.equal(0);
    await device.advance(500);
    expect(device.pin(LED)).to.equal(1);
  });
});
