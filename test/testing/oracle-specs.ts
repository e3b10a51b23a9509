// SPDX-License-Identifier: Apache-2.0
/** Specs in the words that JavaScript and TypeScript share: they run on testers, and with the real mocha on Node. */

const HOOKS = `
const log = [];
before("outermost", () => { log.push("b"); });
after(function named() { log.push("a"); });
describe("outer", () => {
  before(() => log.push("b1"));
  beforeEach("each", () => { log.push("be1"); });
  afterEach(() => { log.push("ae1"); });
  after(() => { log.push("a1"); });
  it("one", () => { log.push("one"); });
  describe("inner", () => {
    before(async () => { await null; log.push("b2"); });
    beforeEach(() => { log.push("be2"); });
    afterEach((done) => { log.push("ae2"); done(); });
    it("two", async () => { await null; log.push("two"); });
    it("tells the order", () => { throw new Error(log.join(" ")); });
  });
  it("three", () => {});
});
it("at the root", () => { throw new Error(log.join(" ")); });
`;

const BROKEN_HOOKS = `
describe("before", () => {
  before(() => { throw new Error("broken before"); });
  it("is not run", () => {});
  describe("inner", () => { it("neither", () => {}); });
  after(() => { throw new Error("after all the same"); });
});
describe("before each", () => {
  let runs = 0;
  beforeEach("counts", () => { runs++; if (runs === 2) throw new Error("broken before each"); });
  afterEach(() => { if (runs > 2) throw new Error("never"); });
  it("first", () => {});
  it("second", () => {});
  it("third", () => {});
});
describe("after each", () => {
  afterEach(() => Promise.reject(new Error("broken after each")));
  it("first", () => {});
  it("second", () => {});
});
describe("after", () => {
  after((done) => { done(new Error("broken after")); });
  it("passes", () => {});
});
describe("hook that never settles", () => {
  before(function () { this.timeout(20); return new Promise(() => {}); });
  it("is not run", () => {});
});
describe("what a hook knows", () => {
  afterEach(function () { throw new Error(this.currentTest?.fullTitle() + " " + this.currentTest?.state); });
  it("failed", () => { throw new Error("x"); });
});
describe("what a hook puts into this", () => {
  before(function () { this.shared = { n: 1 }; });
  describe("inner", () => {
    beforeEach(function () { this.shared.n++; });
    it("is seen", function () { if (this.shared.n !== 2) throw new Error(String(this.shared.n)); });
  });
});
`;

