// SPDX-License-Identifier: Apache-2.0
/** Suites and tests as a spec names them, collected without running any. Runs on Node and on the boards. */

/** A test or hook. Returns a promise when it is asynchronous; takes no callback. */
export type Body = () => unknown;

/** The body as mocha and the runner call it. */
export function awaited(body: Body): () => Promise<void> {
  return async () => {
    await body();
  };
}

export interface Test {
  readonly kind: "test";
  /** Titles from the outermost suite to the test's own: its name on every machine. */
  readonly path: readonly string[];
  /** Undefined: pending. */
  readonly body: Body | undefined;
  /** Why it is pending. */
  readonly reason: string | undefined;
}

export interface Suite {
  readonly kind: "suite";
  readonly path: readonly string[];
  readonly before: Body[];
  readonly beforeEach: Body[];
  readonly afterEach: Body[];
  readonly after: Body[];
  readonly children: (Suite | Test)[];
}

export interface It {
  (title: string, body: Body): void;
  /** A pending test, which shows with its reason on every machine. */
  skip(title: string, reason: string): void;
}

/** What a spec imports from harness/spec. */
export interface SpecApi {
  describe(title: string, define: () => void): void;
  readonly it: It;
  before(body: Body): void;
  beforeEach(body: Body): void;
  afterEach(body: Body): void;
  after(body: Body): void;
}

function newSuite(path: readonly string[]): Suite {
  return { kind: "suite", path, before: [], beforeEach: [], afterEach: [], after: [], children: [] };
}

/** @throws TypeError for a body that mocha would hand a callback: there is none on a board. */
function checkBody(body: Body, what: string): Body {
  if (typeof body !== "function") throw new TypeError(`${what}: its body is no function`);
  if (body.length > 0) throw new TypeError(`${what}: its body takes no callback; return a promise instead`);
  return body;
}

/** Takes what a spec says while it loads. */
export class Collector implements SpecApi {
  readonly root: Suite = newSuite([]);
  readonly it: It;
  #current: Suite = this.root;

  constructor() {
    const it = (title: string, body: Body) => this.#add(title, checkBody(body, title), undefined);
    const skip = (title: string, reason: string) => this.#add(title, undefined, String(reason));
    this.it = Object.assign(it, { skip });
  }

  describe(title: string, define: () => void): void {
    const parent = this.#current;
    const suite = newSuite([...parent.path, title]);
    parent.children.push(suite);
    this.#current = suite;
    try {
      const result: unknown = define();
      if (result !== undefined) throw new TypeError(`${title}: what describe calls returns nothing, also no promise`);
    } finally {
      this.#current = parent;
    }
  }

  before(body: Body): void {
    this.#current.before.push(checkBody(body, "before"));
  }

  beforeEach(body: Body): void {
    this.#current.beforeEach.push(checkBody(body, "beforeEach"));
  }

  afterEach(body: Body): void {
    this.#current.afterEach.push(checkBody(body, "afterEach"));
  }

  after(body: Body): void {
    this.#current.after.push(checkBody(body, "after"));
  }

  #add(title: string, body: Body | undefined, reason: string | undefined): void {
    this.#current.children.push({ kind: "test", path: [...this.#current.path, title], body, reason });
  }
}

/** All tests of a suite, in the order in which they run. */
export function testsOf(suite: Suite): Test[] {
  return suite.children.flatMap((child) => (child.kind === "suite" ? testsOf(child) : [child]));
}

/** The path as one text, for messages. */
export function titleOf(path: readonly string[]): string {
  return path.join(" › ");
}
