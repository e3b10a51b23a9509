// SPDX-License-Identifier: Apache-2.0
/** Blinks: the LED changes twice a second. While the button is held down, it stays as it is. */
import Digital from "embedded:io/digital";
import config from "mc/config";
import Timer from "timer";

const led = new Digital({ pin: config.led, mode: Digital.Output });
const button = new Digital({ pin: config.button, mode: Digital.InputPullUp });
let isOn = false;

trace("blink: hello\n");

Timer.repeat(() => {
  if (button.read() === 0) return; // a button connects its pin to ground
  isOn = !isOn;
  led.write(isOn ? 1 : 0);
  trace(isOn ? "on\n" : "off\n");
}, config.intervalMs);
