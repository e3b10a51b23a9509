// SPDX-License-Identifier: Apache-2.0
/** What the app does, seen from outside: the same on every board. */
import { expect } from "chai";
import { device } from "thimble/testing/device";

const SENSOR = 1;
const ALARM = 2;
const BUTTON = 0;

/** Lets the sensor read `value` for as long as the app takes to believe it. */
async function measure(value: number): Promise<void> {
  await device.setAnalog(SENSOR, value);
  await device.advance(5000);
}

describe("sensor", () => {
  beforeEach(async () => {
    await device.wipe(); // a new device, switched off
    await device.powerOn();
  });

  it("raises the alarm above the limit, and takes it back below", async () => {
    await measure(2001);
    expect(device.pin(ALARM)).to.equal(1);
    await measure(2000);
    expect(device.pin(ALARM)).to.equal(0);
  });

  it("does not believe a single wild reading", async () => {
    await measure(500);
    await device.setAnalog(SENSOR, 4095);
    await device.advance(1000);
    expect(device.pin(ALARM)).to.equal(0);
  });

  it("keeps the limit that it was taught, without power too", async () => {
    await measure(700);
    await device.press(BUTTON);
    await device.cutPower();
    await device.powerOn();
    expect(device.console).to.match(/the limit is 700\n$/);
  });

  it("has the old limit or the new one, wherever a power cut meets it storing", async () => {
    for (let operation = 1; ; operation++) {
      await device.wipe();
      await device.powerOn();
      await measure(1000);
      await device.press(BUTTON);
      await measure(700);
      await device.cutPowerAt({ operation }); // the n-th write or erase of the flash, from here on
      await device.press(BUTTON);
      if (device.isOn) {
        expect(operation).to.be.greaterThan(1); // it stored something
        return;
      }
      await device.powerOn();
      expect(device.console).to.match(/the limit is (1000|700)\n$/);
    }
  });
});