const ENDINGS = `
describe("ends", () => {
  let settle;
  const circle = { name: "circle" };
  circle.inner = [circle];
  it("by a circle", () => { throw circle; });
  it("by an error", () => { throw new RangeError("thrown"); });
  it("by a text", () => { throw "text"; });
  it("by an object", () => { throw { a: 1, message: "mine" }; });
  it("by a number", () => { throw 5; });
  it("by nothing", () => { throw undefined; });
  it("by null", async () => { throw null; });
  it("by a rejection", () => Promise.reject(new TypeError("rejected")));
  it("by a rejected text", () => Promise.reject("rejected text"));
  it("by done", (done) => { Promise.resolve().then(() => done()); });
  it("by done with an error", (done) => { done(new Error("given")); });
  it("by done with a text", (done) => { done("given"); });
  it("by done with an object", (done) => { done({ a: 1 }); });
  it("by done and a promise", (done) => Promise.resolve().then(done));
  it("by an error before done", (done) => { throw new Error("before done"); });
  it("by done twice", (done) => { done(); done(); });
  it("by done twice, with an error", (done) => { done(); done(new Error("second")); });
  it("never", function () { this.timeout(30); return new Promise(() => {}); });
  it("never, with done", function (done) { this.timeout("25ms"); });
  it("too late", function () { this.timeout(20); return new Promise((resolve, reject) => { settle = reject; }); });
  it("after one that was too late", async () => { settle(new Error("too late")); await null; });
  it("too late, with done", function (done) { this.timeout(20); settle = done; });
  it("after that", () => { settle(); settle(); });
  it("late", function () {
    this.timeout(20);
    const end = Date.now() + 60;
    while (Date.now() < end);
  });
  it("without a limit", function () { this.timeout(0); return Promise.resolve(); });
  it("by a function that is a promise", () => Object.assign(() => {}, { then: (ok, no) => no(new Error("no")) }));
  it("by a promise that throws", () => ({ then() { throw new Error("in then"); } }));
  it("with an endless limit", async function () { this.timeout(Infinity); if (this.timeout() !== 0) throw 1; });
  it("with a limit below zero", async function () { this.timeout(-1); if (this.timeout() !== 0) throw 1; });
  it("with a limit in words", function () {
    const times = ["1 minute", "2 mins", "1.5h", ".5s", "3 Seconds", "10 msecs", "1 day"];
    for (const time of times) this.timeout(time);
    if (this.timeout("1 minute").timeout() !== 60000) throw new Error("no");
    if (this.timeout("1.5 hrs").timeout() !== 5400000) throw new Error("no");
  });
  it("with retries", function () { this.retries(Infinity); this.slow(Infinity); });
  it("without a function", null);
  it("with a cause", () => { throw new Error("outer", { cause: new Error("inner") }); });
  it("with a code", () => { throw Object.assign(new Error("coded"), { code: "E_CODE" }); });
  it("is not written");
  it("").timeout(5);
});
`;

const SKIPS = `
describe.skip("skipped suite", () => {
  before(() => { throw new Error("never"); });
  it("x", () => { throw new Error("never"); });
  describe("inner", () => { it("y", () => {}); });
});
xdescribe("x", () => { it("z", () => {}); });
xcontext("y", () => { it("z", () => {}); });
context("context", () => { specify("specify", () => {}); });
describe("tests", () => {
  it.skip("skipped", () => { throw new Error("never"); });
  xit("x", () => {});
  xspecify("x", () => {});
  it("skips itself", function () { this.skip(); });
  it("skips itself later", async function () { await null; this.skip(); });
  it("skips itself with done", function (done) { this.skip(); done(); });
  it("skips itself, and nobody hears", function () { try { this.skip(); } catch {} });
  it("skips itself, then fails", function () { try { this.skip(); } catch {} throw new Error("after"); });
  it("skips itself later, and nobody hears", async function () { await null; try { this.skip(); } catch {} throw 1; });
  it("passes", () => {});
});
describe("in before", () => {
  before(function () { this.skip(); });
  it("x", () => { throw new Error("never"); });
  describe("inner", () => { it("y", () => {}); });
  after(() => {});
});
describe("in before each", () => {
  let runs = 0;
  beforeEach(function () { if (++runs === 1) this.skip(); });
  it("first", () => { throw new Error("never"); });
  it("second", () => {});
});
describe("in after", () => {
  after(function () { this.skip(); });
  it("x", () => {});
});
`;

const ONLY = `
describe("not marked", () => { it("x", () => { throw new Error("never"); }); });
describe("some", () => {
  it("not", () => { throw new Error("never"); });
  it.only("marked", () => {});
  specify.only("marked too", () => { throw new Error("ran"); });
  describe("inner", () => { it("not either", () => {}); });
});
describe.only("all", () => {
  it("a", () => {});
  describe("inner", () => { it("b", () => {}); });
});
context.only("but for", () => {
  it("c", () => {});
  describe.only("this", () => { it("d", () => {}); });
});
it("at the root", () => { throw new Error("never"); });
`;

