// SPDX-License-Identifier: Apache-2.0
/** A process that runs one spec, written in JavaScript alone, with the real mocha, and prints what its runner says. */
import Mocha from "mocha";
import { listen } from "./events.js";

const [file = "", options = "{}"] = process.argv.slice(2);
let lines: string[] = [];

class Listener extends Mocha.reporters.Base {
  constructor(runner: Mocha.Runner) {
    super(runner);
    lines = listen(runner, file);
  }
}

const mocha = new Mocha({ ...JSON.parse(options), reporter: Listener });
mocha.addFile(file);
await mocha.loadFilesAsync();
mocha.run(() => process.stdout.write(lines.join("\n")));
