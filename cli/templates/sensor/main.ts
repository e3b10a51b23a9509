// SPDX-License-Identifier: Apache-2.0
/**
 * Watches a sensor: reads it once a second and raises the alarm while the middle of the last five readings is above
 * a limit. A press of the button makes what it measures now the limit, and the device keeps that.
 */
import Analog from "embedded:io/analog";
import Digital from "embedded:io/digital";
import config from "mc/config";
import Timer from "timer";
import { median } from "./median";
import { openSettings } from "./settings";

const READINGS = 5;

const settings = openSettings(config.limit);
const sensor = new Analog({ pin: config.sensor });
const alarm = new Digital({ pin: config.alarm, mode: Digital.Output });
const readings: number[] = [];

trace(`sensor: the limit is ${settings.limit}\n`);

Timer.repeat(() => {
  readings.push(sensor.read());
  if (readings.length > READINGS) readings.shift();
  alarm.write(median(readings) > settings.limit ? 1 : 0);
}, 1000);

new Digital({
  pin: config.button,
  mode: Digital.InputPullUp,
  edge: Digital.Falling,
  onReadable() {
    if (readings.length === 0) return;
    settings.limit = median(readings);
    trace(`sensor: the limit is now ${settings.limit}\n`);
  },
});