const RETRIES = `
describe("retries", function () {
  this.retries(2);
  let runs = 0;
  beforeEach(() => { runs++; });
  afterEach(() => {});
  it("passes at last", () => { if (runs < 3) throw new Error("run " + runs); });
  it("fails each time", () => { throw new Error("again"); });
  it("says so itself", function () { this.retries(0); throw new Error("once"); });
  it("knows", function () { if (this.test.currentRetry() < 1) throw new Error("not yet"); });
  it("by its result", () => { throw new Error("twice"); }).retries(1);
});
describe("bails", function () {
  this.bail(true);
  it("fails", () => { throw new Error("fails"); });
  it("is not run", () => {});
  after(() => {});
});
describe("settings that come late", function () {
  it("waits", () => new Promise(() => {}));
  describe("inner", () => { it("waits", () => new Promise(() => {})); });
  this.timeout(25);
});
describe("settings", function () {
  this.timeout(1000);
  this.slow(10);
  before(function () { if (this.timeout() !== 1000) throw new Error("hook " + this.timeout()); });
  it("come down", function () { if (this.timeout() !== 1000) throw new Error("test " + this.timeout()); });
  it("are changed", function () {
    if (this.timeout(50).timeout() !== 50) throw new Error("no");
    return new Promise(() => {});
  });
});
`;

const DIFFS = `
import { assert, expect } from "chai";
class Point { constructor(x, y) { this.y = y; this.x = x; } }
const circle = { name: "c" };
circle.self = circle;
const PAIRS = [
  [1, 2], ["a\\nb", "a\\nc"], [1, "1"], [-0, 0], [NaN, 1], [10n, 11n], [true, false], [null, undefined],
  [{ b: 1, a: { c: [1, 2] } }, { a: { c: [1, 3] }, b: 1 }],
  [[1, undefined, () => 1], [1, null, 2]],
  [new Map([[1, { a: 1 }]]), new Map([[1, { a: 2 }]])],
  [new Set([1, "x"]), new Set([2])],
  [Uint8Array.of(1, 2, 255), Float64Array.of(1, 2, 255)],
  [new Date(0), new Date(1000)], [/a/g, /b/], [Symbol("s"), 1],
  [new Point(1, 2), new Point(1, 3)], [new Error("one"), new Error("two")],
  [circle, { name: "d" }], [{ "__proto__x": 1 }, { y: Infinity }], ["x".repeat(9000), "y"],
  [Array.from({ length: 3000 }, (_, i) => i), [1]], [Object.create(null), { a: 1 }], ["é€😀", "e"],
];
describe("what was compared", () => {
  for (const [actual, expected] of PAIRS) {
    it("deeply", () => { expect(actual).to.deep.equal(expected); });
    it("strictly", () => { assert.strictEqual(actual, expected, "told"); });
  }
  const more = {
    "no diff": () => { expect(5).to.be.above(6); },
    "keys": () => { expect({ a: 1 }).to.have.all.keys("a", "b"); },
    "throws": () => { expect(() => { throw new TypeError("x"); }).to.throw(RangeError, "y"); },
    "members": () => { expect([1, 2]).to.have.members([2, 3]); },
    "include": () => { expect("hello").to.include("z"); },
    "instance": () => { expect(new Point(1, 2)).to.be.an.instanceof(Map); },
    "close": () => { assert.closeTo(1, 2, 0.5); },
    "fail": () => { expect.fail("always"); },
    "property": () => { expect({ a: { b: 1 } }).to.have.nested.property("a.b", 2); },
    "own": () => { throw Object.assign(new Error("own"), { actual: { x: 1 }, expected: { x: 2 }, showDiff: true }); },
    "hidden": () => { throw Object.assign(new Error("own"), { actual: 1, expected: 2, showDiff: false }); },
  };
  for (const [title, fn] of Object.entries(more)) it(title, fn);
});
`;

export const ORACLE_SPECS: Readonly<Record<string, string>> = Object.freeze({
  hooks: HOOKS,
  "broken hooks": BROKEN_HOOKS,
  endings: ENDINGS,
  skips: SKIPS,
  only: ONLY,
  "retries, bail, settings": RETRIES,
  diffs: DIFFS,
});
