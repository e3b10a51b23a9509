// SPDX-License-Identifier: Apache-2.0
/** A device with examples/attester that goes on running, and answers one question after the other. */
import { runBoard } from "../../host-sim/board/run.js";
import { TableNetwork } from "../../host-sim/board/table-network.js";
import { enginePath } from "../../host-sim/engine/paths.js";

const PORT = 40_919;
const ASKER = Object.freeze({ address: "192.0.2.1", port: 40_000 });

export class RunningAttester {
  readonly #stop = new AbortController();
  readonly #network: TableNetwork;
  /** Its socket is open. */
  readonly #isReady: Promise<void>;
  /** Fails when the device ends by itself. */
  readonly #run: Promise<void>;
  #onAnswer: (answer: Uint8Array) => void = () => undefined;

  private constructor(stateFolder: string) {
    let said = "";
    let onConsole: (text: string) => void = () => undefined;
    this.#isReady = new Promise((resolve) => {
      onConsole = (text) => {
        said += text;
        if (said.includes("runs\n")) resolve();
      };
    });
    this.#network = new TableNetwork(({ data }) => this.#onAnswer(data));
    this.#run = runBoard({
      ...{ board: "host", program: enginePath("host", "release"), stateFolder, clock: "real", onConsole },
      ...{ network: this.#network, signal: this.#stop.signal },
    }).then(({ reason, text }) => {
      if (reason !== "stopped") throw new Error(`the device ended: ${reason}: ${text}${said}`);
    });
    // Whoever waits for it is told.
    this.#run.catch(() => undefined);
  }

  /** @throws Error - it ended before it could be asked. */
  static async start(stateFolder: string): Promise<RunningAttester> {
    const attester = new RunningAttester(stateFolder);
    await Promise.race([attester.#isReady, attester.#run]);
    return attester;
  }

  /** @throws Error - it ended. */
  async ask(question: Uint8Array): Promise<Uint8Array> {
    let answer = new Uint8Array(0);
    const answered = new Promise<void>((resolve) => {
      this.#onAnswer = (data) => {
        answer = Uint8Array.from(data);
        resolve();
      };
    });
    // Not within the board's turn.
    setImmediate(() => this.#network.deliver(PORT, ASKER, question));
    await Promise.race([answered, this.#run]);
    return answer;
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#run;
  }
}
