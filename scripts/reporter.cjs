// SPDX-License-Identifier: Apache-2.0
/** Mocha's spec reporter, which also leaves its counts in the file that THIMBLE_TEST_STATS names. */
const { writeFileSync } = require("node:fs");
const { reporters, Runner } = require("mocha");

module.exports = class Reporter extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const path = process.env.THIMBLE_TEST_STATS;
    if (path === undefined) return;
    runner.once(Runner.constants.EVENT_RUN_END, () => {
      const { passes, failures, pending } = this.stats;
      writeFileSync(path, JSON.stringify({ passes, failures, pending }));
    });
  }
};
