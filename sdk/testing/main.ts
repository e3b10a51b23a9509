// SPDX-License-Identifier: Apache-2.0
/** Where a tester begins: it loads the spec that the simulator names, and runs tests and hooks when told. */
import Timer from "timer";
import { collect } from "./bdd.js";
import { endSteps } from "./caller.js";
import { channel } from "./channel.js";
import {
  type LateParams,
  type LoadParams,
  type RunParams,
  type RunResult,
  SpecMethod,
  TesterMethod,
} from "./protocol.js";
import { Registry, type Runnable } from "./registry.js";
import { type Outcome, Run } from "./runnable.js";
import { encodeValue } from "./values.js";

let registry: Registry | undefined;

function runnableOf(id: number): Runnable {
  const runnable = registry?.find(id);
  if (runnable === undefined) throw new RangeError(`no test or hook ${id}`);
  return runnable;
}

/** Of the tester's time: for a spec that waits at its top level for what never comes. */
const LOAD_LIMIT_MS = 60_000;

/** Of the tester's time, after the last test. */
const FINISH_MS = 10_000;

async function limited<Result>(work: Promise<Result>): Promise<Result> {
  let timer: Timer | undefined;
  const limit = new Promise<never>((_, reject) => {
    const message = "the spec waits at its top level, and what it waits for never comes";
    timer = Timer.set(() => reject(new Error(message)), LOAD_LIMIT_MS);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    Timer.clear(timer);
  }
}

/** Of a load: what was thrown, for the other side to show. */
async function load({ module, ...settings }: LoadParams): Promise<unknown> {
  registry = new Registry(settings);
  try {
    const suite = await limited(collect(registry, () => import(module)));
    const left = await endSteps();
    if (left !== undefined) throw left;
    return { suite };
  } catch (thrown) {
    return { thrown: encodeValue(thrown) };
  }
}

function prepare({ id, retry, currentTest }: RunParams): Runnable {
  const runnable = runnableOf(id);
  const { context } = runnable.parent;
  runnable.retry = retry;
  context.test = runnable;
  context.currentTest = undefined;
  if (currentTest !== undefined) {
    const test = runnableOf(currentTest.id);
    test.state = currentTest.state;
    context.currentTest = test;
  }
  return runnable;
}

function execute(runnable: Runnable): Promise<Outcome> {
  const { fn } = runnable;
  if (fn === undefined) throw new RangeError(`nothing to run in ${runnable.describe()}`);
  const running = {
    fn,
    file: runnable.file,
    description: runnable.describe(),
    get timeoutMs() {
      return runnable.timeoutMs;
    },
  };
  const late = (thrown: unknown): void => {
    const params: LateParams = { id: runnable.id, thrown: encodeValue(thrown) };
    void channel.call(SpecMethod.late, params);
  };
  runnable.run = new Run(running, late);
  return runnable.run.start(runnable.parent.context);
}

async function run(params: RunParams): Promise<RunResult> {
  const runnable = prepare(params);
  const ended = await execute(runnable);
  const left = await endSteps();
  const isLeft = left !== undefined && ended.outcome === "passed";
  const { outcome, thrown }: Outcome = isLeft ? { outcome: "failed", thrown: left } : ended;
  // A rejection that the function left behind ends the tester before this timer, and is so the function's.
  await new Promise((done) => Timer.set(done, 0));
  return {
    outcome,
    ...runnable.settings,
    ...(outcome === "failed" ? { thrown: encodeValue(thrown) } : {}),
  };
}

/** Timers that are left over run out, as those of a process that ends by itself. What they throw ends the tester. */
async function finish(): Promise<void> {
  await new Promise((done) => Timer.set(done, FINISH_MS));
  await endSteps();
  await new Promise((done) => Timer.set(done, 0));
}

channel.handle(TesterMethod.finish, finish);
channel.handle(TesterMethod.load, (params) => load(params as LoadParams));
channel.handle(TesterMethod.run, (params) => run(params as RunParams));
