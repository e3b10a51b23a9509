// SPDX-License-Identifier: Apache-2.0
/** The app of a board that runs vectors: it is sent one case at a time. */
import { channel } from "../../../sdk/testing/channel.js";
import { crypto } from "../../harness/machine.js";
import { runCase } from "../run-case.js";
import type { Runner } from "../suite.js";

channel.handle("run", (params) => {
  const { runner, data } = params as { runner: Runner; data: unknown };
  return runCase(crypto, runner, data);
});
