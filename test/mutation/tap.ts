// SPDX-License-Identifier: Apache-2.0
/** Runs one portable spec on Node and says how it went as TAP, as a mutation run asks for; those of crypto with each back-end. */
import { collectSpec } from "../harness/collect.js";
import { useBackEnd } from "../harness/machine.js";
import { runTests } from "../harness/runner.js";
import { titleOf } from "../harness/tree.js";

const [file = ""] = process.argv.slice(2);
let count = 0;

function say(isOk: boolean, title: string): void {
  count++;
  process.stdout.write(`${isOk ? "ok" : "not ok"} ${count} - ${title.replaceAll("#", "")}\n`);
}

process.stdout.write("TAP version 13\n");
const root = await collectSpec(file);
for (const backEnd of file.includes("/specs/crypto/") ? (["node", "noble"] as const) : (["node"] as const)) {
  useBackEnd(backEnd);
  await runTests(root, {
    turn: async () => undefined,
    report: (report) => {
      if (report.step === "pass") say(true, titleOf(report.path));
      else if (report.step === "fail" || report.step === "broken") say(false, titleOf(report.path));
    },
  });
}
process.stdout.write(`1..${count}\n`);
