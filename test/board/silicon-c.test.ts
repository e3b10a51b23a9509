// SPDX-License-Identifier: Apache-2.0
import { assert } from "chai";
import { runCTest } from "./c-program.js";

describe("devices/silicon beside the flash, under AddressSanitizer and UBSan", function () {
  this.timeout(60_000);
  const names = {
    "otp-bits": "sets OTP bits and takes none back, for every byte over every byte",
    "otp-range": "refuses what is outside the OTP or not whole words, and changes nothing then",
    "otp-hide": "neither reads nor programs a hidden word until the next reset",
    "otp-lock": "programs nothing once writing is locked, until the next reset",
    "otp-cut": "leaves the first bytes and some bits of the next one when programming is cut, for every length",
    counter: "has counters that only rise, as many as the board is given",
    "counter-cut": "has the old value, the new one or an interrupted step when a counter is cut, and finishes it",
    watchdog: "bites one microsecond after its period, not before",
    reset: "tells why it starts, and starts anew",
  };
  for (const [name, what] of Object.entries(names)) {
    it(what, () => assert.include(runCTest("silicon-test", name), `ok ${name}`));
  }
});
