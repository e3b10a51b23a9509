// SPDX-License-Identifier: Apache-2.0
/** Plays one act of `npm start` in a process of its own, for its tests. */
import { spawn } from "node:child_process";

/** @param act - file of cli/demo, without its ending. @param name - the act's function. @returns What it prints. */
export function play(act: string, name: string, folder: string): Promise<string> {
  const module = new URL(`../../cli/demo/${act}.js`, import.meta.url).href;
  const script = `import { ${name} } from ${JSON.stringify(module)}; await ${name}(${JSON.stringify(folder)});`;
  return new Promise((resolve, reject) => {
    let text = "";
    const child = spawn(process.execPath, ["--input-type=module", "--eval", script]);
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (part) => (text += part));
    child.on("error", reject);
    child.on("close", (status) => (status === 0 ? resolve(text) : reject(new Error(text))));
  });
}
