// SPDX-License-Identifier: Apache-2.0
/** The thread that build-thread.ts starts: it builds one app whenever it is asked to. */
import { readFileSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import { AppBuild } from "../compiler/app-build.js";
import { appPlaces } from "../compiler/app-places.js";
import { refreshProject } from "../project/editor.js";
import type { Answer, ThreadOptions } from "./build-messages.js";
import { sendError } from "./build-messages.js";

const { path, board, debug } = workerData as ThreadOptions;
const post = (answer: Answer): void => parentPort?.postMessage(answer);
const places = appPlaces(path, { board, debug });
const options = { board, debug, progress: (text: string) => post({ what: "progress", text }) };
const build = new AppBuild(places, options);

function attempt(): Answer {
  const startedMs = Date.now();
  try {
    const app = build.build();
    const image = readFileSync(app.image);
    return { what: "built", app, image, looked: build.looked, startedMs };
  } catch (error) {
    return { what: "failed", error: sendError(error), looked: build.looked, startedMs };
  }
}

parentPort?.on("message", async () => {
  post(attempt());
  // For the editor, when the device has what it waits for.
  await refreshProject(places.folder);
});
